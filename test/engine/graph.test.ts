import { describe, expect, test } from "vitest";
import { buildGraph, dependentsOf, reach } from "../../src/engine/graph.ts";
import type { Address, AnyResourceType, DesiredResource } from "../../src/engine/resource.ts";
import type { ThingContext } from "./store.ts";
import { thingType } from "./store.ts";
import { ref, thing, want } from "./things.ts";

const byName = (...types: readonly AnyResourceType<ThingContext>[]) =>
  new Map(types.map((type) => [type.name, type as AnyResourceType<never>]));
const types = byName(thingType("other"), thing);

/** Made of "a: b c" for uses, and of "a: (b)" for peers. */
function graphOf(...lines: readonly string[]) {
  const desired: readonly DesiredResource[] = lines.map((line) => {
    const [name = "", needs = ""] = line.split(":");
    const words = needs.trim().split(" ").filter(Boolean);
    const refs = (peers: boolean) =>
      words.filter((word) => word.startsWith("(") === peers).map((word) => ref(address(word)));
    return want(address(name), { uses: refs(false), peers: refs(true) });
  });
  return buildGraph(desired, types as never);
}

function address(word: string): Address {
  const name = word.replace(/[()]/g, "").trim();
  return name.includes("/") ? (name as Address) : `thing/${name}`;
}

const namesIn = (addresses: Iterable<Address>) =>
  [...addresses].map((each) => each.replace("thing/", "")).join(" ");

describe("the order of a graph", () => {
  const cases: readonly [why: string, lines: readonly string[], order: string][] = [
    ["nothing is in order", [], ""],
    ["by address where nothing else decides, whatever the file's order", ["b", "a", "c"], "a b c"],
    ["in the order of the types, not of their names", ["a", "other/z", "b"], "other/z a b"],
    ["dependencies first, however late they stand", ["a: b", "b: c", "c"], "c b a"],
    ["after the last of several", ["a: c b", "b", "c: d", "d"], "b d c a"],
    ["once, though there are two ways to it", ["a: b c", "b: d", "c: d", "d"], "d b c a"],
    ["a field that can be set later closes no circle", ["a: (b)", "b: (a)"], "a b"],
    ["of such a field without a circle the order holds", ["a: (b)", "b"], "b a"],
    ["what names itself needs nothing", ["a: (a)"], "a"],
  ];
  test.each(cases)("%s", (_why, lines, order) => {
    expect(namesIn(graphOf(...lines).order)).toBe(order);
  });

  test("is broken at the fields that may wait, and only within the circle", () => {
    const { detached, needs } = graphOf("a: (b)", "b: (a) (c)", "c: (d)", "d", "e: (e)");
    expect([...detached]).toEqual([
      ["thing/a", ["peers"]],
      ["thing/b", ["peers"]],
      ["thing/e", ["peers"]],
    ]);
    expect(namesIn(needs.get("thing/c") ?? [])).toBe("d");
    expect(namesIn(needs.get("thing/b") ?? [])).toBe("");
  });

  test("keeps what a circle needs by its other fields", () => {
    const { detached, needs, order } = graphOf("a: c (b)", "b: a", "c");
    expect([...detached]).toEqual([["thing/a", ["peers"]]]);
    expect(namesIn(needs.get("thing/a") ?? [])).toBe("c");
    expect(namesIn(order)).toBe("c a b");
  });
});

describe("circles", () => {
  /** The circles, each as a sorted word, of more than one member. */
  function circlesOf(...lines: readonly string[]) {
    const { component } = graphOf(...lines);
    return [...Map.groupBy(component.keys(), (each) => component.get(each))]
      .map(([, members]) => namesIn(members.toSorted()))
      .filter((members) => members.includes(" "))
      .sort();
  }

  const cases: readonly [why: string, lines: readonly string[], circles: readonly string[]][] = [
    ["a chain has none", ["a: (b)", "b: (c)", "c"], []],
    ["two that name each other", ["a: (b)", "b: (a)", "c: (a)"], ["a b"]],
    ["a long one, entered in its middle", ["a: (b)", "b: (c)", "c: (d)", "d: (b)"], ["b c d"]],
    ["two that touch in one point are one", ["a: (b) (c)", "b: (a)", "c: (a)"], ["a b c"]],
    [
      "two with a one-way street between",
      ["a: (b)", "b: (a) (c)", "c: (d)", "d: (c)"],
      ["a b", "c d"],
    ],
    ["one found from behind", ["a: (b)", "b", "c: (d) (a)", "d: (c) (b)"], ["c d"]],
    ["a shortcut within one", ["a: (b)", "b: (c) (d)", "c: (a)", "d: (c)"], ["a b c d"]],
  ];
  test.each(cases)("%s", (_why, lines, circles) => {
    expect(circlesOf(...lines)).toEqual(circles);
  });

  test("of ten thousand, and chains of as many, are read without a deep stack", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
    const chain = names.map((name, index) => `${name}: (${names[(index + 1) % names.length]})`);
    expect(circlesOf(...chain)).toHaveLength(1);
    expect(graphOf(...chain.slice(0, -1), "n9999").order).toHaveLength(10_000);
  });
});

describe("what no compiler may make is said as the bug that it is:", () => {
  test("a circle that nothing can break, with those in it", () => {
    expect(() => graphOf("a: b", "b: a", "c", "d: a")).toThrow(
      "a cycle of references that cannot be broken: thing/a, thing/b, thing/d",
    );
  });

  test("a reference to nothing", () => {
    expect(() => graphOf("a: b")).toThrow("thing/a refers to thing/b, which is not in the graph");
  });

  test("two of one address", () => {
    expect(() => graphOf("a", "a")).toThrow("two desired resources share an address");
  });
});

test("dependents are the needs the other way round", () => {
  const dependents = dependentsOf(graphOf("a: c", "b: c a", "c"));
  expect(namesIn(dependents.get("thing/c") ?? [])).toBe("a b");
  expect(namesIn(dependents.get("thing/a") ?? [])).toBe("b");
  expect(dependents.get("thing/b")).toBeUndefined();
});

test("reaching goes on to the end of every way, and ends in a circle", () => {
  const edges = new Map([
    ["a", ["b", "c"]],
    ["b", ["d"]],
    ["d", ["b"]],
  ]);
  expect([...reach("a", edges)].sort()).toEqual(["b", "c", "d"]);
  expect([...reach("d", edges)].sort()).toEqual(["b", "d"]);
  expect(reach("c", edges).size).toBe(0);
});
