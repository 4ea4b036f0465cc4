import { describe, expect, test } from "vitest";
import { createJsonView } from "../../src/ui/json.ts";
import type { View } from "../../src/ui/view.ts";
import { planOf } from "./documents.ts";
import { Memory } from "./streams.ts";

const counts = { create: 0, update: 0, replace: 0, delete: 0, keep: 0 };
const finished = {
  at: "2026-01-01T00:00:00.000Z",
  event: "finished",
  ok: true,
  summary: counts,
  outputs: { url: "http://afterpay.example/" },
  apiCalls: 1,
  seconds: 1,
} as const;

describe("a command with one object", () => {
  test("prints the plan as it is", () => {
    const stdout = new Memory();
    createJsonView(stdout, "one-object").plan(planOf([]));
    expect(JSON.parse(stdout.text)).toEqual(planOf([]));
  });

  test("prints a failure as an object of its own", () => {
    const stdout = new Memory();
    const view = createJsonView(stdout, "one-object");
    view.failure({ kind: "outside", message: "no network", code: "ENOTFOUND" });
    expect(JSON.parse(stdout.text)).toEqual({
      error: { kind: "outside", message: "no network", code: "ENOTFOUND" },
    });
  });
});

describe("a command with one object a line", () => {
  const linesOf = (stdout: Memory) =>
    stdout.lines.filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);

  test("prints each event, and not the plan before them", () => {
    const stdout = new Memory();
    const view = createJsonView(stdout, "lines");
    view.plan(planOf([]));
    view.event(finished);
    expect(linesOf(stdout)).toEqual([finished]);
  });

  test("tells of each event first when and what, so that a person can read the lines", () => {
    const stdout = new Memory();
    const step = { key: "create image/a", verb: "create", address: "image/a" } as const;
    createJsonView(stdout, "lines").event({ at: finished.at, ...step, event: "step-started" });
    expect(stdout.text.trim()).toBe(
      JSON.stringify({ at: finished.at, event: "step-started", ...step }),
    );
  });

  test.each([
    ["nothing differs", (view: View) => view.nothing("nothing-differs", {})],
    ["the plan fails", (view: View) => view.failure({ kind: "outside", message: "denied" })],
  ])("counts the calls that reading the account took when %s", (_, end) => {
    const stdout = new Memory();
    const view = createJsonView(stdout, "lines");
    view.about({
      command: "apply",
      stack: "afterpay",
      region: "ap-southeast-2",
      now: () => Date.parse(finished.at),
      apiCalls: () => 12,
    });
    end(view);
    expect(linesOf(stdout).at(-1)).toMatchObject({ event: "finished", apiCalls: 12, seconds: 0 });
  });

  test("ends with finished when it fails before the first step", () => {
    const stdout = new Memory();
    createJsonView(stdout, "lines").failure({ kind: "user", message: "no such file" });
    expect(linesOf(stdout)).toEqual([
      expect.objectContaining({
        event: "finished",
        ok: false,
        error: { kind: "user", message: "no such file" },
      }),
    ]);
  });

  test("has one finished, whatever else goes wrong afterwards", () => {
    const stdout = new Memory();
    const view = createJsonView(stdout, "lines");
    view.event({ ...finished, ok: false });
    view.failure({ kind: "bug", message: "boom", stack: "trace" });
    expect(linesOf(stdout)).toHaveLength(1);
  });

  test("says planned and finished when nothing differs", () => {
    const stdout = new Memory();
    const view = createJsonView(stdout, "lines");
    view.plan(planOf([{ address: "image/a", action: "keep", because: "same", fields: [] }]));
    view.nothing("nothing-differs", { url: "http://afterpay.example/" });
    expect(linesOf(stdout)).toEqual([
      expect.objectContaining({ event: "planned", summary: { ...counts, keep: 1 } }),
      expect.objectContaining({
        event: "finished",
        ok: true,
        outputs: { url: "http://afterpay.example/" },
      }),
    ]);
  });
});
