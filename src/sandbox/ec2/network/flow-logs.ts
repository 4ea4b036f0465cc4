import type {
  CreateFlowLogsRequest,
  DeleteFlowLogsRequest,
  DescribeFlowLogsRequest,
} from "@aws-sdk/client-ec2";
import { CreateFlowLogs$, DeleteFlowLogs$, DescribeFlowLogs$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { holderOf } from "../../s3/bucket.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { tagsFor } from "../tags.ts";
import { madeBefore, markOf } from "./client-tokens.ts";
import { type FlowLogRecord, flowLogs } from "./flow-log-tables.ts";
import { vpcs } from "./tables.ts";

const createFlowLogs = operation<CreateFlowLogsRequest>(
  CreateFlowLogs$,
  [
    "ResourceType",
    "ResourceIds",
    "TrafficType",
    "LogDestinationType",
    "LogDestination",
    "LogGroupName",
    "DeliverLogsPermissionArn",
    "MaxAggregationInterval",
    "ClientToken",
    "TagSpecifications",
  ],
  (region, input) => {
    if (input.ResourceType !== "VPC") throw notModelled(`A flow log of a ${input.ResourceType}`);
    const mark = markOf(input);
    const known = madeBefore(region.table(flowLogs).all(), mark);
    if (known !== undefined) {
      const same = region
        .table(flowLogs)
        .all()
        .filter(({ request }) => request?.token === mark?.token);
      return { FlowLogIds: same.map(({ id }) => id), Unsuccessful: [], ClientToken: mark?.token };
    }
    const wish = {
      trafficType: trafficOf(input.TrafficType),
      destination: destinationOf(input),
      interval: intervalOf(input.MaxAggregationInterval),
      createdAt: region.now,
      ...(mark === undefined ? {} : { request: mark }),
      tags: tagsFor(input.TagSpecifications, "vpc-flow-log"),
    };
    const made: string[] = [];
    const unsuccessful: object[] = [];
    for (const resourceId of input.ResourceIds ?? []) {
      const problem = problemOf(region, { ...wish, resourceId });
      if (problem !== undefined) unsuccessful.push({ ResourceId: resourceId, Error: problem });
      else {
        const id = region.id("fl");
        region.table(flowLogs).add(id, { id, ...wish, resourceId });
        made.push(id);
      }
    }
    return { FlowLogIds: made, Unsuccessful: unsuccessful, ClientToken: mark?.token };
  },
);

function trafficOf(type: string | undefined): FlowLogRecord["trafficType"] {
  if (type === undefined) throw missingParameter("trafficType");
  if (type === "ACCEPT" || type === "REJECT" || type === "ALL") return type;
  throw invalidValue(`Value (${type}) for parameter trafficType is invalid.`);
}

/** "The possible values are 60 seconds (1 minute) or 600 seconds (10 minutes). Default: 600". */
function intervalOf(seconds = 600): number {
  if (seconds === 60 || seconds === 600) return seconds;
  throw invalidValue(`Value (${seconds}) for parameter maxAggregationInterval is invalid.`);
}

function destinationOf(input: CreateFlowLogsRequest): FlowLogRecord["destination"] {
  const kind: string = input.LogDestinationType ?? "cloud-watch-logs";
  if (kind === "s3") {
    const { LogDestination: arn = "" } = input;
    if (arn === "") throw missingParameter("logDestination");
    if (!/^arn:aws[\w-]*:s3:::[^/]+/.test(arn)) {
      throw invalidValue(`LogDestination: ${arn} is not a valid ARN of an S3 bucket.`);
    }
    return { kind, arn };
  }
  if (kind !== "cloud-watch-logs") throw notModelled(`A log destination of the type ${kind}`);
  const { LogGroupName: group = groupOf(input.LogDestination), DeliverLogsPermissionArn: role } =
    input;
  if (group === undefined) throw missingParameter("logGroupName");
  // "This parameter is required if the destination type is cloud-watch-logs".
  if (role === undefined) throw missingParameter("deliverLogsPermissionArn");
  return { kind, group, role };
}

function groupOf(arn: string | undefined): string | undefined {
  return /:log-group:([^:]+)/.exec(arn ?? "")?.[1];
}

/** Why a resource gets no flow log: the call itself succeeds. */
function problemOf(region: Region, wish: Omit<FlowLogRecord, "id">) {
  const { resourceId, destination } = wish;
  if (region.table(vpcs).use(resourceId) === undefined) {
    return { Code: "InvalidVpcId.NotFound", Message: `The vpc ID '${resourceId}' does not exist` };
  }
  const isThere = region
    .table(flowLogs)
    .all()
    .some(
      (other) =>
        other.resourceId === resourceId &&
        other.trafficType === wish.trafficType &&
        placeOf(other) === placeOf(wish),
    );
  if (isThere) {
    return {
      Code: "FlowLogAlreadyExists",
      Message:
        "Error. There is an existing Flow Log with the same configuration and log destination.",
    };
  }
  // A log group is created by the first records, and the role is checked when they are delivered.
  if (destination.kind !== "s3") return undefined;
  const bucket = destination.arn.replace(/^arn:aws[\w-]*:s3:::/, "").split("/")[0] ?? "";
  if (holderOf(region, bucket)?.bucket.owner === region.account) return undefined;
  return {
    Code: "400",
    Message: `Access Denied for LogDestination: ${bucket}. Please check LogDestination permission`,
  };
}

function placeOf({ destination }: Omit<FlowLogRecord, "id">): string {
  return destination.kind === "s3" ? destination.arn : destination.group;
}

const describeFlowLogs = operation<DescribeFlowLogsRequest>(
  DescribeFlowLogs$,
  ["FlowLogIds", "Filter", "MaxResults", "NextToken"],
  (region, input) => {
    const request = { ...input, Filters: input.Filter };
    const { items, nextToken } = described(region, region.table(flowLogs), request, {
      ids: input.FlowLogIds,
      notFound: (id) => new AwsError("InvalidFlowLogId.NotFound", notFoundMessage(id)),
      filters: {
        "deliver-log-status": () => "SUCCESS",
        "flow-log-id": ({ id }) => id,
        "log-destination-type": ({ destination }) => destination.kind,
        "log-group-name": ({ destination }) =>
          destination.kind === "s3" ? undefined : destination.group,
        "resource-id": ({ resourceId }) => resourceId,
        "traffic-type": ({ trafficType }) => trafficType,
      },
    });
    return { FlowLogs: items.map(answer), NextToken: nextToken };
  },
);

function answer({ destination, ...log }: Readonly<FlowLogRecord>) {
  return {
    FlowLogId: log.id,
    FlowLogStatus: "ACTIVE",
    ResourceId: log.resourceId,
    TrafficType: log.trafficType,
    LogDestinationType: destination.kind,
    ...(destination.kind === "s3"
      ? { LogDestination: destination.arn }
      : { LogGroupName: destination.group, DeliverLogsPermissionArn: destination.role }),
    DeliverLogsStatus: "SUCCESS",
    LogFormat: DEFAULT_FORMAT,
    MaxAggregationInterval: log.interval,
    CreationTime: new Date(log.createdAt),
    Tags: tagList(log.tags),
  };
}

/** "Default format" ("Flow log records", Amazon VPC User Guide). */
const DEFAULT_FORMAT =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own syntax.
  "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

const deleteFlowLogs = operation<DeleteFlowLogsRequest>(
  DeleteFlowLogs$,
  ["FlowLogIds"],
  (region, { FlowLogIds: ids = [] }) => {
    const table = region.table(flowLogs);
    const unknown = ids.filter((id) => table.use(id) === undefined);
    for (const id of ids) table.remove(id);
    return {
      Unsuccessful: unknown.map((id) => ({
        ResourceId: id,
        Error: { Code: "InvalidFlowLogId.NotFound", Message: notFoundMessage(id) },
      })),
    };
  },
);

function notFoundMessage(id: string): string {
  return `These flow log ids in the input list are not found: [TotalCount: 1] ${id}`;
}

export const flowLogOperations = [createFlowLogs, describeFlowLogs, deleteFlowLogs];
