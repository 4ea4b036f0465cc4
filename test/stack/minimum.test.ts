import { describe, expect, test } from "vitest";
import type { Stack } from "../../src/spec/stack.ts";
import { minimumAt } from "../../src/stack/scaling.ts";
import { minimal } from "./stacks.ts";

const daily = (name: string, at: string, min: number) => ({ name, at, zone: "Etc/UTC", min });

const stack: Stack = {
  ...minimal,
  scaling: {
    ...minimal.scaling,
    min: 2,
    max: 9,
    schedule: [daily("days", "0 7 * * *", 6), daily("nights", "0 20 * * *", 1)],
  },
};

const at = (time: string, of = stack) => minimumAt(of, Date.parse(`2026-01-05T${time}Z`));

describe("the smallest number of servers", () => {
  test.each([
    ["06:00:00", 1],
    ["12:00:00", 6],
    ["21:00:00", 1],
  ])("at %s is what the schedule says: %i", (time, min) => {
    expect(at(time)).toBe(min);
  });

  test.each([
    ["06:58:59", 1],
    ["06:59:00", 1],
    ["07:00:00", 1],
    // AWS may be two minutes late, and a clock a minute apart.
    ["07:02:59", 1],
    ["07:03:00", 6],
  ])("at %s, around an action that raises it, is the smaller one: %i", (time, min) => {
    expect(at(time)).toBe(min);
  });

  test.each([
    ["19:58:59", 6],
    ["19:59:00", 1],
    ["20:00:00", 1],
    ["20:03:00", 1],
  ])("at %s, around an action that lowers it, is the smaller one: %i", (time, min) => {
    expect(at(time)).toBe(min);
  });

  test("is the stack file's own without a schedule, or without an action that sets it", () => {
    expect(at("07:00:00", minimal)).toBe(1);
    const { min: _, ...sale } = { ...daily("sale", "0 7 * * *", 6), max: 12 };
    const wider = { ...stack, scaling: { ...stack.scaling, schedule: [sale] } };
    expect(at("12:00:00", wider)).toBe(2);
  });
});
