import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import {
  type Instance,
  type NetworkInterface,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
} from "@aws-sdk/client-ec2";
import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, nameKey, stackKey, type Tag, toRecord } from "../../aws/tags.ts";
import type { Hold } from "../../engine/resource.ts";
import { addressOfGroup, describeAutoScalingGroups } from "../auto-scaling-group/look-ups.ts";
import { apartNotes } from "../auto-scaling-group/members.ts";
import { untaggedGroupNotes } from "../auto-scaling-group/untagged.ts";
import { describeLoadBalancers, describeTags } from "../load-balancer/live.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { loadBalancerTags } from "../shared/foreign.ts";
import { withoutOwnParts } from "../shared/own-interfaces.ts";
import { foreignInterfaces, type GroupUser, isIdle } from "./foreign-interfaces.ts";
import { withoutOwnLoadBalancers } from "./own-load-balancers.ts";

interface UsedGroup {
  readonly id: string;
  readonly physicalName: string;
}

/** Which users of a group to ignore. */
interface Question {
  /** Ids of the stack's objects that are deleted before the group. */
  readonly going: ReadonlySet<string>;
  /** Whether unattached network interfaces count. */
  readonly idle: boolean;
}

/**
 * Finds users of the groups that stay until somebody acts: servers outside the stack, protected or
 * standby servers, detached servers, load balancers outside the stack, and other services. Ignores what
 * waiting resolves: terminating members, and network interfaces that outlive the resources that
 * they belong to.
 */
export async function holdsByUsers(
  context: ResourceContext,
  groups: readonly UsedGroup[],
  question: Question,
): Promise<readonly Hold[]> {
  const ids = groups.map(({ id }) => id);
  const [instances, interfaces] = await Promise.all([
    instancesIn(context, ids),
    interfacesIn(context, ids),
  ]);
  const found = groups.map((group) =>
    holdOf(context, group, question, {
      instances: instances.filter((one) => groupsOf(one).has(group.id)),
      interfaces: interfaces.filter(({ Groups }) => isAmong(Groups, group.id)),
    }),
  );
  return (await Promise.all(found)).filter((hold) => hold !== undefined);
}

function isAmong(groups: NetworkInterface["Groups"], id: string): boolean {
  return groups?.some(({ GroupId }) => GroupId === id) === true;
}

/** The security groups of all its network interfaces. */
function groupsOf({ SecurityGroups = [], NetworkInterfaces = [] }: Instance) {
  const all = [SecurityGroups, ...NetworkInterfaces.map(({ Groups = [] }) => Groups)].flat();
  return new Set(all.map(({ GroupId }) => GroupId));
}

interface FoundUsers {
  readonly instances: readonly Instance[];
  readonly interfaces: readonly NetworkInterface[];
}

async function holdOf(
  context: ResourceContext,
  group: UsedGroup,
  { going, idle }: Question,
  { instances, interfaces }: FoundUsers,
): Promise<Hold | undefined> {
  const region = await context.clients.region();
  // Deleting an Auto Scaling group terminates its servers, whatever their tags.
  const staying = instances.filter(
    (one) => !going.has(one.InstanceId ?? "") && !going.has(launcherOf(one) ?? ""),
  );
  const launchers = await launchersOf(context, staying);
  const isOfOurGroup = (one: Instance) =>
    launchers.some(
      (launcher) =>
        launcher.AutoScalingGroupName === launcherOf(one) &&
        addressOfGroup(launcher, context) !== undefined,
    );
  const foreign = staying
    .filter((one) => toRecord(one.Tags)[stackKey] !== context.stack && !isOfOurGroup(one))
    .flatMap(({ InstanceId }) => InstanceId ?? []);
  const what = `AWS does not delete the security group ${group.physicalName} (${group.id}) while`;
  if (foreign.length > 0) {
    return {
      id: group.id,
      summary: `${what} ${foreign.length === 1 ? "an instance outside this stack uses" : "instances outside this stack use"} it: ${foreign.join(", ")}`,
      remedy:
        "Remove the instance from the group (aws ec2 modify-instance-attribute --groups, with its other groups), or terminate it if nothing needs it. Then run the same command again.",
    };
  }
  const servers = stayingServers(context, staying, launchers, region);
  const balancers = await foreignLoadBalancers(context, group.id, interfaces, region);
  const attached = interfaces.filter((each) => idle || !isIdle(each));
  const others = foreignInterfaces(
    await withoutOwnLoadBalancers(context, await withoutOwnParts(context, attached)),
    region,
  );
  const users = [...servers, ...balancers, ...others];
  if (users.length === 0) return undefined;
  return {
    id: group.id,
    summary: `${what} it is in use: ${users.map(({ summary }) => summary).join("; ")}`,
    remedy: `${users.map(({ remedy }) => remedy).join(". ")}. Then run the same command again.`,
  };
}

