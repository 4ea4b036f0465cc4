import type { ReactNode } from "react";
import { describe, expect, test } from "vitest";
import { EndingRows, StepLine } from "../../../src/ui/ink/ending-rows.tsx";
import { PlanSummary } from "../../../src/ui/ink/plan-summary.tsx";
import { type Progress, reduceProgress } from "../../../src/ui/ink/progress.ts";
import { ProgressRows } from "../../../src/ui/ink/progress-rows.tsx";
import { Asked } from "../../../src/ui/ink/question.tsx";
import { OutputRows } from "../../../src/ui/ink/rows.tsx";
import { LiveRows, ScrolledRows } from "../../../src/ui/ink/screen.tsx";
import { StatusSummary } from "../../../src/ui/ink/status-summary.tsx";
import { field, planOf } from "../documents.ts";
import { evil, shown, unsafe } from "../evil.ts";
import { at } from "./events.ts";
import { frameOf } from "./frame.tsx";

const address = (where: string) => `image/${evil(where)}` as const;
const step = (where: string) => ({ key: where, verb: "create", address: address(where) }) as const;
const outputs = { [evil("label")]: evil("value") };
const error = {
  message: evil("message"),
  operation: evil("operation"),
  code: evil("code"),
  remedy: evil("remedy"),
};
const summary = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };
const ending = { ok: true, interrupted: false, summary, outputs, apiCalls: 1, seconds: 1 };
const timed = { address: address("address"), verb: "create", after: [], since: 0 } as const;

/** Two steps under way, one that waits for the first of them, and one that failed. */
const plan = planOf([], {
  steps: [
    { ...step("first"), after: [] },
    { ...step("second"), after: [] },
    { ...step("third"), after: ["first"] },
    { ...step("failing"), after: [] },
  ],
});
const progress = [
  { event: "planned", summary, steps: plan.steps },
  { event: "step-started", ...step("first") },
  { event: "step-progress", message: evil("doing"), ...step("first") },
  { event: "step-started", ...step("second") },
  { event: "step-retried", reason: evil("retry"), ...step("second") },
  { event: "step-failed", error, ...step("failing") },
] as const;
const underWay = progress.reduce<Progress | undefined>(
  (before, event) => reduceProgress(before, { at: at(0), ...event }, plan),
  undefined,
) as Progress;

const balancer = `load-balancer/${evil("balancer")}` as const;
const asked = {
  kind: "type-name",
  document: planOf([], { stack: evil("stack") }),
  name: evil("name"),
} as const;

const cases: readonly (readonly [what: string, node: ReactNode, marks: readonly string[]])[] = [
  [
    "a plan whose objects stay",
    <PlanSummary
      key="plan"
      document={planOf([
        { address: address("kept"), action: "keep", because: "", fields: [] },
        {
          address: "image/afterpay",
          action: "update",
          because: "files differ",
          fields: [field("list", { before: [evil("gone")], after: [evil("come")] })],
        },
      ])}
    />,
    ["kept", "gone", "come"],
  ],
  [
    "a plan of what nobody knows, and of what goes for good",
    <PlanSummary
      key="unknown"
      document={planOf([
        { address: `${evil("type")}/x`, action: "create", because: "", fields: [] },
        { address: balancer, action: "delete", because: "", fields: [] },
      ])}
    />,
    ["type", "type", "balancer", "balancer"],
  ],
  [
    "steps under way",
    <ProgressRows key="progress" progress={underWay} interrupting={false} />,
    ["first", "doing", "retry"],
  ],
  [
    "a step that is done",
    <StepLine key="done" step={{ ...timed, key: "x", state: "done", id: evil("id") }} />,
    ["address", "id"],
  ],
  [
    "a step that failed",
    <StepLine key="failed" step={{ ...timed, key: "x", state: "failed", error }} />,
    ["address"],
  ],
  ["a good end", <EndingRows key="good" progress={underWay} ending={ending} />, ["label", "value"]],
  [
    "a bad end",
    <EndingRows
      key="bad"
      progress={underWay}
      ending={{ ...ending, ok: false }}
      next={{ kind: "again", command: evil("command") }}
    />,
    ["failing", "message", "operation", "code", "remedy", "first", "third", "command"],
  ],
  [
    "a question",
    <Asked key="asked" approval={asked} answer={evil("typed")} />,
    ["stack", "name", "typed"],
  ],
  [
    "where a plan is saved",
    <ScrolledRows
      key="saved"
      item={{ kind: "plan-saved", file: evil("file"), command: evil("command") }}
    />,
    ["file", "command"],
  ],
  ["what is needed next", <OutputRows key="outputs" outputs={outputs} />, ["label", "value"]],
  [
    "what is being done",
    <LiveRows
      key="live"
      state={{ activity: evil("activity") } as Parameters<typeof LiveRows>[0]["state"]}
      options={{ onAnswer: () => {}, onLeave: () => {} }}
    />,
    ["activity"],
  ],
  [
    "a status",
    <StatusSummary
      key="status"
      now={0}
      document={{
        stack: evil("stack"),
        region: "r",
        resources: [
          {
            address: address("address"),
            type: "image",
            id: evil("id"),
            status: evil("state"),
            reason: evil("reason"),
            outputs: { base: evil("base"), checksPassed: 1, checks: [evil("check")] },
          },
        ],
        problems: [{ severity: "error", summary: evil("summary"), remedy: evil("remedy") }],
        instances: [
          {
            id: evil("instance"),
            zone: evil("zone"),
            image: evil("image"),
            lifecycle: evil("lifecycle"),
            health: evil("health"),
            reason: evil("ill"),
            protected: false,
          },
        ],
        rollouts: [
          { group: evil("group"), status: evil("rolling"), percent: 1, reason: evil("why") },
        ],
        outputs: { image: evil("id"), ...outputs },
      }}
    />,
    [
      ...["stack", "address", "id", "state", "reason", "base", "check", "summary", "remedy"],
      ...["instance", "zone", "image", "lifecycle", "health", "ill", "group", "rolling", "why"],
      ...["label", "value"],
    ],
  ],
];

describe("the screen obeys nothing of what comes from outside:", () => {
  test.each(cases)("%s", (_what, node, marks) => {
    const text = frameOf(node, { columns: 400, rows: 60 }).join("\n");
    expect(text).not.toMatch(unsafe);
    // Ink drops what steers a terminal, without a word: each has to be there as often as it is shown.
    for (const [where, times] of Map.groupBy(marks, (each) => each)) {
      expect(text.split(shown(where)).length - 1, where).toBeGreaterThanOrEqual(times.length);
    }
  });

  test("addresses of steps, which are cut to their column", () => {
    const short = { key: "short", verb: "create", address: "i/\u202e" } as const;
    const long = { key: "long", verb: "create", address: "auto-scaling-group/web" } as const;
    const both = planOf([], { steps: [short, long].map((each) => ({ ...each, after: [] })) });
    const planned = { at: at(0), event: "planned", summary, steps: [short, long] } as const;
    const first = reduceProgress(undefined, planned, both) as Progress;
    const started = { at: at(0), event: "step-started", ...short } as const;
    for (const each of [first, reduceProgress(first, started, both) as Progress]) {
      const rows = frameOf(<ProgressRows progress={each} interrupting={false} />).join("\n");
      expect(rows).toContain("i/\\u202e");
    }
  });
});
