import { describe, expect, test } from "vitest";
import { findDifference, writeOnlyFields } from "../../src/engine/difference.ts";
import type { FieldRule } from "../../src/engine/resource.ts";
import { unknownValue } from "../../src/engine/values.ts";
import { KNOWN_AFTER_APPLY } from "../../src/engine/worded.ts";

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
        after: ["a#1", KNOWN_AFTER_APPLY, { from: KNOWN_AFTER_APPLY, port: 80, to: null }],
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

describe("a field that is compared by a digest", () => {
  interface Image {
    readonly recipe: string;
    readonly full?: object;
  }
  const digest: FieldRule<string, Image> = {
    onChange: "replace",
    shown: ({ full }, wanted) => full ?? (wanted.full === undefined ? undefined : "by the wanted"),
  };
  const rulesOfImage = { recipe: digest } as Readonly<Record<string, FieldRule<unknown>>>;

  test("is shown by what it stands for, key by key", () => {
    const wanted = { recipe: "1", full: { run: ["a", "b"], user: "web" } };
    const before = { recipe: "2", full: { run: ["a"], user: "web" } };
    expect(findDifference(rulesOfImage, wanted, before)).toEqual({
      fields: ["recipe"],
      changes: [shown("recipe.run", { before: ["a"], after: ["a", "b"], forcesReplace: true })],
    });
    expect(findDifference(rulesOfImage, wanted).changes).toEqual([
      shown("recipe", { after: wanted.full }),
    ]);
  });

  test("is no difference where the digests are the same, whatever it stands for", () => {
    const wanted = { recipe: "1", full: { run: ["a"] } };
    expect(findDifference(rulesOfImage, wanted, { recipe: "1" }).changes).toEqual([]);
  });

  test("is shown as it is compared where nothing tells more, and may ask what is wanted", () => {
    expect(findDifference(rulesOfImage, { recipe: "1" }, { recipe: "2" }).changes).toEqual([
      shown("recipe", { before: "2", after: "1", forcesReplace: true }),
    ]);
    const wanted = { recipe: "1", full: {} };
    expect(findDifference(rulesOfImage, wanted, { recipe: "2" }).changes).toEqual([
      shown("recipe", { before: "by the wanted", after: {}, forcesReplace: true }),
    ]);
  });
});

test("a secret has neither of its values, known or not", () => {
  const secret = { password: { onChange: "update", sensitive: true } } as const;
  const left = (known: boolean) => [shown("password", { known, sensitive: true })];
  const both = [{ password: { key: "new" } }, { password: { key: "old" } }] as const;
  expect(findDifference(secret, ...both).changes).toEqual(left(true));
  expect(findDifference(secret, both[0]).changes).toEqual(left(true));
  expect(findDifference(secret, { password: unknownValue }).changes).toEqual(left(false));
  expect(findDifference(secret, both[0], both[0]).changes).toEqual([]);
});

describe("a write-only field is shown where it is used:", () => {
  const using: Readonly<Record<string, FieldRule<unknown>>> = {
    size: { onChange: "update" },
    file: { onChange: "update", writeOnly: true, usedBy: ["create"] },
    rollout: { onChange: "update", writeOnly: true, usedBy: ["size", "shape"] },
    derived: { onChange: "update", writeOnly: true },
  };
  const wanted = { size: 1, file: "a.pem", rollout: { least: 50 }, derived: "x" };

  test.each<[string, readonly string[], readonly object[]]>([
    ["by a create", ["create"], [shown("file", { after: "a.pem" })]],
    ["by an update of a field", ["shape"], [shown("rollout", { after: { least: 50 } })]],
    ["by nothing", ["tags"], []],
    ["by nothing at all", [], []],
  ])("%s", (_, users, expected) => {
    expect(writeOnlyFields(using, wanted, users)).toEqual(expected);
  });

  test("not where there is none", () => {
    expect(writeOnlyFields(using, { file: null }, ["create", "size"])).toEqual([]);
  });

  test("in no difference, and no secret of them", () => {
    expect(findDifference(using, wanted, { size: 1 }).changes).toEqual([]);
    const secret = {
      key: { onChange: "update", writeOnly: true, usedBy: ["create"], sensitive: true },
    } as const;
    expect(writeOnlyFields(secret, { key: "x" }, ["create"])).toEqual([
      shown("key", { sensitive: true }),
    ]);
  });
});
