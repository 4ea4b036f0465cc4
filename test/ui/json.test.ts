import { describe, expect, test, vi } from "vitest";
import { createJsonView } from "../../src/ui/json.ts";
import type { View } from "../../src/ui/view.ts";
import { planOf, statusOf } from "./documents.ts";
import { Memory } from "./streams.ts";
import { TYPES } from "./types.ts";

const counts = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };
const outputs = { url: "http://afterpay.example/" };
const finished = {
  at: "2026-01-01T00:00:00.000Z",
  event: "finished",
  ok: true,
  summary: counts,
  outputs,
  apiCalls: 1,
  seconds: 1,
} as const;
const plan = planOf([{ address: "image/a", action: "keep", because: "same", fields: [] }]);
const status = statusOf({ outputs });
const problem = { file: "a.yaml", line: 1, column: 2, path: "stack", message: "wrong" };
const [error, warning] = (["error", "warning"] as const).map((severity) => ({
  severity,
  ...problem,
}));
if (error === undefined || warning === undefined) throw new Error("there are two");

function written(form: "one-object" | "lines", tell: (view: View) => unknown): Memory {
  const stdout = new Memory();
  tell(createJsonView(stdout, form));
  return stdout;
}

describe("a command with one object", () => {
  test.each<[what: string, tell: (view: View) => unknown, object: unknown]>([
    ["the plan as it is", (view) => view.plan(plan), plan],
    ["the status as it is", (view) => view.status(status), status],
    [
      "a file that is in order",
      (view) => view.validation({ file: "a.yaml", problems: [warning] }),
      { ok: true, file: "a.yaml", problems: [warning] },
    ],
    [
      "a file that is not",
      (view) => view.validation({ file: "a.yaml", problems: [warning, error] }),
      { ok: false, file: "a.yaml", problems: [warning, error] },
    ],
    [
      "a failure as an object of its own",
      (view) => view.failure({ kind: "outside", message: "no network", code: "ENOTFOUND" }),
      { error: { kind: "outside", message: "no network", code: "ENOTFOUND" } },
    ],
  ])("prints %s", (_what, tell, object) => {
    const { text } = written("one-object", tell);
    expect(JSON.parse(text)).toEqual(object);
    // A person may look at it, too.
    expect(text).toMatch(/^\{\n {2}"/);
  });

  test("prints nothing else", async () => {
    const stdout = written("one-object", (view) => {
      view.activity("reading");
      view.warnings([warning]);
      view.planSaved("plan.json", "reconcile apply");
      view.interrupting();
      view.stopped();
      return view.close();
    });
    expect(stdout.text).toBe("");
  });

  test("cannot ask", async () => {
    const approval = { kind: "confirm", document: plan } as const;
    const view = createJsonView(new Memory(), "one-object");
    await expect(view.approve(approval, AbortSignal.abort())).rejects.toThrow("cannot ask");
  });
});

describe("a command with one object a line", () => {
  const linesOf = (tell: (view: View) => unknown) =>
    written("lines", tell)
      .lines.filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);
  const { at } = finished;
  const about = (view: View) =>
    view.about({
      types: TYPES,
      command: "apply",
      stack: "afterpay",
      region: "ap-southeast-2",
      now: () => Date.parse(at),
      apiCalls: () => 12,
    });

  test("prints each event, and not the plan before them", () => {
    const lines = linesOf((view) => {
      view.plan(plan);
      view.event(finished);
    });
    expect(lines).toEqual([finished]);
  });

  test("ends well with what is pending, as data", () => {
    const pending = [
      {
        address: "certificate/shop",
        waitsFor: "the DNS record _a.example.com: no name server has the record _a.example.com",
        remedy:
          "Create this record, then apply again:\n_a.example.com. CNAME _b.acm-validations.aws.",
      },
    ] as const;
    const lines = linesOf((view) => view.event({ ...finished, pending }));
    expect(lines).toEqual([{ ...finished, pending }]);
  });

  test("tells of each event first when and what, so that a person can read the lines", () => {
    const step = { key: "create image/a", verb: "create", address: "image/a" } as const;
    const { text } = written("lines", (view) => view.event({ at, ...step, event: "step-started" }));
    expect(text).toBe(`${JSON.stringify({ at, event: "step-started", ...step })}\n`);
  });

  test.each<[why: string, tell: (view: View) => unknown, last: object]>([
    [
      "the plan fails",
      (view) => view.failure({ kind: "outside", message: "denied" }),
      { summary: counts, outputs: {}, error: { kind: "outside", message: "denied" } },
    ],
    [
      "it is interrupted",
      (view) => view.failure({ kind: "interrupted", message: "nothing was changed" }),
      {
        summary: counts,
        outputs: {},
        interrupted: true,
        error: { kind: "interrupted", message: "nothing was changed" },
      },
    ],
  ])("ends with finished when %s before the first step", (_why, tell, last) => {
    const lines = linesOf((view) => {
      about(view);
      tell(view);
    });
    expect(lines).toEqual([
      { at, event: "finished", ok: false, apiCalls: 12, seconds: 0, ...last },
    ]);
  });

  test.each([
    ["nothing-differs", true],
    ["declined", false],
  ] as const)("says planned and finished when the end is %s", (why, ok) => {
    const lines = linesOf((view) => {
      about(view);
      view.plan(plan);
      view.nothing(why, outputs);
      view.failure({ kind: "outside", message: "too late" });
    });
    const summary = { ...counts, keep: 1 };
    expect(lines).toEqual([
      { at, event: "planned", summary, steps: [] },
      { at, event: "finished", ok, summary, outputs, apiCalls: 12, seconds: 0 },
    ]);
  });

  test("has the time of this machine, and no calls, before it is about anything", () => {
    vi.useFakeTimers({ now: Date.parse(at) });
    const lines = linesOf((view) => view.failure({ kind: "user", message: "no such file" }));
    expect(lines).toMatchObject([{ at, event: "finished", ok: false, apiCalls: 0, seconds: 0 }]);
    vi.useRealTimers();
  });

  test("has one finished, whatever else goes wrong afterwards", () => {
    const lines = linesOf((view) => {
      view.event({ ...finished, ok: false });
      view.failure({ kind: "bug", message: "boom", stack: "trace" });
    });
    expect(lines).toHaveLength(1);
  });

  test("tells of a failure after some events", () => {
    const lines = linesOf((view) => {
      view.event({ at, event: "planned", summary: counts, steps: [] });
      view.failure({ kind: "bug", message: "boom", stack: "trace" });
    });
    expect(lines).toMatchObject([{ event: "planned" }, { event: "finished", ok: false }]);
  });
});
