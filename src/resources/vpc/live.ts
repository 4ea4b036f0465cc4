import {
  DescribeVpcAttributeCommand,
  type EC2Client,
  type Filter,
  type FlowLog,
  paginateDescribeFlowLogs,
  paginateDescribeVpcs,
  type Vpc,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, stackKey, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, Note } from "../../engine/resource.ts";
import { describeSecurityGroups } from "../security-group/calls.ts";
import { rulesIn, type SecurityGroupRule } from "../security-group/rules.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { createdAtOf } from "../shared/twins.ts";

/** Where the records of the network's traffic go. */
export interface FlowLogs {
  readonly kind: "bucket" | "log-group";
  readonly name: string;
  /** Of a log group: the role that the service of the flow logs writes with. */
  readonly role: string | null;
}

export interface VpcFields {
  readonly cidr: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  /** The rules of the default security group, in words. The stack wants none. */
  readonly defaultSecurityGroup: readonly string[];
  readonly flowLogs: FlowLogs | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VpcOutputs {
  readonly id: string;
  readonly cidr: string;
}

export type LiveVpc = Live<VpcFields, VpcOutputs>;

/** Every VPC of the stack. */
export async function sweepVpcs(context: ResourceContext): Promise<LiveVpc[]> {
  const found = await lookUpVpcs(context.clients.ec2, ownFilters(context));
  const live = await Promise.all(found.map((vpc) => inShape(context, vpc)));
  return live.filter((each) => each !== undefined);
}

/** The VPC with this id, if AWS shows it with the stack's tags. */
export async function lookAtVpc(
  context: ResourceContext,
  id: string,
): Promise<LiveVpc | undefined> {
  const [vpc] = await lookUpVpcs(
    context.clients.ec2,
    ownFilters(context, [{ Name: "vpc-id", Values: [id] }]),
  );
  return vpc && inShape(context, vpc);
}

/** The VPCs that pass these filters, whoever they belong to. */
export const lookUpVpcs = sharedLookUp((client: EC2Client, filters: Filter[]) =>
  everyPage(
    paginateDescribeVpcs({ client }, { Filters: filters, MaxResults: 1000 }),
    (page) => page.Vpcs,
  ),
);

async function inShape(context: ResourceContext, vpc: Vpc): Promise<LiveVpc | undefined> {
  const { VpcId: id = "", CidrBlock: cidr = "", Tags: tags } = vpc;
  const address = addressIn(tags, context.stack, "vpc");
  if (address === undefined) return undefined;
  const parts = await unlessGone(() =>
    Promise.all([
      attributeOf(context, id, "enableDnsSupport"),
      attributeOf(context, id, "enableDnsHostnames"),
      defaultGroupOf(context, id),
      flowLogsOf(context, id),
    ]),
  );
  if (parts === undefined) return undefined;
  const [dnsSupport, dnsHostnames, group, flowLogs] = parts;
  const notes = failingNotes(flowLogs);
  return {
    id,
    address,
    // A VPC has no name of its own in AWS.
    physicalName: id,
    status: "ready",
    createdAt: createdAtOf(tags),
    fields: {
      cidr,
      dnsSupport,
      dnsHostnames,
      defaultSecurityGroup: group?.words ?? [],
      flowLogs: shownFlowLogs(flowLogs),
      tags: userTagsOf(tags),
    },
    outputs: { id, cidr },
    uses: [],
    ...(notes.length > 0 && { notes }),
  };
}

async function attributeOf(
  { clients }: ResourceContext,
  id: string,
  attribute: "enableDnsSupport" | "enableDnsHostnames",
): Promise<boolean> {
  const answer = await clients.ec2.send(
    new DescribeVpcAttributeCommand({ VpcId: id, Attribute: attribute }),
  );
  const value =
    attribute === "enableDnsSupport" ? answer.EnableDnsSupport : answer.EnableDnsHostnames;
  return value?.Value === true;
}

/** The rules of a VPC's default group. */
export interface DefaultGroup {
  readonly id: string;
  readonly ingress: readonly SecurityGroupRule[];
  readonly egress: readonly SecurityGroupRule[];
  readonly words: readonly string[];
}

/** Undefined while AWS does not show it yet. */
export async function defaultGroupOf(
  context: ResourceContext,
  vpcId: string,
): Promise<DefaultGroup | undefined> {
  const [group] = await describeSecurityGroups(context, [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "group-name", Values: ["default"] },
  ]);
  if (group?.GroupId === undefined) return undefined;
  const ingress = rulesIn(group.IpPermissions);
  const egress = rulesIn(group.IpPermissionsEgress);
  return {
    id: group.GroupId,
    ingress,
    egress,
    words: [
      ...ingress.map((rule) => `in: ${ruleWords(rule, group.GroupId)}`),
      ...egress.map((rule) => `out: ${ruleWords(rule, group.GroupId)}`),
    ],
  };
}

function ruleWords(
  { protocol, fromPort, toPort, peer }: SecurityGroupRule,
  own: string | undefined,
): string {
  const what = protocol === "-1" ? "all traffic" : protocol;
  const ports =
    fromPort === null ? "" : fromPort === toPort ? ` ${fromPort}` : ` ${fromPort}-${toPort}`;
  return `${what}${ports}, ${peer === own ? "the group itself" : peer}`;
}

/** The stack's flow logs of a VPC. Those of others do not change. */
export async function flowLogsOf(
  { clients, stack }: ResourceContext,
  vpcId: string,
): Promise<readonly FlowLog[]> {
  const found = await everyPage(
    paginateDescribeFlowLogs(
      { client: clients.ec2 },
      { Filter: [{ Name: "resource-id", Values: [vpcId] }], MaxResults: 1000 },
    ),
    (page) => page.FlowLogs,
  );
  return found.filter(({ Tags }) => toRecord(Tags)[stackKey] === stack);
}

/** What one flow log delivers to. */
export function flowLogDestination(log: FlowLog): FlowLogs {
  if (log.LogDestinationType === "s3") {
    // arn:aws:s3:::my-bucket, with a folder if somebody else set one.
    return { kind: "bucket", name: log.LogDestination?.split(":::")[1] ?? "", role: null };
  }
  return {
    kind: "log-group",
    name: log.LogGroupName ?? "",
    role: log.DeliverLogsPermissionArn ?? null,
  };
}

/**
 * Several remain when an update was interrupted. No stack file can want all of them: so the plan shows a difference,
 * whichever of them the stack file names now.
 */
function shownFlowLogs(logs: readonly FlowLog[]): FlowLogs | null {
  const destinations = logs.map(flowLogDestination);
  const [first] = destinations;
  if (first === undefined) return null;
  const names = destinations.map(({ name }) => name);
  return { ...first, name: names.toSorted().join(", ") };
}

function failingNotes(logs: readonly FlowLog[]): readonly Note[] {
  return logs
    .filter(({ DeliverLogsStatus }) => DeliverLogsStatus === "FAILED")
    .map((log) => ({
      summary: `AWS cannot deliver the flow logs to ${flowLogDestination(log).name}: ${log.DeliverLogsErrorMessage ?? "it gives no reason"}`,
      remedy:
        'Check that the bucket or log group exists, and that its policy, or the role, lets delivery.logs.amazonaws.com or vpc-flow-logs.amazonaws.com write to it ("Publish flow logs", Amazon VPC User Guide).',
    }));
}
