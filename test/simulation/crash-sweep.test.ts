import { expect, test, vi } from "vitest";
import { failuresOf, sweepCrashes } from "./simulation.ts";

// Seconds of one core each, and minutes where others use the machine as well.
vi.setConfig({ testTimeout: 180_000 });

// Builds and rollouts look hundreds of times while they wait: a few looks stand for all of them.
test.each([
  { journey: "create-tier", everyRead: 120 },
  { journey: "change-hardening", everyRead: 200 },
  { journey: "second-thoughts", everyRead: 200 },
  { journey: "change-rules", everyRead: 4 },
  { journey: "exchange-rules", everyRead: 2 },
  { journey: "replace-group", everyRead: 30 },
  { journey: "prune", everyRead: 4 },
  { journey: "destroy", everyRead: 20 },
  { journey: "failing-build", everyRead: 120 },
  { journey: "create-bucket", everyRead: 120 },
  { journey: "drop-bucket", everyRead: 120 },
  { journey: "create-role", everyRead: 120 },
  { journey: "change-role", everyRead: 200 },
  { journey: "drop-role", everyRead: 200 },
  { journey: "give-up-role", everyRead: 200 },
  { journey: "create-closed-network", everyRead: 200 },
  { journey: "move-nat", everyRead: 40 },
  { journey: "shrink-zones", everyRead: 40 },
])("$journey may be killed at every write and among reads", async ({ journey, everyRead }) => {
  const tally = await sweepCrashes({ everyRead, only: [journey] });
  expect(tally.schedules).toBeGreaterThan(2);
  expect(tally.failures, failuresOf(tally)).toEqual([]);
});
