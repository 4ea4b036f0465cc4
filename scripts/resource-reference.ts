import type { FieldRule, ServiceAction } from "../src/engine/resource.ts";
import { resourceTypes } from "../src/resources/all.ts";
import { strayPermissions } from "../src/resources/shared/strays.ts";

/** Calls that find the facts a plan starts from. GetCallerIdentity needs no permission. */
const factPermissions = [
  "ec2:DescribeImages",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSubnets",
  // Whether an application's secrets exist. Neither of them reads a value.
  "secretsmanager:DescribeSecret",
  "ssm:DescribeParameters",
  "sts:GetCallerIdentity",
];

/** What `status` tells of rollouts, of a group that is short of servers, and of what carries the stack's tag besides. */
const statusPermissions = [
  "autoscaling:DescribeInstanceRefreshes",
  "autoscaling:DescribeScalingActivities",
  // Whether a session can be opened on each server, and what it lacks.
  "ec2:DescribeVpcEndpoints",
  "ssm:DescribeInstanceInformation",
  ...strayPermissions,
];

type AnyType = (typeof resourceTypes)[number];

type Verb = "discover" | "create" | "update" | "delete";

const verbs: readonly Verb[] = ["discover", "create", "update", "delete"];

/** The roles of stacks. A role that a stack file names is not among them: whoever names one adds its ARN. */
const ownRoles = "arn:*:iam::*:role/reconcile/*";

const ownProfiles = "arn:*:iam::*:instance-profile/reconcile/*";

/** How a policy limits the actions that hand something to a service ("AWS services", IAM User Guide). */
const serviceConditions: Readonly<
  Record<
    ServiceAction["action"],
    { readonly Sid: string; readonly key: string; readonly Resource: string }
  >
> = {
  "iam:CreateServiceLinkedRole": {
    Sid: "FirstUseInAnAccount",
    key: "iam:AWSServiceName",
    Resource: "*",
  },
  "iam:PassRole": { Sid: "PassRoles", key: "iam:PassedToService", Resource: ownRoles },
};

/**
 * The identity policy for everything that a stack needs. Its first statement is enough for `plan`.
 *
 * @throws Error for an action that hands something to a service and does not say to which, and for a pattern.
 */
export function iamPolicy(types: readonly Pick<AnyType, "permissions">[] = resourceTypes): string {
  const reading = new Set([...factPermissions, ...statusPermissions]);
  const writing = new Set<string>();
  const services = new Map<ServiceAction["action"], Set<string>>();
  for (const { permissions } of types) {
    for (const verb of verbs) {
      for (const action of permissions[verb]) {
        if (typeof action === "string")
          (verb === "discover" ? reading : writing).add(plain(action));
        else
          services.set(
            action.action,
            (services.get(action.action) ?? new Set()).add(action.service),
          );
      }
    }
  }
  const statement = (
    Sid: string,
    actions: Iterable<string>,
    Resource: string | readonly string[] = "*",
  ) => ({ Sid, Effect: "Allow", Action: [...actions].sort(), Resource });
  const limited = Object.entries(serviceConditions).flatMap(([action, { Sid, key, Resource }]) => {
    const allowed = services.get(action as ServiceAction["action"]);
    if (allowed === undefined) return [];
    return [
      {
        ...statement(Sid, [action], Resource),
        Condition: { StringEquals: { [key]: [...allowed].sort() } },
      },
    ];
  });
  const changing = writing.difference(reading);
  const inBuckets = new Set([...changing].filter((action) => action.startsWith("s3:")));
  const onRoles = new Set([...changing].filter((action) => action.startsWith("iam:")));
  const onArtifacts = new Set([...inBuckets].filter((action) => objectActions.has(action)));
  const policy = {
    Version: "2012-10-17",
    Statement: [
      statement("PlanAndStatus", reading),
      statement("ApplyAndDestroy", changing.difference(inBuckets).difference(onRoles)),
      ...[inBuckets]
        .filter(({ size }) => size > 0)
        .map((all) => statement("BucketOfTheStack", all, ownBuckets)),
      ...[onArtifacts]
        .filter(({ size }) => size > 0)
        .map((all) => statement("Artifacts", all, artifacts)),
      ...(inBuckets.has("s3:ListBucket")
        ? [
            {
              ...statement("ListOfArtifacts", ["s3:ListBucket"], "arn:*:s3:::*"),
              Condition: { StringLike: { "s3:prefix": "reconcile/*" } },
            },
          ]
        : []),
      ...[onRoles]
        .filter(({ size }) => size > 0)
        .map((all) => statement("RolesOfTheServers", all, [ownRoles, ownProfiles])),
      ...limited,
    ],
  };
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}

/** The names that buckets of stacks get: they end with eight digits. */
const ownBuckets = ["arn:*:s3:::*-????????", "arn:*:s3:::*-????????/*"];

/** What is stored in them, or in a bucket that a stack file names. */
const artifacts = "arn:*:s3:::*/reconcile/*";

const objectActions: ReadonlySet<string> = new Set([
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
]);

/** IAM compares actions without regard to case, and `*` and `?` would allow more than what is declared. */
function plain(action: string): string {
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw new Error(`${action}: not one action`);
  const limited = Object.keys(serviceConditions).map((name) => name.toLowerCase());
  if (limited.includes(action.toLowerCase())) throw new Error(`${action}: for which service?`);
  return action;
}

