import { CreateFlowLogsCommand, DeleteFlowLogsCommand, type FlowLog } from "@aws-sdk/client-ec2";
import { partitionOf } from "../../aws/regions.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { canonicalJson } from "../../engine/values.ts";
import { untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification, withFields } from "../shared/owned.ts";
import {
  type FlowLogs,
  flowLogDestination,
  flowLogsOf,
  type LiveVpc,
  type VpcFields,
  type VpcOutputs,
} from "./live.ts";

/** AWS cannot change flow logs. So the new ones come first, and no traffic is without a record. */
export async function setFlowLogs({
  context,
  live,
  fields,
}: UpdateInput<VpcFields, VpcOutputs, ResourceContext>): Promise<LiveVpc> {
  const wanted = fields.flowLogs;
  const found = await flowLogsOf(context, live.id);
  const isWanted = (log: FlowLog) =>
    wanted !== null && canonicalJson(flowLogDestination(log)) === canonicalJson(wanted);
  if (wanted !== null && !found.some(isWanted)) await create(context, live, wanted);
  await remove(
    context,
    found.filter((log) => !isWanted(log)),
  );
  await untilSeen(
    context,
    "the changed flow logs",
    () => flowLogsOf(context, live.id),
    (seen) => {
      const isRight = seen.every(isWanted) && seen.length > 0 === (wanted !== null);
      return isRight ? undefined : "the flow logs do not match the stack file yet";
    },
  );
  return withFields(live, fields, ["flowLogs"]);
}

/** Before the VPC goes, because nothing else finds them then. */
export async function removeFlowLogs(
  context: ResourceContext,
  { id }: Pick<LiveVpc, "id">,
): Promise<void> {
  await remove(context, await flowLogsOf(context, id));
}

async function create(context: ResourceContext, live: LiveVpc, wanted: FlowLogs): Promise<void> {
  const { name: partition } = partitionOf(await context.clients.region());
  const { Unsuccessful = [] } = await context.clients.ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "VPC",
      ResourceIds: [live.id],
      TrafficType: "ALL",
      ...(wanted.kind === "bucket"
        ? { LogDestinationType: "s3", LogDestination: `arn:${partition}:s3:::${wanted.name}` }
        : {
            LogDestinationType: "cloud-watch-logs",
            LogGroupName: wanted.name,
            ...(wanted.role !== null && { DeliverLogsPermissionArn: wanted.role }),
          }),
      TagSpecifications: [
        tagSpecification("vpc-flow-log", context, { address: live.address }, live.fields.tags),
      ],
    }),
  );
  const [refused] = Unsuccessful;
  // Another apply was faster.
  if (refused?.Error === undefined || refused.Error.Code === "FlowLogAlreadyExists") return;
  const { Code: code = "Unknown", Message: words = "" } = refused.Error;
  throw new OutsideError(`AWS does not deliver flow logs to ${wanted.name}: ${code}: ${words}`, {
    code,
    operation: "ec2:CreateFlowLogs",
    remedy: `Check that ${wanted.name} exists, and that ${wanted.kind === "bucket" ? "its bucket policy lets delivery.logs.amazonaws.com write to it" : "the role lets vpc-flow-logs.amazonaws.com write to it"} ("Publish flow logs", Amazon VPC User Guide). Then run the same command again.`,
  });
}

async function remove({ clients }: ResourceContext, logs: readonly FlowLog[]): Promise<void> {
  const FlowLogIds = logs.flatMap(({ FlowLogId }) => FlowLogId ?? []);
  if (FlowLogIds.length === 0) return;
  const { Unsuccessful = [] } = await clients.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
  const [refused] = Unsuccessful.filter(({ Error: error }) => !error?.Code?.endsWith("NotFound"));
  if (refused?.Error === undefined) return;
  const { Code: code = "Unknown", Message: words = "" } = refused.Error;
  throw new OutsideError(
    `AWS does not delete the flow log ${refused.ResourceId}: ${code}: ${words}`,
    {
      code,
      operation: "ec2:DeleteFlowLogs",
      remedy: "Run the same command again to resume.",
    },
  );
}
