import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { DescribeInstanceAttributeCommand, type Instance } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { addressIn, toRecord } from "../../aws/tags.ts";
import type { Live, Note, ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import {
  addressOfGroup,
  describeAutoScalingGroups,
  sweepAutoScalingGroups,
} from "../auto-scaling-group/look-ups.ts";
import { untaggedGroupNotes } from "../auto-scaling-group/untagged.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { lost } from "../shared/consequence.ts";
import type { ResourceContext } from "../shared/context.ts";
import { instanceProtection } from "../shared/deletion-protection.ts";
import { isPresent, sweepInstances, terminateInstances } from "../shared/instances.ts";

type NoFields = Readonly<Record<never, never>>;

export interface InstanceOutputs {
  readonly id: string;
}

type LiveInstance = Live<NoFields, InstanceOutputs>;

/**
 * A server outside this stack's Auto Scaling groups. A detached server keeps its tags and continues
 * to run: nothing checks or replaces it until somebody terminates it. A server whose group lost the
 * stack's tags continues to serve: a destroy does not start until that is resolved.
 */
export const instance: ResourceType<NoFields, InstanceOutputs, ResourceContext> = {
  name: "instance",
  section: null,
  wanted: "never",
  replace: "create-first",
  naming: { maxLength: 19 }, // "i-" and 17 digits: AWS names them
  fields: {},
  // No plan creates or updates one.
  usualSeconds: { create: 0, update: 0, delete: 40 },
  consequences: ({ address }) => [
    lost(`${address} is terminated, and everything on its disks is lost.`),
  ],
  holds: ["security-group", "subnet"],
  changedByUpdate: [],
  permissions: {
    discover: [
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceAttribute",
    ],
    create: [],
    update: [],
    delete: ["ec2:TerminateInstances", "ec2:DescribeInstances"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  async discover(context) {
    const [groups, instances] = await Promise.all([
      sweepAutoScalingGroups(context),
      sweepInstances(context),
    ]);
    const now = context.clock.now();
    const outside = instances
      .filter(isPresent)
      .filter(({ Tags }) => addressIn(Tags, context.stack, "auto-scaling-group") !== undefined)
      .filter((one) => !isMember(one, groups, now));
    const others = await groupsOf(context, outside);
    return Promise.all(
      outside.flatMap((one) => {
        const group = others.get(launcherOf(one));
        if (group === undefined) return [describe(context, one)];
        // The sweep's filter by tags lags behind what a look by name shows.
        if (addressOfGroup(group, context) !== undefined) return [];
        return [describeMember(context, one, group)];
      }),
    );
  },

  findForeign: async () => [],
  create: () => neverWanted(),
  update: updateBySetters({}, () => neverWanted()),
  delete: (context, { id }) => terminateInstances(context, "the instance", [id]),
};

/** Never called, because no plan creates or updates an instance. */
function neverWanted(): Promise<never> {
  return Promise.reject(new Error("no file asks for an instance by itself"));
}

/**
 * Milliseconds. EC2 and Auto Scaling do not show a launch at the same moment, and clocks differ by
 * minutes.
 */
const newborn = 10 * 60_000;

/** Whether a group lists the instance, or launched it so recently that it may not list it yet. */
function isMember(one: Instance, groups: readonly AutoScalingGroup[], now: number): boolean {
  const listed = groups.some((group) =>
    group.Instances?.some(({ InstanceId }) => InstanceId === one.InstanceId),
  );
  if (listed) return true;
  const age = now - (one.LaunchTime?.getTime() ?? 0);
  return age < newborn && groups.some((group) => group.AutoScalingGroupName === launcherOf(one));
}

/** The group in AWS's own tag, which an instance loses with its membership. Empty without the tag. */
function launcherOf({ Tags }: Instance): string {
  return toRecord(Tags)["aws:autoscaling:groupName"] ?? "";
}

/**
 * The groups that these instances name, of any stack, by name. One call; none if no instance is
 * outside.
 */
async function groupsOf(
  context: ResourceContext,
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, AutoScalingGroup>> {
  const names = [...new Set(instances.map(launcherOf))].filter((name) => name !== "");
  if (names.length === 0) return new Map();
  const groups = await describeAutoScalingGroups(context, { names });
  return new Map(groups.map((group) => [group.AutoScalingGroupName ?? "", group]));
}

/** A server in a group that does not carry this stack's tags. */
async function describeMember(
  context: ResourceContext,
  one: Instance,
  group: AutoScalingGroup,
): Promise<LiveInstance> {
  const { AutoScalingGroupName: name } = group;
  return {
    ...inShape(one, `${one.State?.Name}, in the Auto Scaling group ${name}`),
    notes: untaggedGroupNotes(context, one, group, await context.clients.region()),
  };
}

async function describe(context: ResourceContext, one: Instance): Promise<LiveInstance> {
  const id = one.InstanceId ?? "";
  const [isProtected, region] = await Promise.all([
    isProtectedInstance(context, id),
    context.clients.region(),
  ]);
  return {
    ...inShape(one, `${one.State?.Name}, outside its Auto Scaling group`),
    notes: [outsideNote(id, region), ...(isProtected ? instanceProtection(id, region) : [])],
  };
}

function inShape(one: Instance, statusReason: string): LiveInstance {
  const id = one.InstanceId ?? "";
  return {
    id,
    address: `instance/${id}`,
    physicalName: id,
    status: "ready",
    statusReason,
    createdAt: one.LaunchTime?.getTime() ?? 0,
    fields: {},
    outputs: { id },
    uses: [
      ...(one.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      ...(one.SubnetId === undefined ? [] : [one.SubnetId]),
    ],
  };
}

function outsideNote(id: string, region: string): Note {
  const command = awsCommand(region, "ec2 terminate-instances", { "instance-ids": id });
  return {
    summary: `${id} carries the stack's tags but is in none of its Auto Scaling groups (somebody probably detached it). Nothing checks or replaces it, and it costs money until it is terminated.`,
    remedy: `An apply ignores it, in case somebody is examining it; a destroy terminates it. If nobody needs it, terminate it: ${command}`,
  };
}

/** AWS returns one attribute per call. Asked only for servers outside a group, which are rare. */
async function isProtectedInstance(
  { clients }: ResourceContext,
  InstanceId: string,
): Promise<boolean> {
  const ask = (Attribute: "disableApiTermination" | "disableApiStop") =>
    clients.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
  try {
    const [termination, stop] = await Promise.all([
      ask("disableApiTermination"),
      ask("disableApiStop"),
    ]);
    return termination.DisableApiTermination?.Value === true || stop.DisableApiStop?.Value === true;
  } catch (error) {
    // Deleted in the meantime.
    if (isAwsError(error, "not-found")) return false;
    throw error;
  }
}
