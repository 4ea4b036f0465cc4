import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { addGroup, openBothTypes } from "../application-tier.ts";

export async function open() {
  const account = await openAccount();
  const opened = await openBothTypes(account);
  const happened: string[] = [];
  account.sandbox.observe(({ operation, input, writes }) => {
    if (!writes) return;
    const { Targets = [], Instances = [] } = input as Readonly<Record<string, readonly object[]>>;
    const count = Targets.length + Instances.length;
    happened.push(count > 0 ? `${operation} ${count}` : operation);
  });
  const ids = await membersOf(account);
  return { account, ...opened, happened, ids };
}

export type Opened = Awaited<ReturnType<typeof open>>;

export async function membersOf({ sandbox }: Account): Promise<readonly string[]> {
  const { AutoScalingGroups } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingGroups",
    {},
  )) as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] };
  return (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId).sort();
}

/** The state of the instances in the classic load balancer, and of those in the target group. */
export async function healthOf({ account, classic, targets }: Opened) {
  const { sandbox } = account;
  const { InstanceStates } = (await sandbox.call("elb", "DescribeInstanceHealth", {
    LoadBalancerName: classic,
  })) as { InstanceStates: { State: string }[] };
  const { TargetHealthDescriptions } = (await sandbox.call("elbv2", "DescribeTargetHealth", {
    TargetGroupArn: targets.id,
  })) as { TargetHealthDescriptions: { TargetHealth: { State: string } }[] };
  return {
    classic: InstanceStates.map(({ State }) => State),
    targets: TargetHealthDescriptions.map(({ TargetHealth: { State } }) => State),
  };
}

export function move(opened: Opened, context = opened.account.context) {
  const { account, behindTargets } = opened;
  const changed = ["loadBalancers", "targetGroups"] as const;
  return theOnlyOf(opened).then((live) =>
    account.pass(autoScalingGroup.update(context, live, behindTargets, changed)),
  );
}

/** From what the group is detached, and the states of the servers in the target group at that moment. */
export function watchDetachments(opened: Opened) {
  const seen: Promise<{ readonly from: unknown; readonly targets: readonly string[] }>[] = [];
  opened.account.sandbox.observe(({ operation, input }) => {
    if (operation !== "DetachLoadBalancers") return;
    const from = input["LoadBalancerNames"];
    seen.push(healthOf(opened).then(({ targets }) => ({ from, targets })));
  });
  return seen;
}

export function theOnlyOf({ account }: Opened) {
  return theOnly(account, autoScalingGroup);
}

/** Behind the classic load balancer alone. */
export const unmoved = { classic: ["InService", "InService"], targets: [] };
/** Behind the target group alone. */
export const moved = { classic: [], targets: ["healthy", "healthy"] };

/** Lets the classic load balancer alone reach a server. It is not the one that is tried out. @returns its id. */
export async function shutOut({ account, tier, live }: Opened): Promise<string> {
  const [front = ""] = tier.balancer.securityGroupIds;
  const group = await addGroup(account, tier.balancer.vpcId, "classic-alone", {
    UserIdGroupPairs: [{ GroupId: front }],
  });
  const [, sick = ""] = await inService(account);
  await account.sandbox.call("ec2", "ModifyInstanceAttribute", {
    InstanceId: sick,
    Groups: [group],
  });
  await account.sandbox.call("autoscaling", "SuspendProcesses", {
    AutoScalingGroupName: live.physicalName,
    ScalingProcesses: ["ReplaceUnhealthy", "HealthCheck"],
  });
  return sick;
}

/** In the order in which the group lists them. */
export async function inService({ sandbox }: Account): Promise<readonly string[]> {
  const { AutoScalingGroups } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingGroups",
    {},
  )) as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] };
  return (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId);
}
