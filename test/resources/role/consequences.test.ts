import { describe, test } from "vitest";
import type { Change, Step } from "../../../src/engine/plan-format.ts";
import { role } from "../../../src/resources/role/index.ts";
import { field, planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

const address = "role/shop";

const updated = (path: string, before: unknown, after: unknown): Change => ({
  ...change(address, "update"),
  fields: [field(path, { before, after })],
});

const narrowing: Step = {
  key: `update ${address} narrowing allow`,
  verb: "update",
  address,
  after: [],
};

const cases: readonly {
  readonly reason: string;
  readonly change: Change;
  readonly steps?: readonly Step[];
  readonly says: Said;
}[] = [
  {
    reason: "more is everybody's at once",
    change: updated("allow", ["a"], ["a", "b"]),
    says: [["service", /allows more: every server gets it at once, before any rollout/]],
  },
  {
    reason: "a first policy, too",
    change: updated("policies", undefined, ["a"]),
    says: [["service", /allows more/]],
  },
  {
    reason: "less is everybody's at once, where nothing is rolled out",
    change: updated("policies", ["a"], []),
    says: [["service", /allows less: every server loses it at once/]],
  },
  {
    reason: "less waits for a rollout",
    change: updated("allow", ["a"], ["b"]),
    steps: [narrowing],
    says: [
      ["service", /allows more/],
      ["service", /allows less: the servers lose it after the rollout/],
    ],
  },
  {
    reason: "a boundary holds at once",
    change: updated("boundary", null, "arn:b"),
    says: [["service", /limits every server at once/]],
  },
  {
    reason: "the end of a boundary allows more",
    change: updated("boundary", "arn:b", null),
    says: [
      ["service", /^role\/shop has no boundary any more: every server may do more at once\.$/],
    ],
  },
  {
    reason: "another boundary may allow more or less",
    change: updated("boundary", "arn:b", "arn:c"),
    says: [["service", /another boundary: every server may be allowed more or less at once/]],
  },
  { reason: "tags change nothing", change: updated("tags", {}, { a: "b" }), says: [] },
  { reason: "a new role is nobody's yet", change: change(address, "create", ["allow"]), says: [] },
];

describe("what comes of a change of a role", () => {
  test.each(cases)("$reason", ({ change: one, steps = [], says }) => {
    const plan = { ...planOf([one]), steps };
    expectSaid(role.consequences?.(one, plan, undefined), says);
  });
});
