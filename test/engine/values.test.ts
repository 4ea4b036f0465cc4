import { describe, expect, test } from "vitest";
import type { Live } from "../../src/engine/resource.ts";
import { isRef } from "../../src/engine/resource.ts";
import { indexUsers } from "../../src/engine/users.ts";
import {
  canonicalJson,
  containsUnknown,
  isPlainObject,
  refsIn,
  resolveRefs,
  sameValue,
  shortHash,
  unknownValue,
} from "../../src/engine/values.ts";
import { ref } from "./things.ts";

const here = ref("thing/a");
const there = ref("thing/b", "version");

describe("a reference", () => {
  const cases: readonly [why: string, value: unknown, is: boolean][] = [
    ["has an address and an output", here, true],
    ["is not null", null, false],
    ["is no text", "thing/a", false],
    ["is no object with one of the two", { ref: "thing/a" }, false],
    ["is no object with the other of the two", { output: "id" }, false],
    ["has texts", { ref: 1, output: "id" }, false],
    ["has two texts", { ref: "thing/a", output: 1 }, false],
    ["has nothing besides: more is somebody's data", { ...here, more: 1 }, false],
  ];
  test.each(cases)("%s", (_why, value, is) => {
    expect(isRef(value)).toBe(is);
  });

  test("is found and replaced at any depth, and all else is left as it is", () => {
    const value = { list: [here, { deep: there }, 1, null], ref: here, text: "thing/a" };
    expect(refsIn(value)).toEqual([here, there, here]);
    expect(refsIn("thing/a")).toEqual([]);
    expect(resolveRefs(value, ({ ref: address, output }) => `${address}.${output}`)).toEqual({
      list: ["thing/a.id", { deep: "thing/b.version" }, 1, null],
      ref: "thing/a.id",
      text: "thing/a",
    });
  });
});

describe("what is unknown", () => {
  const cases: readonly [why: string, value: unknown, is: boolean][] = [
    ["is the unknown value", unknownValue, true],
    ["is what has it in a list", [1, [unknownValue]], true],
    ["is what has it in an object", { a: 1, b: { c: unknownValue } }, true],
    ["is no text", "known after apply", false],
    ["is not null", null, false],
    ["is nothing whose parts are all known", { a: [1, { b: undefined }] }, false],
  ];
  test.each(cases)("%s", (_why, value, is) => {
    expect(containsUnknown(value)).toBe(is);
  });
});

describe("two values are the same", () => {
  const cases: readonly [why: string, one: unknown, other: unknown, same: boolean][] = [
    ["where they are equal at any depth", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    ["whatever the order of their keys", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["where a missing key is undefined", { a: 1, b: undefined }, { a: 1 }, true],
    ["so at any depth", [{ a: { b: undefined } }], [{ a: {} }], true],
    ["not where a key is null", { a: null }, {}, false],
    ["not in another order of a list", [1, 2], [2, 1], false],
    ["not where one is longer", [1], [1, undefined], false],
    ["not as text and number", "1", 1, false],
    ["not as list and object", [], {}, false],
  ];
  test.each(cases)("%s", (_why, one, other, same) => {
    expect(sameValue(one, other)).toBe(same);
    expect(sameValue(other, one)).toBe(same);
  });
});

test("canonical JSON is the same for every order of keys, at any depth, and keeps lists", () => {
  const text = '{"a":[{"c":1,"d":2},1],"b":null}';
  expect(canonicalJson({ b: null, a: [{ d: 2, c: 1 }, 1] })).toBe(text);
  expect(canonicalJson({ a: [{ c: 1, d: 2 }, 1], b: null })).toBe(text);
});

test("a plain object is neither a list nor null nor a text", () => {
  expect([{}, [], null, "a", undefined].map(isPlainObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("a short hash is the beginning of the text's SHA-256", () => {
  expect(shortHash("abc")).toBe("ba7816bf");
  expect(shortHash("abc", 12)).toBe("ba7816bf8f01");
});

test("users are all that use an object, directly or through others, without itself", () => {
  const object = (id: string, ...uses: readonly string[]): Live => ({
    id,
    address: "thing/x",
    physicalName: id,
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: {},
    uses,
  });
  const users = indexUsers([
    object("template", "group"),
    object("tier", "template", "balancer"),
    object("balancer", "group"),
    object("group", "peer"),
    object("peer", "group"),
  ]);
  expect([...users.of("group")].sort()).toEqual(["balancer", "peer", "template", "tier"]);
  expect(users.of("tier").size).toBe(0);
  expect([...users.of("template")]).toEqual(["tier"]);
  expect(users.of("group")).toBe(users.of("group"));
});
