import { describe, expect, test } from "vitest";
import type { Change, FieldChange } from "../../../src/engine/plan-format.ts";
import { webAcl } from "../../../src/resources/web-acl/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";
import { commonRule, limitRule } from "./firewall.ts";

const counting = [{ ...commonRule, action: "count" }];
const blocking = [commonRule];
const costs = ["service", /^AWS WAF costs money: for the web ACL, for each of its rules/] as const;
const first = ["service", /^From now on, the firewall blocks requests.*write mode: count/] as const;

function withRules(action: Change["action"], before: unknown, after: unknown): Change {
  const field = { path: "rules", before, after } as FieldChange;
  return { ...change("web-acl/shop", action, ["rules"]), fields: [field] };
}

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "a new one costs money, and blocks for the first time",
      change: withRules("create", undefined, blocking),
      says: [costs, first],
    },
    {
      reason: "a new one that only counts blocks nothing",
      change: withRules("create", undefined, counting),
      says: [costs],
    },
    {
      reason: "a limit blocks what it says, and no uploads",
      change: withRules("create", undefined, [limitRule]),
      says: [costs],
    },
    {
      reason: "one that counted, and blocks from now on",
      change: withRules("update", counting, blocking),
      says: [first],
    },
    {
      reason: "one that blocks already says nothing new",
      change: withRules("update", blocking, [...blocking, limitRule]),
      says: [],
    },
    {
      reason: "one that only counts from now on blocks nothing",
      change: withRules("update", blocking, counting),
      says: [],
    },
    {
      reason: "other fields block nothing",
      change: change("web-acl/shop", "update", ["tags"]),
      says: [],
    },
    {
      reason: "a deleted one takes its counts with it",
      change: change("web-acl/shop", "delete"),
      says: [["lost", /deleted, and its counts of requests with it/]],
    },
    {
      reason: "a replaced one says it in its parts",
      change: change("web-acl/shop", "replace"),
      says: [],
    },
  ];

describe("what comes of a change of a web ACL", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(webAcl.consequences?.(one, planOf([one]), undefined), says);
  });
});

test("a web ACL gets another name only by another one, which is there first", () => {
  expect(webAcl.replace).toBe("create-first");
  expect(webAcl.naming).toEqual({ maxLength: 128 });
  expect(Object.values(webAcl.fields).map(({ onChange }) => onChange)).toEqual([
    "update",
    "update",
    "update",
  ]);
});
