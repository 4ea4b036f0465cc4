import { describe, expect, test } from "vitest";
import { arrange } from "../../../src/ui/ink/arrange.ts";
import { reduceProgress, stepsIn, waitsFor } from "../../../src/ui/ink/progress.ts";
import { EMPTY_SCREEN, reduceScreen } from "../../../src/ui/ink/screen-state.ts";
import { field } from "../documents.ts";
import { TYPES } from "../types.ts";
import { eventsOf, progressAfter, START } from "./events.ts";
import { MIXED_PLAN } from "./plans.ts";

const PLANNED = { document: MIXED_PLAN, types: TYPES, desired: [] };
const happen = eventsOf(MIXED_PLAN);
const [GROUP, IMAGE, TEMPLATE] = [0, 1, 2];
const keyOf = (index: number) => MIXED_PLAN.steps[index]?.key ?? "";

describe("events to progress", () => {
  test("a run begins with every step waiting for what the plan says", () => {
    const progress = progressAfter(MIXED_PLAN, [happen.planned()]);
    expect(progress.begin).toBe(START);
    expect(stepsIn(progress, "waiting")).toHaveLength(MIXED_PLAN.steps.length);
    const template = progress.steps.get(keyOf(TEMPLATE));
    expect(template && waitsFor(template, progress.steps)).toEqual([
      "image/afterpay",
      "security-group/web",
    ]);
  });

  test.each([
    [["launchTemplate.version", "desired"], "rollout"],
    [["desired"], "capacity"],
    [["cooldown"], undefined],
  ])("the update of a group's %j is a %s", (paths, effort) => {
    const changes = MIXED_PLAN.changes.map((change) =>
      change.address === "auto-scaling-group/afterpay"
        ? { ...change, fields: paths.map((path) => field(path, { before: 1, after: 2 })) }
        : change,
    );
    const progress = progressAfter({ ...MIXED_PLAN, changes }, [happen.planned()]);
    expect(progress.steps.get("update auto-scaling-group/afterpay")?.slowPart).toBe(effort);
  });

  test("a step no longer waits for what is done", () => {
    const progress = progressAfter(MIXED_PLAN, [
      happen.planned(),
      happen.started(GROUP, 1),
      happen.done(GROUP, 3, 2),
    ]);
    const template = progress.steps.get(keyOf(TEMPLATE));
    expect(template && waitsFor(template, progress.steps)).toEqual(["image/afterpay"]);
  });

  test("a note stays with its step, beside what it is doing", () => {
    const noted = { ...happen.progressed(IMAGE, 3, "foo is not known"), note: true } as const;
    const progress = progressAfter(MIXED_PLAN, [
      happen.planned(),
      happen.started(IMAGE, 1),
      happen.progressed(IMAGE, 2, "installing", { done: 1, total: 4 }),
      noted,
      happen.done(IMAGE, 4, 3),
    ]);
    expect(progress.steps.get(keyOf(IMAGE))).toMatchObject({
      state: "done",
      message: "installing",
      total: 4,
      notes: ["foo is not known"],
    });
  });

  test("progress keeps only the newest message and its count", () => {
    const progress = progressAfter(MIXED_PLAN, [
      happen.planned(),
      happen.started(IMAGE, 1),
      happen.progressed(IMAGE, 2, "installing", { done: 1, total: 4 }),
      happen.progressed(IMAGE, 3, "powering off"),
    ]);
    const image = progress.steps.get(keyOf(IMAGE));
    expect(image).toMatchObject({ state: "running", since: START + 1000, message: "powering off" });
    expect(image).not.toHaveProperty("total");
  });

  test("retries are counted, and forgotten once the step gets on", () => {
    const retrying = progressAfter(MIXED_PLAN, [
      happen.planned(),
      happen.started(IMAGE, 1),
      happen.retried(IMAGE, 2, "not found"),
      happen.retried(IMAGE, 3, "still not found"),
    ]);
    expect(retrying.steps.get(keyOf(IMAGE))?.retry).toEqual({
      reason: "still not found",
      times: 2,
    });
    const on = reduceProgress(retrying, happen.progressed(IMAGE, 4, "running"), PLANNED);
    expect(on.steps.get(keyOf(IMAGE))).not.toHaveProperty("retry");
  });

  test("what was is never changed", () => {
    const before = progressAfter(MIXED_PLAN, [happen.planned()]);
    const kept = structuredClone(before);
    reduceProgress(before, happen.started(IMAGE, 1), PLANNED);
    expect(before).toEqual(kept);
  });

  test("only a plan of nothing but deletes is a destruction", () => {
    expect(progressAfter(MIXED_PLAN, [happen.planned()]).destroys).toBe(false);
    const steps = MIXED_PLAN.steps.map((step) => ({ ...step, verb: "delete" as const }));
    const plan = { ...MIXED_PLAN, steps };
    expect(progressAfter(plan, [eventsOf(plan).planned()]).destroys).toBe(true);
  });
});

