import { describe, expect, test } from "vitest";
import { expectedSeconds, secondsLeft, type TimedStep } from "../../../src/ui/ink/durations.ts";

function step(key: string, rest: Partial<TimedStep> = {}): TimedStep {
  const [verb = "create", address = ""] = key.split(" ");
  return { key, verb: verb as TimedStep["verb"], address, after: [], state: "waiting", ...rest };
}

function stepsOf(...all: readonly TimedStep[]): ReadonlyMap<string, TimedStep> {
  return new Map(all.map((each) => [each.key, each]));
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

  test("a finished step of the same kind in this run counts more than the table", () => {
    const done = step("create security-group/a", { state: "done", seconds: 40 });
    const other = step("create security-group/b", { state: "done", seconds: 60 });
    expect(expectedSeconds(step("create security-group/c"), [done, other])).toBe(50);
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
