import { describe, expect, test } from "vitest";
import type { Change, FieldChange } from "../../../src/engine/plan-format.ts";
import { type TargetGroupFields, targetGroup } from "../../../src/resources/target-group/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

function drained(before: unknown, after: unknown): Change {
  const field = { path: "drain", before, after } as FieldChange;
  return { ...change("target-group/shop", "update", ["drain"]), fields: [field] };
}

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "a shorter drain cuts requests that the longer one would let end",
      change: drained(300, 30),
      says: [["service", /has 30 s to finish its requests, instead of 300 s/]],
    },
    { reason: "a longer drain cuts none", change: drained(30, 300), says: [] },
    { reason: "a drain that is not known says nothing", change: drained(null, 30), says: [] },
    {
      reason: "another field cuts none",
      change: change("target-group/shop", "update", ["balance"]),
      says: [],
    },
    {
      reason: "a new one has no requests",
      change: change("target-group/shop", "create"),
      says: [],
    },
  ];

describe("what comes of a change of a target group", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(targetGroup.consequences?.(one, planOf([one]), undefined), says);
  });
});

describe("another health check is warned of, since servers may not pass it", () => {
  const fields = { healthCheck: { path: "/up", status: "200", interval: 10 } };
  const caution = (check: object) => {
    const wanted = { healthCheck: { ...fields.healthCheck, ...check } };
    return targetGroup.caution?.(
      wanted as unknown as TargetGroupFields,
      fields as unknown as TargetGroupFields,
    );
  };
  test.each([
    [{ path: "/health" }, /health at \/health and expects status 200\. Servers/],
    [{ status: "204" }, /health at \/up and expects status 204\. Servers/],
  ])("where it asks %j", (check, words) => {
    expect(caution(check)?.summary).toMatch(words);
  });

  test("and not where it only asks more often", () => {
    expect(caution({ interval: 30 })).toBeUndefined();
  });
});

test("another port, VPC or load balancer needs another target group", () => {
  const replaced = Object.entries(targetGroup.fields)
    .filter(([, { onChange }]) => onChange === "replace")
    .map(([name]) => name);
  expect(replaced).toEqual([
    "vpcId",
    "protocol",
    "protocolVersion",
    "port",
    "targetType",
    "loadBalancer",
  ]);
  expect(targetGroup.replace).toBe("create-first");
  expect(targetGroup.naming).toEqual({ maxLength: 32 });
});

test("a target group whose load balancer nobody recorded is that of any", () => {
  const { equal } = targetGroup.fields.loadBalancer;
  expect(equal?.("internal", null)).toBe(true);
  expect(equal?.("internal", "internal")).toBe(true);
  expect(equal?.("internal", "internet-facing")).toBe(false);
});