async function instancesIn(
  context: ResourceContext,
  groupIds: readonly string[],
): Promise<Instance[]> {
  const reservations = await everyPage(
    paginateDescribeInstances(
      { client: context.clients.ec2 },
      {
        Filters: [
          { Name: "instance.group-id", Values: [...groupIds] },
          { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
        ],
      },
    ),
    (page) => page.Reservations,
  );
  return reservations.flatMap(({ Instances = [] }) => Instances);
}

/** Every network interface that uses one of the groups, whatever it belongs to. */
export function interfacesIn(
  context: ResourceContext,
  groupIds: readonly string[],
): Promise<NetworkInterface[]> {
  return everyPage(
    paginateDescribeNetworkInterfaces(
      { client: context.clients.ec2 },
      { Filters: [{ Name: "group-id", Values: [...groupIds] }], MaxResults: 1000 },
    ),
    (page) => page.NetworkInterfaces,
  );
}

/** The Auto Scaling groups of these instances, of any stack. */
async function launchersOf(
  context: ResourceContext,
  instances: readonly Instance[],
): Promise<readonly AutoScalingGroup[]> {
  const names = [...new Set(instances.map(launcherOf))].filter((name) => name !== undefined);
  return names.length === 0 ? [] : describeAutoScalingGroups(context, { names });
}

function stayingServers(
  context: ResourceContext,
  instances: readonly Instance[],
  launchers: readonly AutoScalingGroup[],
  region: string,
): readonly GroupUser[] {
  const launchedBy = ({ AutoScalingGroupName: name }: AutoScalingGroup) =>
    instances.filter((instance) => launcherOf(instance) === name);
  return [
    ...instances
      .filter((instance) => launcherOf(instance) === undefined)
      .flatMap((instance) => outside(context, instance, region)),
    ...launchers.flatMap((group) =>
      addressOfGroup(group, context) === undefined
        ? launchedBy(group).flatMap((instance) =>
            untaggedGroupNotes(context, instance, group, region).slice(0, 1),
          )
        : setApart(group, launchedBy(group), region),
    ),
  ];
}

/** The group in AWS's own tag, which an instance loses with its membership. */
function launcherOf({ Tags }: Instance): string | undefined {
  return toRecord(Tags)["aws:autoscaling:groupName"];
}

/** A server that somebody detached. A builder is ignored, because its build removes it. */
function outside(
  context: ResourceContext,
  instance: Instance,
  region: string,
): readonly GroupUser[] {
  const { [nameKey]: name } = toRecord(instance.Tags);
  const isServer = addressIn(instance.Tags, context.stack, "auto-scaling-group") !== undefined;
  if (name !== undefined && !isServer) return [];
  const id = instance.InstanceId ?? "";
  const command = awsCommand(region, "ec2 terminate-instances", { "instance-ids": id });
  return [
    {
      summary: `${id} carries the stack's ${isServer ? "tags" : `tag ${stackKey} without ${nameKey}`} but is in no Auto Scaling group (somebody probably detached it)`,
      remedy: `If nobody needs ${id}, terminate it: ${command}`,
    },
  ];
}

/** Members that neither a rollout nor a smaller capacity removes. */
function setApart(
  group: AutoScalingGroup,
  instances: readonly Instance[],
  region: string,
): readonly GroupUser[] {
  const ids = new Set(instances.map(({ InstanceId }) => InstanceId));
  const members = (group.Instances ?? []).filter(({ InstanceId }) => ids.has(InstanceId));
  return apartNotes(group, members, region);
}

/**
 * The description of a classic load balancer's interface has its name. Waiting resolves those of
 * the stack.
 */
async function foreignLoadBalancers(
  context: ResourceContext,
  groupId: string,
  interfaces: readonly NetworkInterface[],
  region: string,
): Promise<readonly GroupUser[]> {
  const named = interfaces.flatMap(
    ({ Description }) => /^ELB ([^/]+)$/.exec(Description ?? "")?.[1] ?? [],
  );
  const names = [...new Set(named)];
  const found = await Promise.all(names.map((name) => describeLoadBalancers(context, name)));
  const usingBalancers = found.flat().filter((each) => each.SecurityGroups?.includes(groupId));
  const tags = await describeTags(context, usingBalancers);
  return usingBalancers.flatMap((balancer) => {
    const own = tags.get(balancer.LoadBalancerName);
    // One that has no list of tags, not even an empty one, was just deleted.
    const isGone = !tags.has(balancer.LoadBalancerName);
    if (isGone || addressIn(own, context.stack, "load-balancer") !== undefined) return [];
    return [foreignLoadBalancer(context, groupId, balancer, own, region)];
  });
}

function foreignLoadBalancer(
  { stack }: ResourceContext,
  groupId: string,
  { LoadBalancerName: name = "", SecurityGroups = [] }: LoadBalancerDescription,
  tags: readonly Tag[] | undefined,
  region: string,
): GroupUser {
  const others = SecurityGroups.filter((id) => id !== groupId);
  const apply = awsCommand(region, "elb apply-security-groups-to-load-balancer", {
    "load-balancer-name": name,
    "security-groups": others.length > 0 ? others : "OTHER-GROUP",
  });
  const remove = awsCommand(region, "elb delete-load-balancer", { "load-balancer-name": name });
  const { [stackKey]: owner } = toRecord(tags);
  const identity = [
    [stackKey, stack],
    [nameKey, `load-balancer/${stack}`],
  ] as const;
  const tag = awsCommand(region, ...loadBalancerTags(name, identity));
  const isOtherStacks = owner !== undefined && owner !== stack;
  const putBack = `If the load balancer belongs to this stack and lost its tags, put them back: ${tag}. Otherwise give`;
  return {
    summary: isOtherStacks
      ? `the load balancer ${name} belongs to the stack ${owner} (tag ${stackKey})`
      : `the load balancer ${name} does not carry this stack's tags`,
    remedy: `${isOtherStacks ? "Give" : putBack} it other security groups: ${apply}; or delete it if nothing needs it: ${remove}`,
  };
}