describe("what is told to the screen", () => {
  const running = [
    { tell: "plan", document: MIXED_PLAN, desired: [], live: [] } as const,
    { tell: "event", event: happen.planned() } as const,
    { tell: "event", event: happen.started(GROUP, 1) } as const,
  ].reduce(reduceScreen, reduceScreen(EMPTY_SCREEN, { tell: "activity", message: "Reading" }));

  test("what is read ends with the plan, which scrolls away", () => {
    expect(running.activity).toBeUndefined();
    expect(running.scrolled.map(({ kind }) => kind)).toEqual(["plan", "gap"]);
  });

  test("a finished step scrolls away; the rest stays", () => {
    const after = reduceScreen(running, { tell: "event", event: happen.done(GROUP, 3, 2) });
    expect(after.scrolled.map(({ kind }) => kind)).toEqual(["plan", "gap", "step"]);
    expect(after.progress?.steps.get(keyOf(IMAGE))?.state).toBe("waiting");
  });

  test("a skipped step leaves no line of its own: the end tells it once", () => {
    const skipped = happen.skipped(TEMPLATE, 3, "failed");
    expect(reduceScreen(running, { tell: "event", event: skipped }).scrolled).toEqual(
      running.scrolled,
    );
  });

  test("the end takes the live part away and stays itself", () => {
    const after = reduceScreen(running, { tell: "event", event: happen.finished(9) });
    expect(after.progress).toBeUndefined();
    expect(after.scrolled.at(-1)?.kind).toBe("ending");
  });

  test("what was answered stays readable above", () => {
    const approval = { kind: "confirm", document: MIXED_PLAN } as const;
    const asked = reduceScreen(running, { tell: "ask", approval });
    const after = reduceScreen(asked, { tell: "answered", answer: "yes" });
    expect(after.asking).toBeUndefined();
    expect(after.scrolled.at(-1)).toMatchObject({
      kind: "answer",
      asked: { approval },
      answer: "yes",
    });
  });
});

describe("fitting steps into a short screen", () => {
  const progress = progressAfter(MIXED_PLAN, [
    happen.planned(),
    happen.started(GROUP, 1),
    happen.started(IMAGE, 1),
  ]);
  const rowsOf = ({ running, waiting, details, hidden }: ReturnType<typeof arrange>) =>
    running.length * (details ? 2 : 1) +
    waiting.length +
    (hidden.running + hidden.waiting > 0 ? 1 : 0);

  test.each([
    { rows: 20, details: true, running: 2, waiting: 3, why: "room for everything" },
    { rows: 6, details: true, running: 2, waiting: 1, why: "what waits gives way first" },
    { rows: 4, details: false, running: 2, waiting: 1, why: "what runs is never left out for it" },
    { rows: 3, details: false, running: 2, waiting: 0, why: "then what steps are doing" },
    { rows: 2, details: false, running: 1, waiting: 0, why: "then steps under way" },
    { rows: 0, details: false, running: 0, waiting: 0, why: "no room is no error" },
  ])("$rows rows: $why", ({ rows, details, running, waiting }) => {
    const arranged = arrange(progress, rows);
    expect(arranged).toMatchObject({ details });
    expect(arranged.running).toHaveLength(running);
    expect(arranged.waiting).toHaveLength(waiting);
    expect(arranged.hidden).toEqual({ running: 2 - running, waiting: 3 - waiting });
    if (rows > 0) expect(rowsOf(arranged)).toBeLessThanOrEqual(rows);
  });
});
