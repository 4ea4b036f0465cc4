import { describe, expect, test } from "vitest";
import {
  outcomeMessage,
  outcomeOf,
  outcomeSubject,
  type RunApply,
} from "../../src/cli/outcome-content.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { Action, PlanDocument, Summary, Verb } from "../../src/engine/plan-format.ts";

const at = "2026-01-05T09:00:00.000Z";
const nothing: Summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 3 };

const step = (key: string, verb: Verb, address: `${string}/${string}`) => ({ key, verb, address });
const steps = [
  step("update launch-template/shop", "update", "launch-template/shop"),
  step("update auto-scaling-group/shop", "update", "auto-scaling-group/shop"),
  step("create target-group/shop", "create", "target-group/shop"),
  step("delete target-group/shop tg-1", "delete", "target-group/shop"),
];

const change = (action: Action, address: `${string}/${string}`, because: string) => ({
  action,
  address,
  because,
  fields: [],
});

const document: PlanDocument = {
  formatVersion: 1,
  stack: "shop",
  region: "ap-southeast-2",
  account: "111111111111",
  summary: nothing,
  changes: [
    change("update", "launch-template/shop", "newer base image: A → B"),
    change("update", "auto-scaling-group/shop", "roll out launch template version 1 → 2"),
    change("replace", "target-group/shop", "port differs"),
    change("keep", "key-pair/shop", "nothing differs"),
  ],
  steps: steps.map((each) => ({ ...each, after: [] })),
  problems: [],
};

/** The events of an apply in which these steps were completed. */
function run(done: readonly number[], more: readonly EngineEvent[], ended: object): RunApply {
  const events: EngineEvent[] = steps
    .filter((_, index) => done.includes(index))
    .map((each) => ({ at, event: "step-done", seconds: 1, ...each }));
  const finished: EngineEvent = {
    at,
    event: "finished",
    ok: true,
    summary: nothing,
    outputs: {},
    apiCalls: 1,
    seconds: 1,
    ...ended,
  };
  return { document, events: [...events, ...more, finished] };
}

const failure: EngineEvent = {
  at,
  event: "step-failed",
  key: "update auto-scaling-group/shop",
  verb: "update",
  address: "auto-scaling-group/shop",
  error: {
    message: "the new servers are not healthy",
    code: "Unhealthy",
    operation: "autoscaling:StartInstanceRefresh",
    remedy: "Look at the logs.",
    consoleOutput: ["password=hunter2"],
  },
};

describe("the outcome of an apply", () => {
  test("names what has changed, with its reasons", () => {
    const outcome = outcomeOf(
      run([0, 1, 2, 3], [], { summary: { ...nothing, update: 2, replace: 1 } }),
    );
    expect(outcome).toEqual({
      formatVersion: 1,
      at,
      stack: "shop",
      region: "ap-southeast-2",
      account: "111111111111",
      outcome: "applied",
      summary: { ...nothing, update: 2, replace: 1 },
      changes: [
        {
          address: "launch-template/shop",
          action: "update",
          because: "newer base image: A → B",
        },
        {
          address: "auto-scaling-group/shop",
          action: "update",
          because: "roll out launch template version 1 → 2",
        },
        { address: "target-group/shop", action: "replace", because: "port differs" },
      ],
    });
  });

  test("names of a failed one what has changed until then, and the failure without the console's lines", () => {
    const outcome = outcomeOf(
      run([0, 2], [failure], { ok: false, summary: { ...nothing, update: 1 } }),
    );
    expect(outcome).toMatchObject({
      outcome: "failed",
      // The old target group still exists, so its replacement is not complete.
      changes: [{ address: "launch-template/shop" }],
      error: {
        address: "auto-scaling-group/shop",
        message: "the new servers are not healthy",
        code: "Unhealthy",
        operation: "autoscaling:StartInstanceRefresh",
        remedy: "Look at the logs.",
      },
    });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  test("has the failure of the whole apply, if no step failed", () => {
    const error = { message: "the record of used types could not be written" };
    expect(outcomeOf(run([], [], { ok: false, error }))).toMatchObject({
      outcome: "failed",
      changes: [],
      error,
    });
  });

  test.each<[what: string, apply: RunApply]>([
    ["only waited", run([], [], { pending: [] })],
    ["was interrupted before anything changed", run([], [], { ok: false, interrupted: true })],
    ["was interrupted in the middle", run([0], [], { ok: false, interrupted: true })],
    ["failed and was interrupted", run([0], [failure], { ok: false, interrupted: true })],
    ["has not finished", { document, events: [] }],
  ])("of one that %s is not told", (_, apply) => {
    expect(outcomeOf(apply)).toBeUndefined();
  });
});

describe("a mail about it", () => {
  const pending = [
    {
      address: "topic/shop",
      waitsFor: "ops@example.com to confirm its subscription",
      remedy: "Open the link.",
    },
  ] as const;

  test("says everything in plain lines", () => {
    const outcome = outcomeOf(
      run([0], [failure], { ok: false, summary: { ...nothing, update: 1 }, pending }),
    );
    if (outcome === undefined) throw new Error("nothing is told");
    expect(outcomeSubject(outcome)).toBe("reconcile shop: apply failed");
    expect(outcomeMessage(outcome)).toBe(`reconcile shop: apply failed
Stack shop, account 111111111111, region ap-southeast-2, ${at}

Changes:
- update launch-template/shop: newer base image: A → B

Error at auto-scaling-group/shop:
  the new servers are not healthy
  (autoscaling:StartInstanceRefresh: Unhealthy)
  Look at the logs.

Pending: topic/shop waits for ops@example.com to confirm its subscription.
  Open the link.
`);
  });

  test("has a subject that SNS takes: less than 100 characters of ASCII", () => {
    const outcome = outcomeOf(run([0], [], { summary: { ...nothing, update: 1 } }));
    if (outcome === undefined) throw new Error("nothing is told");
    expect(outcomeSubject(outcome)).toBe("reconcile shop: 1 updated");
    const strange = outcomeSubject({ ...outcome, stack: `é\n${"x".repeat(200)}` });
    expect(strange).toMatch(/^reconcile \?\?x+$/);
    expect(strange).toHaveLength(99);
  });

  test("is no JSON, which the filter of URLs would let pass", () => {
    const outcome = outcomeOf(run([0], [], {}));
    if (outcome === undefined) throw new Error("nothing is told");
    expect(() => JSON.parse(outcomeMessage(outcome)) as unknown).toThrow();
  });

  test("leaves out what nobody reads", () => {
    const outcome = outcomeOf(run([0], [], {}));
    if (outcome === undefined) throw new Error("nothing is told");
    const changes = Array.from({ length: 500 }, () => ({
      address: "topic/shop" as const,
      action: "update" as const,
      because: "b",
    }));
    const message = outcomeMessage({ ...outcome, changes });
    expect(message.match(/^- update/gm)).toHaveLength(200);
    expect(message).toContain("\n- and 300 more\n");
  });
});
