import { describe, expect, test } from "vitest";
import { type HealthFacts, healthOf } from "../../src/cli/status-health.ts";
import type { Live } from "../../src/engine/resource.ts";
import {
  type GroupStatus,
  statusOf as statusOfGroups,
} from "../../src/resources/auto-scaling-group/status.ts";
import { trafficStatus } from "../../src/resources/shared/traffic-status.ts";
import { serverOf } from "../ui/documents.ts";

const live: Live = {
  id: "shop",
  address: "auto-scaling-group/shop",
  physicalName: "shop",
  status: "ready",
  createdAt: 0,
  fields: {},
  outputs: {},
  uses: [],
};

function groupOf(
  inService: number,
  desired: number,
  parts: Partial<GroupStatus> = {},
): GroupStatus {
  const failing = Math.max(0, desired - inService);
  return {
    name: "shop",
    desired,
    isDeleting: false,
    instances: [
      ...Array.from({ length: inService }, (_, index) => serverOf({ id: `i-${index}` })),
      ...Array.from({ length: failing }, (_, index) =>
        serverOf({ id: `i-f${index}`, reason: "is OutOfService" }),
      ),
    ],
    rollouts: [],
    activities: [],
    problems: [],
    ...parts,
  };
}

interface Situation extends Omit<HealthFacts, "parts"> {
  readonly groups: readonly GroupStatus[];
  readonly balancers: readonly { readonly name: string; readonly inService: number }[];
}

const serving: Situation = {
  live: [live],
  groups: [groupOf(2, 2)],
  balancers: [{ name: "shop-lb", inService: 2 }],
  missing: [],
  min: 2,
};

function healthIn({ groups, balancers, ...facts }: Situation) {
  const registered = balancers.map(({ name, inService }) => ({
    what: `load balancer ${name}`,
    id: name,
    instances: [
      { instanceId: "i-out", state: "OutOfService", serves: false, isFailing: true },
      ...Array.from({ length: inService }, (_, index) => ({
        instanceId: `i-${index}`,
        state: "InService",
        serves: true,
        isFailing: false,
      })),
    ],
  }));
  return healthOf({ ...facts, parts: [statusOfGroups(groups), trafficStatus(registered)] });
}

test("a stack whose servers serve is healthy", () => {
  expect(healthIn(serving)).toEqual({ healthy: true, inService: 2, desired: 2, reasons: [] });
});

describe.each<
  [what: string, seen: Partial<Situation>, inService: number, reasons: readonly string[]]
>([
  [
    "nothing at all",
    { live: [], groups: [], balancers: [], missing: ["image/shop"] },
    0,
    ["No resources of this stack exist."],
  ],
  ["one server too few", { groups: [groupOf(1, 2)] }, 1, []],
  ["no server, and none launched", { groups: [groupOf(0, 2, { instances: [] })] }, 0, []],
  [
    "a group that somebody scaled below the file's minimum",
    { groups: [groupOf(1, 1)] },
    1,
    [
      "The desired capacity of the Auto Scaling group shop is 1, and the stack file's minimum is 2.",
    ],
  ],
  [
    "no group",
    { groups: [], missing: ["auto-scaling-group/shop"] },
    0,
    ["auto-scaling-group/shop does not exist."],
  ],
  [
    "a group that AWS deletes",
    { groups: [groupOf(2, 2, { isDeleting: true })] },
    0,
    ["AWS is deleting the Auto Scaling group shop."],
  ],
  [
    "no load balancer",
    { balancers: [], missing: ["load-balancer/shop"] },
    2,
    ["load-balancer/shop does not exist."],
  ],
  [
    "a load balancer without servers",
    { balancers: [{ name: "shop-lb", inService: 0 }] },
    2,
    ["The load balancer shop-lb has no server in service."],
  ],
])("%s", (_what, seen, inService, reasons) => {
  test("is not healthy", () => {
    const health = healthIn({ ...serving, ...seen });
    expect(health).toEqual({ healthy: false, inService, desired: 2, reasons });
  });
});

describe.each<[what: string, seen: Partial<Situation>, desired: number]>([
  ["a key that is missing", { missing: ["key-pair/shop", "image/shop"] }, 2],
  ["more servers than the minimum", { groups: [groupOf(3, 3)] }, 3],
  [
    "a server that is on its way out beside enough others",
    {
      groups: [
        groupOf(2, 2, {
          instances: [serverOf(), serverOf(), serverOf({ reason: "is Terminating" })],
        }),
      ],
    },
    2,
  ],
  [
    "a stack that is to have no servers",
    { groups: [groupOf(0, 0)], balancers: [{ name: "shop-lb", inService: 0 }], min: 0 },
    0,
  ],
])("%s", (_what, seen, desired) => {
  test("does not keep the tier from serving", () => {
    expect(healthIn({ ...serving, ...seen })).toMatchObject({
      healthy: true,
      desired,
      reasons: [],
    });
  });
});
