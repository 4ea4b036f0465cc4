import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openNetwork } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open() {
  const network = await openNetwork();
  const { ec2, VpcId, sandbox } = network;
  const create = (input: Partial<CreateFlowLogsCommandInput>) =>
    ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: "VPC",
        ResourceIds: [VpcId],
        TrafficType: "ALL",
        ...input,
      }),
    );
  await sandbox.call("s3", "CreateBucket", {
    Bucket: "traffic",
    CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
  });
  const toBucket = { LogDestinationType: "s3", LogDestination: "arn:aws:s3:::traffic" } as const;
  return { ...network, create, toBucket };
}

test("a flow log into a bucket is found by its VPC and tags, until it is deleted", async () => {
  const { ec2, VpcId, create, toBucket } = await open();
  const Tags = [{ Key: "team", Value: "network" }];
  const { FlowLogIds = [] } = await create({
    ...toBucket,
    TagSpecifications: [{ ResourceType: "vpc-flow-log", Tags }],
  });
  for (const Filter of [
    [{ Name: "resource-id", Values: [VpcId] }],
    [{ Name: "tag:team", Values: ["network"] }],
  ]) {
    const { FlowLogs } = await ec2.send(new DescribeFlowLogsCommand({ Filter }));
    expect(FlowLogs).toMatchObject([
      {
        FlowLogId: FlowLogIds[0],
        FlowLogStatus: "ACTIVE",
        ResourceId: VpcId,
        TrafficType: "ALL",
        ...toBucket,
        Tags,
      },
    ]);
  }
  const remove = () => ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
  expect(await remove()).toMatchObject({ Unsuccessful: [] });
  expect((await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs).toEqual([]);
  expect(await remove()).toMatchObject({
    Unsuccessful: [{ ResourceId: FlowLogIds[0], Error: { Code: "InvalidFlowLogId.NotFound" } }],
  });
});

test("a flow log into a log group needs a role", async () => {
  const { ec2, create } = await open();
  expect((await refusal(create({ LogGroupName: "/vpc/shop" }))).code).toBe("MissingParameter");
  const DeliverLogsPermissionArn = "arn:aws:iam::000000000000:role/flow-logs";
  await create({ LogGroupName: "/vpc/shop", DeliverLogsPermissionArn });
  expect((await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs).toMatchObject([
    {
      LogDestinationType: "cloud-watch-logs",
      LogGroupName: "/vpc/shop",
      DeliverLogsPermissionArn,
    },
  ]);
});

test("a bucket that is not there, and a VPC that is not there, are told in the answer", async () => {
  const { create, toBucket } = await open();
  const LogDestination = "arn:aws:s3:::nowhere/shop";
  expect(await create({ ...toBucket, LogDestination })).toMatchObject({
    FlowLogIds: [],
    Unsuccessful: [
      {
        Error: {
          Code: "400",
          Message:
            "Access Denied for LogDestination: nowhere. Please check LogDestination permission",
        },
      },
    ],
  });
  expect(await create({ ...toBucket, ResourceIds: ["vpc-0123"] })).toMatchObject({
    Unsuccessful: [{ ResourceId: "vpc-0123", Error: { Code: "InvalidVpcId.NotFound" } }],
  });
});

test("a second flow log of the same traffic into the same place is refused, and a token repeats the first", async () => {
  const { create, toBucket } = await open();
  const first = await create({ ...toBucket, ClientToken: "once" });
  const again = await create({ ...toBucket, ClientToken: "once" });
  expect(again.FlowLogIds).toEqual(first.FlowLogIds);
  expect(await create(toBucket)).toMatchObject({
    FlowLogIds: [],
    Unsuccessful: [{ Error: { Code: "FlowLogAlreadyExists" } }],
  });
  expect(await create({ ...toBucket, TrafficType: "REJECT" })).toMatchObject({ Unsuccessful: [] });
  expect(
    (await refusal(create({ ...toBucket, TrafficType: "ACCEPT", ClientToken: "once" }))).code,
  ).toBe("IdempotentParameterMismatch");
});
