import { describe, expect, test } from "vitest";
import { expectedSeconds, secondsLeft, type TimedStep } from "../../src/ui/durations.ts";
import { timingOf } from "../../src/ui/forecast.ts";
import { field, planOf } from "./documents.ts";
import { TYPES } from "./types.ts";

function step(key: string, rest: Partial<TimedStep> = {}): TimedStep {
  const [verb = "create", address = ""] = key.split(" ");
  const named = { key, verb: verb as TimedStep["verb"], address };
  const planned = { document: undefined, types: TYPES, desired: [] };
  return { ...named, after: [], state: "waiting", ...timingOf(named, planned), ...rest };
}

function stepsOf(...all: readonly TimedStep[]): ReadonlyMap<string, TimedStep> {
  return new Map(all.map((each) => [each.key, each]));
}

/** The timing of a group's update in which this field differs. */
function slowPart(path: string) {
  const address = "auto-scaling-group/shop";
  const fields = [field(path, { before: 1, after: 2 })];
  const document = planOf([{ address, action: "update", because: "", fields }]);
  return timingOf({ verb: "update", address }, { document, types: TYPES, desired: [] });
}

const IMAGE = "create image/shop";
const TEMPLATE = "create launch-template/shop";
const USUAL_IMAGE = expectedSeconds(step(IMAGE), []);
const USUAL_TEMPLATE = expectedSeconds(step(TEMPLATE), []);

describe("what a step is expected to take", () => {
  test("making an image takes minutes, making a template seconds", () => {
    expect(USUAL_IMAGE).toBeGreaterThan(240);
    expect(USUAL_TEMPLATE).toBeLessThan(10);
  });

  test("finished steps of the same kind in this run count more than the table", () => {
    const done = step("create security-group/a", { state: "done", seconds: 40 });
    const other = step("create security-group/b", { state: "done", seconds: 60 });
    const next = expectedSeconds(step("create security-group/c"), [done, other]);
    expect(next).toBeGreaterThan(30);
    expect(next).toBeLessThan(50);
  });

  test("one quick step of a kind does not make a slow one an exception", () => {
    const group = step("delete security-group/a");
    const quick = step("delete security-group/b", { state: "done", seconds: 4 });
    const usual = expectedSeconds(group, []);
    expect(expectedSeconds(group, [quick])).toBeGreaterThan(usual * 0.4);
  });

  test("an overhead that quick steps have does not make a long one longer", () => {
    const key = step("create key-pair/a", { state: "done", seconds: 40 });
    const group = step("create security-group/b", { state: "done", seconds: 34 });
    expect(expectedSeconds(step(IMAGE), [key, group])).toBeLessThan(USUAL_IMAGE * 1.05);
  });

  test("a group's settings take seconds, its capacity a while, its instances minutes", () => {
    const update = step("update auto-scaling-group/shop");
    const settings = expectedSeconds(update, []);
    const capacity = expectedSeconds({ ...update, ...slowPart("desired") }, []);
    const rollout = expectedSeconds({ ...update, ...slowPart("launchTemplate") }, []);
    expect(settings).toBeLessThan(10);
    expect(capacity).toBeGreaterThan(60);
    expect(rollout).toBeGreaterThan(capacity * 2);
  });

  test("deleting is another kind than making", () => {
    const done = step("create security-group/a", { state: "done", seconds: 40 });
    expect(expectedSeconds(step("delete security-group/a"), [done])).not.toBe(40);
  });

  test("a run that is slow so far is expected to stay slow", () => {
    const slow = step(IMAGE, { state: "done", seconds: USUAL_IMAGE * 2 });
    const group = step("create auto-scaling-group/shop");
    expect(expectedSeconds(group, [slow])).toBeGreaterThan(expectedSeconds(group, []) * 1.5);
  });

  test("a few quick steps hardly bend the forecast of a long one", () => {
    const quick = step(TEMPLATE, { state: "done", seconds: 0.1 });
    expect(expectedSeconds(step(IMAGE), [quick])).toBeGreaterThan(USUAL_IMAGE * 0.9);
  });
});

describe("the time left", () => {
  test("is that of the longest chain: what runs side by side is not added up", () => {
    const steps = stepsOf(
      step(IMAGE),
      step("create security-group/web"),
      step(TEMPLATE, { after: [IMAGE, "create security-group/web"] }),
    );
    expect(secondsLeft(steps, 0)).toBe(USUAL_IMAGE + USUAL_TEMPLATE);
  });

  test("shrinks by what a running step has behind it", () => {
    const steps = stepsOf(step(IMAGE, { state: "running", since: 0 }));
    expect(secondsLeft(steps, 60_000)).toBe(USUAL_IMAGE - 60);
  });

  test("never says that a step which outlasts its forecast is over", () => {
    const steps = stepsOf(step(IMAGE, { state: "running", since: 0 }));
    expect(secondsLeft(steps, USUAL_IMAGE * 2000)).toBeGreaterThan(30);
  });

  test("of a step that is late is as much again, and never less than before", () => {
    const steps = stepsOf(step("delete key-pair/shop", { state: "running", since: 0 }));
    const left = [1, 2, 30, 60].map((seconds) => secondsLeft(steps, seconds * 1000));
    expect(left).toEqual([...left].sort((one, other) => one - other));
    expect(left.at(-1)).toBeGreaterThan(55);
  });

  test("of a rollout that tells a small share of many instances is not the table's", () => {
    const rollout = (done: number) =>
      secondsLeft(
        stepsOf(
          step("update auto-scaling-group/shop", {
            state: "running",
            since: 0,
            ...slowPart("launchTemplate"),
            done,
            total: 100,
          }),
        ),
        600_000,
      );
    expect(rollout(5)).toBe(600 * 19);
    expect(rollout(0)).toBeLessThan(600);
    expect(rollout(100)).toBeLessThan(600);
  });

  test.each(["done", "failed", "skipped"] as const)(
    "counts nothing of a step that is %s",
    (state) => {
      expect(secondsLeft(stepsOf(step(IMAGE, { state })), 0)).toBe(0);
    },
  );

  test("of steps that wait for each other in a circle is some number, not a hang", () => {
    const steps = stepsOf(step(IMAGE, { after: [TEMPLATE] }), step(TEMPLATE, { after: [IMAGE] }));
    expect(secondsLeft(steps, 0)).toBeGreaterThan(0);
  });
});
