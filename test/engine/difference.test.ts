import { describe, expect, test } from "vitest";
import { findDifference } from "../../src/engine/difference.ts";
import type { FieldRule } from "../../src/engine/resource.ts";
import { unknownValue } from "../../src/engine/values.ts";

const rules: Readonly<Record<string, FieldRule<unknown>>> = {
  size: { onChange: "update" },
  shape: { onChange: "replace" },
  script: { onChange: "replace", writeOnly: true },
  /** As AWS compares names: whatever their case. */
  name: {
    onChange: "update",
    equal: (wanted, seen) => String(wanted).toLowerCase() === String(seen).toLowerCase(),
  },
  /** Compared as a whole, and shown so. */
  check: { onChange: "update", equal: () => false },
};

const shown = (path: string, rest: object) => ({
  path,
  known: true,
  forcesReplace: false,
  sensitive: false,
  ...rest,
});

interface Case {
  readonly why: string;
  readonly wanted: object;
  readonly before?: object;
  readonly fields?: readonly string[];
  readonly changes: readonly object[];
}

const cases: readonly Case[] = [
  {
    why: "everything wanted is new where nothing is there, and replaces nothing",
    wanted: { size: 2, shape: "round" },
    changes: [shown("size", { after: 2 }), shown("shape", { after: "round" })],
  },
  {
    why: "a field with a comparison of its own is new, too, where nothing is there",
    wanted: { name: undefined, check: "http" },
    changes: [shown("check", { after: "http" })],
  },
  {
    why: "what a new object's name compares as does not matter",
    wanted: { name: "undefined" },
    changes: [shown("name", { after: "undefined" })],
  },
  {
    why: "what is not said in the file is not managed, whatever the account has",
    wanted: { size: undefined },
    before: { size: 1, shape: "round" },
    changes: [],
  },
  {
    why: "what is only needed to make an object is no difference",
    wanted: { script: "#!/bin/sh" },
    before: { script: undefined },
    changes: [],
  },
  {
    why: "what is only needed to make an object is not shown of a new one",
    wanted: { script: "#!/bin/sh" },
    changes: [],
  },
  {
    why: "both values of a field that differs are shown",
    wanted: { size: 2, shape: "square" },
    before: { size: 1, shape: "round" },
    changes: [
      shown("size", { before: 1, after: 2 }),
      shown("shape", { before: "round", after: "square", forcesReplace: true }),
    ],
  },
  {
    why: "a field that the object lacks has no earlier value",
    wanted: { size: 2 },
    before: {},
    changes: [shown("size", { after: 2 })],
  },
  {
    why: "what the field's own comparison calls the same is the same",
    wanted: { name: "Web" },
    before: { name: "web" },
    changes: [],
  },
  {
    why: "what only an apply can tell differs from everything, without being compared",
    wanted: { name: unknownValue, size: unknownValue },
    before: { name: String(unknownValue), size: 1 },
    changes: [
      shown("size", { before: 1, known: false }),
      shown("name", { before: String(unknownValue), known: false }),
    ],
  },
  {
    why: "an object shows only the keys that differ, come or go",
    wanted: { size: { same: 1, changed: 2, come: 3 } },
    before: { size: { same: 1, changed: 1, gone: 4 } },
    fields: ["size"],
    changes: [
      shown("size.changed", { before: 1, after: 2 }),
      shown("size.gone", { before: 4 }),
      shown("size.come", { after: 3 }),
    ],
  },
  {
    why: "objects within objects are opened up",
    wanted: { shape: { outer: { inner: 2, same: 1 } } },
    before: { shape: { outer: { inner: 1, same: 1 } } },
    fields: ["shape"],
    changes: [shown("shape.outer.inner", { before: 1, after: 2, forcesReplace: true })],
  },
  {
    why: "of an object, a key that is not known yet is shown, and the others only where they differ",
    wanted: { size: { id: unknownValue, same: 1 } },
    before: { size: { id: "a#1", same: 1 } },
    fields: ["size"],
    changes: [shown("size.id", { before: "a#1", known: false })],
  },
  {
    why: "an object in the place of a list is shown whole",
    wanted: { size: { list: 1 } },
    before: { size: [1] },
    changes: [shown("size", { before: [1], after: { list: 1 } })],
  },
  {
    why: "a list in the place of an object is shown whole",
    wanted: { size: [1] },
    before: { size: { list: 1 } },
    changes: [shown("size", { before: { list: 1 }, after: [1] })],
  },
  {
    why: "an object that is compared as a whole is shown as a whole",
    wanted: { check: { path: "/", port: 80 } },
    before: { check: { path: "/up", port: 80 } },
    changes: [
      shown("check", { before: { path: "/up", port: 80 }, after: { path: "/", port: 80 } }),
    ],
  },
  {
    why: "all that is known of a new value is shown",
    wanted: { size: ["a#1", unknownValue, { from: unknownValue, port: 80, to: null }] },
    changes: [
      shown("size", {
        known: false,
        after: ["a#1", "known after apply", { from: "known after apply", port: 80, to: null }],
      }),
    ],
  },
];

describe("a difference", () => {
  test.each(cases)("$why", ({ wanted, before, fields, changes }) => {
    expect(findDifference(rules, wanted, before)).toStrictEqual({
      fields: fields ?? changes.map((change) => Reflect.get(change, "path")),
      changes,
    });
  });
});
