import {
  DescribeInstanceInformation$,
  type DescribeInstanceInformationRequest,
} from "@aws-sdk/client-ssm";
import { isOnline } from "../ec2/instances/life.ts";
import { type InstanceRecord, instances } from "../ec2/instances/tables.ts";
import { reachesEndpoints } from "../ec2/network/usable-endpoints.ts";
import { notModelled } from "../error.ts";
import { distributionOf } from "../guest/distribution.ts";
import { serverMay } from "../iam/permissions.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";

/**
 * The instances whose agent reaches Systems Manager: it runs, the role allows it, and there is a way. An instance that
 * loses one of these is not listed any more, although AWS lists it as `ConnectionLost` for some time.
 */
const describeInstanceInformation = operation<DescribeInstanceInformationRequest>(
  DescribeInstanceInformation$,
  ["Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const wanted = input.Filters?.map(({ Key: key, Values: values = [] }) => {
      if (key !== "InstanceIds") throw notModelled(`The filter ${key}`);
      return new Set(values);
    });
    const table = region.table(instances);
    const managed = table
      .list()
      .filter((instance) => isManaged(region, instance))
      .filter(({ id }) => wanted?.every((ids) => ids.has(id)) ?? true);
    const { items, nextToken } = paged(region, managed, ({ id }) => table.order(id), {
      size: input.MaxResults,
      token: input.NextToken,
      minimum: 5,
      maximum: 50,
    });
    return {
      InstanceInformationList: items.map((instance) => ({
        InstanceId: instance.id,
        PingStatus: "Online",
        LastPingDateTime: new Date(region.now),
        PlatformType: "Linux",
        PlatformName: distributionOf(instance.guest.family).prettyName,
        ResourceType: "EC2Instance",
        IPAddress: instance.privateAddress,
      })),
      NextToken: nextToken,
    };
  },
);

function isManaged(region: Region, instance: Readonly<InstanceRecord>): boolean {
  const { state, guest, profile } = instance;
  if (state !== "running" || guest.impaired || profile === undefined) return false;
  if ((guest.agentFrom ?? Number.POSITIVE_INFINITY) > region.now) return false;
  // "VPC endpoints for Systems Manager" stand in for the internet.
  const hasWay =
    isOnline(region, instance) || reachesEndpoints(region, instance, ["ssm", "ssmmessages"]);
  return hasWay && actions.every((action) => may(region, profile.arn, action));
}

function may(region: Region, profileArn: string, action: string): boolean {
  return serverMay(region, profileArn, action, "*") === "allowed";
}

/** "Create a custom IAM role for Session Manager", AWS Systems Manager User Guide. */
const actions = [
  "ssm:UpdateInstanceInformation",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

export const instanceInformationOperations = [describeInstanceInformation];
