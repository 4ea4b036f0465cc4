import { defineSection } from "../section.ts";
import { normaliseScaling } from "./normalised.ts";
import { scalingRules } from "./rules.ts";
import { scalingSchema as schema } from "./schema.ts";

/** The servers: how many, and how they are replaced. */
export const scalingSection = defineSection({
  schema,
  rules: scalingRules,
  normalise: normaliseScaling,
  misnomers: [
    {
      at: "",
      names: ["targets", "policies", "policy", "scalingPolicies", "targetTracking"],
      help: "write target, with the load of a server that AWS keeps: target: { cpu: 50, requests: 1000 }",
    },
    {
      at: "",
      names: ["cpu", "requests"],
      help: "write it in target: target: { cpu: 50 }, target: { requests: 1000 }",
    },
    {
      at: "",
      names: ["schedules", "scheduled", "scheduledActions", "cron"],
      help: 'write schedule, in which each entry has a name: schedule: { nights: { at: "0 20 * * mon-fri", min: 1 } }',
    },
    {
      at: "",
      names: ["suspend", "suspendedProcesses", "suspendProcesses", "processes"],
      help: "write suspended, which is a list of AWS's names: suspended: [AZRebalance]",
    },
    {
      at: "",
      names: ["protected", "protection", "deletionProtection"],
      help: "write protect: true",
    },
    {
      at: "",
      names: ["desiredCapacity", "desiredSize", "capacity"],
      help: "write desired: 2; with target or schedule, AWS decides the number",
    },
    {
      at: "",
      names: ["types", "mixedInstances", "mixedInstancesPolicy", "mixed_instances_policy"],
      help: "write instanceTypes, which is a list: instanceTypes: [t4g.small, t4g.medium]; for Spot Instances, add spot",
    },
    {
      at: "",
      names: ["spotInstances", "spotPrice", "spotShare", "onDemand", "onDemandPercentage"],
      help: "write spot, with the share of the servers: spot: { share: 50, base: 1 }",
    },
    {
      at: "",
      names: ["lifecycleHooks", "lifecycle_hooks", "lifecycle", "hook"],
      help: "write hooks, with what a server runs: hooks: { launch: { run: /usr/local/bin/warm-up } }",
    },
    {
      at: "spot",
      names: ["percent", "percentage", "onDemandBase", "maxPrice"],
      help: "write share, in percent, and base, a number of servers: spot: { share: 50, base: 1 }",
    },
    ...["hooks.launch", "hooks.terminate"].flatMap((at) => [
      {
        at,
        names: ["command", "script", "program", "exec"],
        help: "write run, with the path of a program: run: /usr/local/bin/warm-up",
      },
      {
        at,
        names: ["default", "defaultResult", "result", "onFailure"],
        help: "write failed: abandon, or failed: continue",
      },
      { at, names: ["heartbeat", "heartbeatTimeout"], help: "write timeout: 5m" },
    ]),
    { at: "warmPool", names: ["size", "minSize"], help: "write min: 1" },
    { at: "warmPool", names: ["poolState", "instanceState"], help: "write state: stopped" },
    { at: "rollout", names: ["bakeTime", "bake_time", "soak"], help: "write bake: 10m" },
    {
      at: "schedule.*",
      names: ["cron", "recurrence", "time", "when"],
      help: 'write at: "0 20 * * mon-fri"',
    },
    {
      at: "schedule.*",
      names: ["timezone", "timeZone", "time_zone", "tz"],
      help: "write zone: Australia/Sydney",
    },
    {
      at: "schedule.*",
      names: ["desired", "desiredCapacity", "capacity", "count"],
      help: "write servers, the number of servers at that moment: servers: 4",
    },
    {
      at: "healthCheck",
      names: ["path"],
      help: "write it in loadBalancer.healthCheck: path: /health for an application load balancer, target: HTTP:80/health for a classic one",
    },
  ],
});