/** `specs/resources.md`. */
export function resourceReference(): string {
  return [
    "# Resource types",
    "",
    "<!-- Generated by `npm run specs`. -->",
    "",
    "This page lists the fields that `reconcile` compares, what a difference leads to, and the IAM actions of each verb.",
    "[`iam-policy.json`](iam-policy.json) has all actions in one policy. `plan` and `status` need only its first statement.",
    "",
    "- *update*: AWS changes the resource in place. Only the calls for that field are made.",
    "- *replace*: AWS cannot change the field. `reconcile` creates a new resource, moves its users to it, and then deletes the old one.",
    "- *for making only*: used when something is made or rolled out, never compared.",
    "",
    ...resourceTypes.flatMap((type) => [
      `## ${type.name}`,
      "",
      ...differences(type),
      "",
      ...verbs
        .filter((verb) => type.permissions[verb].length > 0)
        .map((verb) => `- ${verb}: ${list(type.permissions[verb])}`),
      "",
    ]),
    inAws,
  ].join("\n");
}

const inAws = `## What the stack file's fields for demand, alarms and messages become in AWS

| stack file | in AWS |
|---|---|
| \`scaling.target.cpu\` | scaling policy \`reconcile-cpu\` of the group: target tracking of \`ASGAverageCPUUtilization\`; detailed monitoring in the launch template |
| \`scaling.target.requests\` | scaling policy \`reconcile-requests\`: target tracking of \`ALBRequestCountPerTarget\` at the stack's target group |
| \`scaling.scaleIn: false\` | \`DisableScaleIn\` of both policies |
| \`scaling.rollout.warmup\`, with a target | also the group's \`DefaultInstanceWarmup\` |
| \`scaling.schedule.<name>\` | scheduled action \`reconcile-<name>\`: \`at\` is its \`Recurrence\`, \`zone\` its \`TimeZone\`, \`servers\` its \`DesiredCapacity\` |
| several \`scaling.instanceTypes\`, or \`scaling.spot\` | mixed instances policy: the types as \`Overrides\` in the file's order, \`OnDemandAllocationStrategy\` \`prioritized\`, \`SpotAllocationStrategy\` \`price-capacity-optimized\` |
| \`scaling.spot\` | \`base\` is \`OnDemandBaseCapacity\`, and 100 minus \`share\` is \`OnDemandPercentageAboveBaseCapacity\`; \`CapacityRebalance\` of the group |
| \`scaling.hooks.launch\`, \`scaling.hooks.terminate\` | lifecycle hooks \`reconcile-launch\` and \`reconcile-terminate\`: \`timeout\` is \`HeartbeatTimeout\`, \`failed\` is \`DefaultResult\`. A service in the image completes them, and the role allows it |
| \`scaling.warmPool\` | warm pool of the group: \`min\` is \`MinSize\`, \`state\` is \`PoolState\` |
| \`scaling.suspended\` | suspended processes of the group |
| \`scaling.protect\` | \`DeletionProtection\` of the group: \`prevent-all-deletion\` or \`none\`; \`deletion_protection.enabled\` of an application load balancer |
| \`scaling.rollout.alarms\`, \`scaling.rollout.bake\` | \`AlarmSpecification\` and \`BakeTime\` of each instance refresh that rolls out a version |
| \`alarms.unhealthy\` | alarm \`<stack>-unhealthy\` on \`UnHealthyHostCount\` of the load balancer; without one, on \`StatusCheckFailed\` of the servers |
| \`alarms.errors\` | alarm \`<stack>-errors\` on an expression: the answers with 5xx of the servers and of the load balancer, in percent of the requests |
| \`alarms.slow\` | alarm \`<stack>-slow\` on the 95th percentile of \`TargetResponseTime\`, or of \`Latency\` with a classic load balancer |
| \`alarms.launches\` | alarm \`<stack>-launches\` on an expression: \`GroupDesiredCapacity\` minus \`GroupInServiceInstances\`. The group publishes both every minute |
| \`notify.to\`, mail addresses and URLs | topic \`<stack>\` with a subscription for each. That of a URL has a filter on the message's body, which keeps out the messages about applies. A URL has none if \`notify.on\` has only \`applies\` |
| \`notify.on\`: \`alarms\` | \`AlarmActions\` and \`OKActions\` of each alarm |
| \`notify.on\`: \`launches\` | notifications of the group: \`EC2_INSTANCE_LAUNCH_ERROR\` and \`EC2_INSTANCE_TERMINATE_ERROR\` |
| \`notify.on\`: \`applies\` | a message to each topic, and a signed POST to each URL |

An alarm counts in periods of a minute: \`for\` is the number of periods, and all of them have to breach the threshold.
`;

function differences({ fields, wanted }: AnyType): readonly string[] {
  if (wanted === "never") {
    return [
      "No stack file defines one. A plan warns about it, an apply does not change it, and a destroy deletes it.",
    ];
  }
  return [
    "| field | a difference means |",
    "|---|---|",
    ...Object.entries(fields).map(([name, rule]) => `| \`${name}\` | ${meaning(rule)} |`),
  ];
}

function meaning(rule: FieldRule<unknown>): string {
  if (rule.writeOnly) return "not compared: AWS does not return it";
  const isRefused = rule.onChange === "forbid" || rule.instead !== undefined;
  const words = isRefused ? "an error" : rule.onChange;
  return [
    words,
    ...(rule.meanwhile
      ? ["parts that others may still need are deleted after those have changed"]
      : []),
    ...(rule.whenUsersCan ? ["after everything else that its users wait for"] : []),
  ].join("; ");
}

function list(actions: readonly (string | ServiceAction)[]): string {
  const names = actions.map((action) => (typeof action === "string" ? action : action.action));
  return [...new Set(names)]
    .sort()
    .map((action) => `\`${action}\``)
    .join(", ");
}
