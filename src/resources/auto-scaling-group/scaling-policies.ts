import {
  type Alarm,
  DeletePolicyCommand,
  PutScalingPolicyCommand,
  paginateDescribePolicies,
  type ScalingPolicy,
  type TargetTrackingConfiguration,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { retry } from "../../aws/retry.ts";
import { sameValue } from "../../engine/values.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { AutoScalingGroupFields, GroupUpdate, LiveGroup, RequestSource } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";
import { forgetPart, recordPart } from "./recorded-parts.ts";

/** The scaling policies of a stack file. Policies of other names belong to somebody else. */
const names = { cpu: "reconcile-cpu", requests: "reconcile-requests" } as const;

/** The fields that the policies set. */
export const policyFields = [
  "cpuTarget",
  "requestTarget",
  "requestSource",
  "scaleIn",
  "faultyPolicies",
] as const;

type PolicyFields = Pick<AutoScalingGroupFields, (typeof policyFields)[number]>;

/** The fields of a group without policies. */
export const noPolicies: PolicyFields = {
  cpuTarget: null,
  requestTarget: null,
  requestSource: null,
  scaleIn: null,
  faultyPolicies: null,
};

/** The stack's own policies of the group. */
export async function lookUpPolicies(
  context: ResourceContext,
  group: string,
): Promise<PolicyFields> {
  const policies = await describePolicies(context, group);
  const [cpu, requests] = [named(policies, names.cpu), named(policies, names.requests)];
  const own = [cpu, requests].filter((policy) => policy !== undefined);
  const faults = [...own.flatMap(faultsOf), ...(await lostAlarms(context, own))];
  const modes = new Set(own.map((policy) => configurationOf(policy)?.DisableScaleIn !== true));
  return {
    cpuTarget: targetOf(cpu),
    requestTarget: targetOf(requests),
    requestSource: sourceIn(configurationOf(requests)),
    scaleIn: modes.size === 1 ? modes.has(true) : null,
    faultyPolicies: faults.length === 0 ? null : faults,
  };
}

/** Sets the policies that the stack file defines, and deletes its earlier ones. */
export async function setPolicies({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  const name = live.physicalName;
  await putPolicies(context, name, fields);
  return live;
}

/** @param group The name of a group that may already have some of the policies. */
export async function putPolicies(
  context: ResourceContext,
  group: string,
  fields: PolicyFields,
): Promise<void> {
  const found = await lookAtGroup(context, group);
  if (found === undefined) return;
  const wanted = wantedPolicies(fields);
  if (wanted.length > 0) await recordPart(context, found, "policies");
  const policies = await describePolicies(context, group);
  const alarms: string[] = [];
  for (const [name, configuration] of wanted) {
    const present = named(policies, name);
    // AWS refuses to make a policy of another type of it.
    const isOther = present !== undefined && configurationOf(present) === undefined;
    // An update may keep what it does not name.
    if (isOther || present?.EstimatedInstanceWarmup !== undefined) {
      await deletePolicy(context, group, name);
    }
    alarms.push(...(await putPolicy(context, group, name, configuration)));
  }
  await untilAlarmsExist(context, alarms);
  const left = Object.values(names).filter((name) => wanted.every(([other]) => other !== name));
  for (const name of left) {
    if (named(policies, name) !== undefined) await deletePolicy(context, group, name);
  }
  if (wanted.length === 0) await forgetPart(context, found, "policies");
}

/**
 * AWS makes the alarms of such a policy, and makes those that somebody deleted again when the policy is put again
 * ("Target tracking scaling policies", User Guide).
 *
 * @returns the names of its alarms.
 */
async function putPolicy(
  context: ResourceContext,
  group: string,
  name: string,
  configuration: TargetTrackingConfiguration,
): Promise<readonly string[]> {
  const command = new PutScalingPolicyCommand({
    AutoScalingGroupName: group,
    PolicyName: name,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingConfiguration: configuration,
    Enabled: true,
  });
  const { Alarms } = await retry(() => context.clients.autoScaling.send(command), {
    while: ["in-progress"],
    reason: "Auto Scaling is still changing the policy",
    deadline: policyDeadline,
    context,
  });
  return namesOf(Alarms);
}

/** CloudWatch shows new alarms after some seconds, and a plan takes alarms that do not exist for deleted ones. */
async function untilAlarmsExist(context: ResourceContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await waitFor({
    what: `the alarms ${names.join(" and ")}`,
    deadline: policyDeadline,
    pace: 2_000,
    context,
    remedy: "Run the same command again to keep waiting.",
    probe: async (): Promise<Probe<void>> => {
      const lost = await missingAmong(context, names);
      return lost.length === 0
        ? { done: undefined }
        : { pending: `${lost.join(" and ")} not visible yet` };
    },
  });
}

/** A change of a policy takes seconds. */
const policyDeadline = 5 * 60_000;

async function deletePolicy({ clients }: ResourceContext, group: string, name: string) {
  try {
    await clients.autoScaling.send(
      new DeletePolicyCommand({ AutoScalingGroupName: group, PolicyName: name }),
    );
  } catch (error) {
    if (!isAwsError(error, "not-found")) throw error;
  }
}

function wantedPolicies({
  cpuTarget,
  requestTarget,
  requestSource,
  scaleIn,
}: PolicyFields): readonly (readonly [string, TargetTrackingConfiguration])[] {
  const DisableScaleIn = scaleIn === false;
  return [
    ...(cpuTarget === null
      ? []
      : [
          [
            names.cpu,
            {
              PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
              TargetValue: cpuTarget,
              DisableScaleIn,
            },
          ] as const,
        ]),
    ...(requestTarget === null
      ? []
      : [
          [
            names.requests,
            {
              PredefinedMetricSpecification: {
                PredefinedMetricType: "ALBRequestCountPerTarget",
                ResourceLabel: labelOf(requestSource),
              },
              TargetValue: requestTarget,
              DisableScaleIn,
            },
          ] as const,
        ]),
  ];
}

/** "The format is app/load-balancer-name/load-balancer-id/targetgroup/target-group-name/target-group-id". */
function labelOf(source: RequestSource | null): string {
  if (source === null) throw new Error("a target of requests needs a load balancer");
  const { loadBalancer, targetGroup } = withoutArns(source);
  return `${loadBalancer}/${targetGroup}`;
}

/** Whether both mean the same. A stack file refers to ARNs, and a policy has the last part of each. */
export function sameSource(one: RequestSource | null, other: RequestSource | null): boolean {
  if (one === null || other === null) return one === other;
  return sameValue(withoutArns(one), withoutArns(other));
}

function withoutArns({ loadBalancer, targetGroup }: RequestSource): RequestSource {
  return {
    loadBalancer: loadBalancer.replace(/^arn:.*:loadbalancer\//, ""),
    targetGroup: targetGroup.replace(/^arn:.*:(?=targetgroup\/)/, ""),
  };
}

function sourceIn(configuration: TargetTrackingConfiguration | undefined): RequestSource | null {
  const { ResourceLabel: label = "" } = configuration?.PredefinedMetricSpecification ?? {};
  const start = label.indexOf("/targetgroup/");
  if (start < 0) return null;
  return { loadBalancer: label.slice(0, start), targetGroup: label.slice(start + 1) };
}

/** The target value, if the policy tracks the metric that its name says. */
function targetOf(policy: ScalingPolicy | undefined): number | null {
  const { TargetValue: value } = configurationOf(policy) ?? {};
  return value ?? null;
}

const metrics: Readonly<Record<string, string>> = {
  [names.cpu]: "ASGAverageCPUUtilization",
  [names.requests]: "ALBRequestCountPerTarget",
};

/** Undefined if somebody made another kind of policy under this name. */
function configurationOf(
  policy: ScalingPolicy | undefined,
): TargetTrackingConfiguration | undefined {
  const configuration = policy?.TargetTrackingConfiguration;
  const metric = configuration?.PredefinedMetricSpecification?.PredefinedMetricType;
  return metric === metrics[policy?.PolicyName ?? ""] ? configuration : undefined;
}

function faultsOf(policy: ScalingPolicy): readonly string[] {
  const { PolicyName: name, Enabled: enabled, EstimatedInstanceWarmup: warmup } = policy;
  return [
    ...(configurationOf(policy) === undefined ? [`the policy ${name} is of another kind`] : []),
    ...(enabled === false ? [`the policy ${name} is disabled`] : []),
    ...(warmup === undefined ? [] : [`the policy ${name} has a warm-up of its own`]),
  ];
}

/** The alarms of a policy belong to AWS. Without one of them, the policy does nothing in that direction. */
async function lostAlarms(
  context: ResourceContext,
  policies: readonly ScalingPolicy[],
): Promise<readonly string[]> {
  const lost = await missingAmong(
    context,
    policies.flatMap(({ Alarms }) => namesOf(Alarms)),
  );
  return lost.map((name) => `the alarm ${name} does not exist any more`);
}

async function missingAmong(
  context: ResourceContext,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  // Few stacks have a target, so the code for CloudWatch is loaded for them alone.
  const { alarmStates } = await import("./policy-alarms.ts");
  const existing = await alarmStates(context, names);
  return names.filter((name) => !existing.has(name));
}

function namesOf(alarms: readonly Alarm[] = []): readonly string[] {
  return alarms.flatMap(({ AlarmName }) => AlarmName ?? []);
}

function named(policies: readonly ScalingPolicy[], name: string): ScalingPolicy | undefined {
  return policies.find(({ PolicyName }) => PolicyName === name);
}

function describePolicies({ clients }: ResourceContext, group: string): Promise<ScalingPolicy[]> {
  return everyPage(
    paginateDescribePolicies(
      { client: clients.autoScaling },
      { AutoScalingGroupName: group, MaxRecords: 100 },
    ),
    (page) => page.ScalingPolicies,
  );
}
