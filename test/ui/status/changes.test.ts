import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import type { StatusDocument } from "../../../src/engine/status-format.ts";
import { changesBetween } from "../../../src/ui/status/changes.ts";
import { serverOf, statusOf } from "../documents.ts";

function between(before: Partial<StatusDocument>, after: Partial<StatusDocument>) {
  return changesBetween(statusOf(before), statusOf(after)).map(({ text, tone }) => [text, tone]);
}

const healthy = { healthy: true, inService: 2, desired: 2, reasons: [] };
const ailing = serverOf({ id: "i-1", health: "OutOfService", reason: "is OutOfService" });
const group = {
  address: "auto-scaling-group/shop",
  type: "auto-scaling-group",
  id: "shop",
  status: "ready",
  outputs: {},
};
const rollout = { group: "shop", status: "InProgress", percent: 50 };
const endedAt = "2026-01-05T09:00:00.000Z";
const differing = (address: Change["address"]): Change => ({
  address,
  action: "update",
  because: "tags differ",
  fields: [],
});

test("of the same status twice, nothing changed", () => {
  const parts = {
    health: healthy,
    instances: [serverOf(), ailing],
    rollouts: [rollout],
    resources: [group],
    differences: [differing("image/shop")],
    problems: [{ severity: "warning", summary: "protected", remedy: "" }],
    activities: [{ at: endedAt, status: "Failed", description: "Launching" }],
  } as const;
  expect(between(parts, parts)).toEqual([]);
});

describe.each<
  [
    what: string,
    before: Partial<StatusDocument>,
    after: Partial<StatusDocument>,
    changes: readonly (readonly [text: string, tone: string])[],
  ]
>([
  [
    "an outage",
    { health: healthy },
    { health: { ...healthy, healthy: false, inService: 0 } },
    [["NOT HEALTHY: 0 of 2 servers are in service", "bad"]],
  ],
  [
    "its end",
    { health: { ...healthy, healthy: false, inService: 1 } },
    { health: healthy },
    [["Healthy: 2 of 2 servers are in service", "good"]],
  ],
  ["a server that goes", { instances: [ailing] }, {}, [["i-1 left the group", "doubtful"]]],
  [
    "a server that comes",
    {},
    { instances: [serverOf({ id: "i-2", lifecycle: "Pending", reason: "is Pending" })] },
    [["i-2 joined the group in ap-southeast-2a: is Pending", "plain"]],
  ],
  [
    "a server that fails",
    { instances: [serverOf({ id: "i-1" })] },
    { instances: [ailing] },
    [["i-1: is OutOfService", "bad"]],
  ],
  [
    "a server that is on its way out",
    { instances: [serverOf({ id: "i-1" })] },
    { instances: [{ ...ailing, lifecycle: "Terminating", reason: "is Terminating" }] },
    [["i-1: is Terminating", "doubtful"]],
  ],
  [
    "a server that recovers",
    { instances: [ailing] },
    { instances: [serverOf({ id: "i-1" })] },
    [["i-1: is in service", "good"]],
  ],
  [
    "a rollout that begins",
    {},
    { rollouts: [{ ...rollout, reason: "warming up" }] },
    [["Rollout of shop: InProgress, 50 %: warming up", "doubtful"]],
  ],
  [
    "a rollout that goes on",
    { rollouts: [{ ...rollout, percent: 0 }] },
    { rollouts: [rollout] },
    [["Rollout of shop: InProgress, 50 %", "doubtful"]],
  ],
  [
    "a rollout that fails",
    { rollouts: [rollout] },
    { rollouts: [{ ...rollout, status: "Failed", endedAt }] },
    [["Rollout of shop: Failed, 50 %", "bad"]],
  ],
  [
    "a rollout that succeeds",
    { rollouts: [rollout] },
    {},
    [["Rollout of shop: Successful", "good"]],
  ],
  [
    "a failed rollout that a later one makes up for",
    { rollouts: [{ ...rollout, status: "Failed", endedAt }] },
    {},
    [],
  ],
  [
    "a launch that fails",
    {},
    { activities: [{ at: endedAt, status: "Failed", description: "Launching: no capacity" }] },
    [["Auto Scaling: Failed: Launching: no capacity", "bad"]],
  ],
  [
    "a launch that succeeds",
    {},
    { activities: [{ at: endedAt, status: "Successful", description: "Launching" }] },
    [],
  ],
  [
    "a resource that goes",
    { resources: [group] },
    {},
    [["auto-scaling-group/shop (shop) no longer exists", "bad"]],
  ],
  [
    "a resource that comes",
    {},
    { resources: [group] },
    [["auto-scaling-group/shop (shop): exists: ready", "good"]],
  ],
  [
    "a resource that ails",
    { resources: [group] },
    { resources: [{ ...group, status: "settling", reason: "1 of 2" }] },
    [["auto-scaling-group/shop (shop): not healthy: 1 of 2", "bad"]],
  ],
  [
    "a difference",
    { differences: [] },
    { differences: [differing("image/shop")] },
    [["~ update image/shop", "doubtful"]],
  ],
  [
    "the end of all differences",
    { differences: [differing("image/shop")] },
    { differences: [] },
    [["Matches the stack file", "good"]],
  ],
  [
    "the end of one of two",
    { differences: [differing("image/shop"), differing("key-pair/shop")] },
    { differences: [differing("image/shop")] },
    [],
  ],
  [
    "a warning",
    {},
    { problems: [{ severity: "warning", summary: "protected\nmore", remedy: "" }] },
    [["Warning: protected", "doubtful"]],
  ],
  [
    "the end of an error",
    { problems: [{ severity: "error", summary: "two of them", remedy: "" }] },
    {},
    [["Resolved: Error: two of them", "plain"]],
  ],
])("%s", (_what, before, after, changes) => {
  test("is told", () => {
    expect(between(before, after)).toEqual(changes);
  });
});
