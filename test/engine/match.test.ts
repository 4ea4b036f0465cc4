import { describe, expect, test } from "vitest";
import { matchLive } from "../../src/engine/match.ts";
import type { DesiredResource, Live, LiveStatus } from "../../src/engine/resource.ts";
import { unknownValue } from "../../src/engine/values.ts";
import { thing, want } from "./things.ts";

interface Seen {
  readonly status?: LiveStatus;
  readonly shape?: string;
  readonly createdAt?: number;
  readonly name?: string;
}

/** A live thing: ready, round and made at the epoch unless told otherwise. */
function live(id: string, { status = "ready", shape = "round", createdAt = 0, name = id }: Seen) {
  return {
    id,
    address: "thing/a",
    physicalName: name,
    status,
    createdAt,
    fields: { size: 1, shape, uses: [], peers: [] },
    outputs: {},
    uses: [],
  } satisfies Live;
}

/** The match of a round thing, with ids in the place of objects and without what is empty. */
function matchOf(found: Readonly<Record<string, Seen>>, rest: Partial<DesiredResource> = {}) {
  const resource = want("thing/a", {}, rest);
  const objects = Object.entries(found).map(([id, seen]) => live(id, seen));
  const match = matchLive({ resource, fields: resource.fields, type: thing }, objects);
  return Object.fromEntries(
    Object.entries(match)
      .map(([key, value]: [string, unknown]) => [key, idsOf(value)] as const)
      .filter(([, value]) => value.length > 0),
  );
}

function idsOf(value: unknown): string | readonly string[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  return typeof value === "string" ? value : (value as Live).id;
}

describe("of the objects at an address", () => {
  const cases: readonly {
    readonly why: string;
    readonly found: Readonly<Record<string, Seen>>;
    readonly keep?: number;
    readonly physicalName?: string;
    readonly match: ReturnType<typeof matchOf>;
  }[] = [
    { why: "none is there", found: {}, match: {} },
    {
      why: "one that is as wanted is the wanted one, older ones are surplus",
      found: { old: { shape: "square" }, now: { createdAt: 1 } },
      match: { current: "now", surplus: ["old"] },
    },
    {
      why: "one that only a replacement can make right is what the wanted one replaces",
      found: { old: { shape: "square" } },
      match: { previous: "old", forcing: ["shape"] },
    },
    {
      why: "the newest complete one is what an unfinished one replaces",
      found: {
        older: { shape: "square" },
        old: { shape: "square", createdAt: 1 },
        begun: { status: "partial", createdAt: 2 },
      },
      match: { current: "begun", previous: "old", forcing: ["shape"], surplus: ["older"] },
    },
    {
      why: "an unfinished one is no match for a complete one, however new it is",
      found: { begun: { status: "partial", createdAt: 2 }, now: { status: "settling" } },
      match: { current: "now", surplus: ["begun"] },
    },
    {
      why: "of two unfinished ones the newer is gone on with",
      found: { older: { status: "partial" }, newer: { status: "partial", createdAt: 1 } },
      match: { current: "newer", surplus: ["older"] },
    },
    {
      why: "of two unfinished ones as old as each other the id decides, whatever the order of the answer",
      found: { b: { status: "partial" }, a: { status: "partial" } },
      match: { current: "a", surplus: ["b"] },
    },
    {
      why: "the id decides in the other order, too",
      found: { a: { status: "partial" }, b: { status: "partial" } },
      match: { current: "a", surplus: ["b"] },
    },
    {
      why: "an unfinished one of another shape serves nobody: it is neither kept nor replaced",
      found: { begun: { status: "partial", shape: "square" } },
      keep: 1,
      match: { surplus: ["begun"] },
    },
    {
      why: "two complete ones both claim to be wanted, the healthy one first",
      found: { settling: { status: "settling", createdAt: 1 }, ready: {} },
      match: { current: "ready", surplus: ["settling"], duplicates: ["ready", "settling"] },
    },
    {
      why: "as many earlier ones as asked are kept, the newest of them",
      found: {
        oldest: { shape: "square" },
        older: { shape: "oval", createdAt: 1 },
        old: { shape: "flat", createdAt: 2 },
        now: { createdAt: 3 },
      },
      keep: 2,
      match: { current: "now", kept: ["old", "older"], surplus: ["oldest"] },
    },
    {
      why: "what is replaced is the first of those that are kept",
      found: { older: { shape: "square" }, old: { shape: "flat", createdAt: 1 } },
      keep: 1,
      match: { previous: "old", forcing: ["shape"], kept: ["old"], surplus: ["older"] },
    },
    {
      why: "an unfinished one is never kept",
      found: {
        old: { shape: "square" },
        begun: { status: "partial", shape: "flat", createdAt: 1 },
      },
      keep: 1,
      match: { previous: "old", forcing: ["shape"], kept: ["old"], surplus: ["begun"] },
    },
    {
      why: "one that is being deleted is said where nothing else is there, and is no surplus",
      found: { going: { status: "deleting" }, broken: { status: "failed" } },
      match: { deleting: "going", surplus: ["broken"] },
    },
    {
      why: "a failed one alone is only surplus",
      found: { broken: { status: "failed" } },
      match: { surplus: ["broken"] },
    },
    {
      why: "one that is being deleted is not said beside one that serves",
      found: { going: { status: "deleting" }, now: {} },
      match: { current: "now" },
    },
    {
      why: "the name that the file insists on makes an object of another name the earlier one",
      found: { now: { name: "other" } },
      physicalName: "fixed",
      match: { previous: "now", forcing: ["name"] },
    },
    {
      why: "a name that differs is named after the fields that do",
      found: { now: { name: "other", shape: "square" } },
      physicalName: "fixed",
      match: { previous: "now", forcing: ["shape", "name"] },
    },
    {
      why: "the name that the file insists on is no difference where the object has it",
      found: { now: { name: "fixed" } },
      physicalName: "fixed",
      match: { current: "now" },
    },
  ];
  test.each(cases)("$why", ({ found, match, keep, physicalName }) => {
    const rest = {
      ...(keep !== undefined && { keep }),
      ...(physicalName !== undefined && { physicalName }),
    };
    expect(matchOf(found, rest)).toEqual(match);
  });
});

describe("what only a replacement can change", () => {
  const seen = live("a#1", {});
  const matchWith = (rule: Partial<(typeof thing.fields)[string]>, shape: unknown) =>
    matchLive(
      {
        resource: want("thing/a"),
        fields: { size: 1, shape },
        type: { ...thing, fields: { ...thing.fields, shape: { onChange: "replace", ...rule } } },
      },
      [seen],
    );

  test("differs by the rule's own comparison, where it has one", () => {
    expect(matchWith({ equal: () => true }, "square").current).toBe(seen);
    expect(matchWith({ equal: () => false }, "round").previous).toBe(seen);
  });

  test("always differs from what only an apply can tell", () => {
    expect(matchWith({ equal: () => true }, unknownValue).forcing).toEqual(["shape"]);
  });

  test("is never what is only needed to make the object", () => {
    expect(matchWith({ writeOnly: true }, "square").current).toBe(seen);
  });

  test("is not a field that an update changes", () => {
    const bigger = want("thing/a", { size: 2 });
    expect(
      matchLive({ resource: bigger, fields: bigger.fields, type: thing }, [seen]).current,
    ).toBe(seen);
  });
});
