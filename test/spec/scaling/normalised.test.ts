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
  [
    "no load and no time changes the number of servers unless the file says so",
    LEAST,
    ({ scaling: { target, scaleIn, schedule, suspended, protect } }) => ({
      target,
      scaleIn,
      schedule,
      suspended,
      protect,
    }),
    { target: undefined, scaleIn: true, schedule: [], suspended: [], protect: undefined },
  ],
  [
    "a target has the loads that the file names",
    LEAST.replace("min: 2", "min: 2, max: 8, target: { cpu: 50 }, scaleIn: false"),
    ({ scaling: { target, scaleIn } }) => [target, Object.keys(target ?? {}), scaleIn],
    [{ cpu: 50 }, ["cpu"], false],
  ],
  [
    "a schedule is sorted by name, with one space in its times, and AWS's zone",
    LEAST.replace(
      "min: 2",
      `min: 2, max: 8, schedule: {
        nights: { at: " 0  20 * * mon-fri ", zone: Australia/Sydney, min: 1, max: 2 },
        days-2: { at: 30 8 * * mon-fri, servers: 4 },
        days: { at: 0 7 * * mon-fri, max: 8 },
      }`,
    ),
    ({ scaling: { schedule } }) => schedule.map((entry) => Object.entries(entry)),
    [
      [
        ["name", "days"],
        ["at", "0 7 * * mon-fri"],
        ["zone", "Etc/UTC"],
        ["max", 8],
      ],
      [
        ["name", "days-2"],
        ["at", "30 8 * * mon-fri"],
        ["zone", "Etc/UTC"],
        ["servers", 4],
      ],
      [
        ["name", "nights"],
        ["at", "0 20 * * mon-fri"],
        ["zone", "Australia/Sydney"],
        ["min", 1],
        ["max", 2],
      ],
    ],
  ],
  [
    "suspended processes are sorted, each once",
    LEAST.replace("min: 2", "min: 2, suspended: [Terminate, Launch, AZRebalance, Launch]"),
    ({ scaling }) => scaling.suspended,
    ["AZRebalance", "Launch", "Terminate"],
  ],
  [
    "protection that the file ends is ended",
    LEAST.replace("min: 2", "min: 2, protect: false"),
    ({ scaling }) => scaling.protect,
    false,
  ],
  [
    "the servers have the usual type unless the file names another",
    LEAST,
    ({ scaling: { instanceType, instanceTypes } }) => [instanceType, instanceTypes],
    ["t3.micro", ["t3.micro"]],
  ],
  [
    "one type is the only one",
    LEAST.replace("min: 2", "min: 2, instanceType: m7g.large"),
    ({ scaling: { instanceType, instanceTypes } }) => [instanceType, instanceTypes],
    ["m7g.large", ["m7g.large"]],
  ],
  [
    "the first of several types is preferred, and their order is that of the file",
    LEAST.replace("min: 2", "min: 2, instanceTypes: [m7g.large, c7g.large, m6g.large]"),
    ({ scaling: { instanceType, instanceTypes } }) => [instanceType, instanceTypes],
    ["m7g.large", ["m7g.large", "c7g.large", "m6g.large"]],
  ],
  [
    "no server is a Spot Instance, runs a program, or waits in a pool unless the file says so",
    LEAST,
    ({ scaling }) => [scaling.hooks, "spot" in scaling, "warmPool" in scaling],
    [{}, false, false],
  ],
  [
    "all servers may be Spot Instances unless the file has a base",
    LEAST.replace("min: 2", "min: 2, instanceTypes: [m7g.large, c7g.large], spot: { share: 100 }"),
    ({ scaling }) => scaling.spot,
    { share: 100, base: 0 },
  ],
  [
    "a hook has five minutes, and a server that fails before it serves is given up",
    LEAST.replace("min: 2", "min: 2, hooks: { launch: { run: /a }, terminate: { run: /b } }"),
    ({ scaling }) => scaling.hooks,
    {
      launch: { run: "/a", timeout: 300, failed: "abandon" },
      terminate: { run: "/b", timeout: 300, failed: "continue" },
    },
  ],
  [
    "a hook is as the file says, and there is no other",
    LEAST.replace(
      "min: 2",
      "min: 2, hooks: { launch: { run: /a, timeout: 30s, failed: continue } }",
    ),
    ({ scaling }) => Object.entries(scaling.hooks),
    [["launch", { run: "/a", timeout: 30, failed: "continue" }]],
  ],
  [
    "a warm pool has one stopped server unless the file says more",
    LEAST.replace("min: 2", "min: 2, warmPool: {}"),
    ({ scaling }) => scaling.warmPool,
    { min: 1, state: "stopped" },
  ],
  [
    "a warm pool may be empty, and its servers may run",
    LEAST.replace("min: 2", "min: 2, warmPool: { min: 0, state: running }"),
    ({ scaling }) => scaling.warmPool,
    { min: 0, state: "running" },
  ],
  [
    "a rollout ends at once, and no alarm stops it, unless the file says so",
    LEAST,
    ({ scaling: { rollout } }) => [rollout.alarms, "bake" in rollout],
    [false, false],
  ],
  [
    "a rollout may go on, and alarms may stop it",
    `${LEAST.replace("min: 2", "min: 2, rollout: { alarms: true, bake: 10m }")}alarms: { launches: {} }\n`,
    ({ scaling: { rollout } }) => [rollout.alarms, rollout.bake],
    [true, 600],
  ],
])("%s", (_why, text, pick, expected) => {
  expect(pick(load(text))).toEqual(expected);
});
