import { expect, test } from "vitest";
import type { Stack } from "../../../src/spec/stack.ts";
import { LEAST, load } from "../stacks.ts";

test.each<[why: string, text: string, pick: (stack: Stack) => unknown, unknown]>([
  [
    "max is as many as min or desired",
    LEAST.replace("min: 2", "min: 2, desired: 5"),
    ({ scaling }) => [scaling.max, scaling.desired],
    [5, 5],
  ],
  [
    "with a load balancer, its word decides on health",
    `${LEAST}loadBalancer: {}\n`,
    ({ scaling }) => scaling.healthCheck.type,
    "load-balancer",
  ],
  [
    "a grace period that the file leaves out has room for a slow check and a start",
    `${LEAST}loadBalancer: { healthCheck: { interval: 60s, healthy: 10 } }\n`,
    ({ scaling }) => scaling.healthCheck.grace,
    660,
  ],
  [
    "and is no shorter with a quick one",
    `${LEAST}loadBalancer: {}\n`,
    ({ scaling }) => scaling.healthCheck.grace,
    120,
  ],
])("%s", (_why, text, pick, expected) => {
  expect(pick(load(text))).toEqual(expected);
});
