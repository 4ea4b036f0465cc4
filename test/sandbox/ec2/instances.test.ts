import {
  CreateImageCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FaultPlan } from "../../../src/sandbox/faults.ts";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

let sandbox: Sandbox;
let ec2: EC2Client;
let baseImage: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00Z"), toFake: ["Date"] });
  await open({});
});
afterEach(() => vi.useRealTimers());

async function open(faults: FaultPlan): Promise<void> {
  sandbox = await createSandbox({ speed: 1, consistency: { maxMilliseconds: 0 }, faults });
  ec2 = ec2Client(sandbox);
  const { Images } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ["amazon"],
      Filters: [{ Name: "name", Values: ["al2023-ami-2023.9.20251117.1-kernel-6.1-x86_64"] }],
    }),
  );
  baseImage = Images?.[0]?.ImageId ?? "";
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

async function launch(input: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: baseImage,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  );
  return Instances?.[0]?.InstanceId ?? "";
}

async function look(id: string): Promise<Instance | undefined> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0];
}

test("an instance comes up, stops, starts with another address, and goes with all it had", async () => {
  const before = sandbox.inventory();
  const id = await launch({
    TagSpecifications: [
      { ResourceType: "instance", Tags: [{ Key: "Name", Value: "one" }] },
      { ResourceType: "volume", Tags: [{ Key: "Name", Value: "disk" }] },
    ],
  });
  expect(await look(id)).toMatchObject({
    State: { Name: "pending", Code: 0 },
    Tags: [{ Key: "Name", Value: "one" }],
    Placement: { AvailabilityZone: "ap-southeast-2a" },
    MetadataOptions: { HttpTokens: "required" },
  });
  pass(30);
  const running = await look(id);
  expect(running?.State?.Name).toBe("running");
  expect(running?.PublicIpAddress).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\./);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  expect((await look(id))?.State?.Name).toBe("stopping");
  pass(60);
  const stopped = await look(id);
  expect(stopped?.State?.Name).toBe("stopped");
  expect(stopped?.PublicIpAddress).toBeUndefined();
  expect(stopped?.StateReason?.Code).toBe("Client.UserInitiatedShutdown");
  await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  pass(60);
  expect((await look(id))?.State?.Name).toBe("running");
  const { TerminatingInstances } = await ec2.send(
    new TerminateInstancesCommand({ InstanceIds: [id] }),
  );
  expect(TerminatingInstances).toMatchObject([
    { PreviousState: { Name: "running" }, CurrentState: { Name: "shutting-down" } },
  ]);
  pass(60);
  // EC2 still tells of it for about an hour, but it is gone.
  expect((await look(id))?.State?.Name).toBe("terminated");
  expect(sandbox.inventory()).toEqual(before);
  expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  expect((await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual([]);
  pass(3600);
  expect((await refusal(look(id))).code).toBe("InvalidInstanceID.NotFound");
});

test("a launch is answered before anything is attached, and a pending instance cannot be stopped", async () => {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: baseImage,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  const [answered] = Instances ?? [];
  // As the AWS CLI's reference shows it for run-instances.
  expect(answered).toMatchObject({
    State: { Name: "pending" },
    StateReason: { Code: "pending", Message: "pending" },
    PublicDnsName: "",
    PrivateIpAddress: expect.stringMatching(/^172\.31\./),
    BlockDeviceMappings: [],
    MetadataOptions: { State: "pending" },
    NetworkInterfaces: [{ Attachment: { Status: "attaching" } }],
  });
  expect(answered?.PublicIpAddress).toBeUndefined();
  expect(answered?.NetworkInterfaces?.[0]?.Association).toBeUndefined();
  const id = answered?.InstanceId ?? "";
  const stop = new StopInstancesCommand({ InstanceIds: [id] });
  expect(await refusal(ec2.send(stop))).toMatchObject({
    code: "IncorrectInstanceState",
    message: `This instance '${id}' is not in a state from which it can be stopped.`,
  });
  pass(3);
  const attached = await look(id);
  expect(attached?.State?.Name).toBe("pending");
  expect(attached?.PublicIpAddress).toBeDefined();
  expect(attached?.BlockDeviceMappings).toMatchObject([{ Ebs: { Status: "attached" } }]);
  pass(20);
  expect((await look(id))?.StateReason).toBeUndefined();
  await ec2.send(stop);
});

test("a launch beyond the account's vCPUs is refused in AWS's words, and what goes makes room", async () => {
  sandbox = await createSandbox({
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    quotas: { processors: 5 },
  });
  ec2 = ec2Client(sandbox);
  const first = await launch();
  await launch({ InstanceType: "t3.small" });
  const beyond = await refusal(launch());
  expect(beyond.code).toBe("VcpuLimitExceeded");
  expect(beyond.message).toContain("your current vCPU limit of 5 allows");
  await launch({ InstanceType: "t2.micro" });
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
  expect(await launch()).toMatch(/^i-/);
});

test("the status checks take their time, and fail for an instance that died", async () => {
  await open({ rules: [{ happening: "instance-dies", nth: 2 }] });
  const healthy = await launch();
  const dying = await launch();
  const statuses = async () => {
    const { InstanceStatuses = [] } = await ec2.send(new DescribeInstanceStatusCommand({}));
    return InstanceStatuses.map((status) => [status.InstanceId, status.InstanceStatus?.Status]);
  };
  expect(await statuses()).toEqual([]);
  pass(20);
  expect(await statuses()).toEqual([
    [healthy, "initializing"],
    [dying, "initializing"],
  ]);
  pass(180);
  expect(await statuses()).toEqual([
    [healthy, "ok"],
    [dying, "impaired"],
  ]);
});

test("what was to befall an instance's first boot does not befall the next one", async () => {
  await open({ rules: [{ happening: "instance-dies", times: 1 }] });
  const id = await launch();
  pass(30);
  await ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
  pass(300);
  const { InstanceStatuses } = await ec2.send(new DescribeInstanceStatusCommand({}));
  expect(InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe("ok");
});

test("one client token makes one instance, ever", async () => {
  const token = { ClientToken: "builder-1" };
  const id = await launch(token);
  expect(await launch(token)).toBe(id);
  expect((await refusal(launch({ ...token, InstanceType: "t3.small" }))).code).toBe(
    "IdempotentParameterMismatch",
  );
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  pass(120);
  expect((await refusal(launch(token))).code).toBe("IdempotentInstanceTerminated");
});

test.each([
  ["alias/web", "alias/web"],
  ["01234567-89ab-cdef-0123-456789abcdef", "key/01234567-89ab-cdef-0123-456789abcdef"],
])(
  "the key %s is answered as its ARN, and goes on to what is made of the volume",
  async (key, end) => {
    const Ebs = { Encrypted: true, KmsKeyId: key };
    const id = await launch({ BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs }] });
    pass(60);
    const keys = async () =>
      ((await ec2.send(new DescribeVolumesCommand({}))).Volumes ?? []).map(
        ({ KmsKeyId }) => KmsKeyId,
      );
    const arn = expect.stringMatching(new RegExp(`^arn:aws:kms:[a-z0-9-]+:\\d{12}:${end}$`));
    expect(await keys()).toEqual([arn]);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    pass(60);
    const { ImageId = "" } = await ec2.send(
      new CreateImageCommand({ InstanceId: id, Name: "kept" }),
    );
    pass(300);
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    expect(Snapshots?.map(({ KmsKeyId }) => KmsKeyId)).toEqual([arn]);
    await launch({ ImageId });
    pass(60);
    expect(await keys()).toEqual([arn, arn]);
  },
);

test("an image of a stopped instance: pending, available, launched from, deregistered with its snapshots", async () => {
  const id = await launch({
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeSize: 20 } }],
  });
  pass(60);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  pass(60);
  const tags = [{ Key: "a", Value: "b" }];
  const create = new CreateImageCommand({
    InstanceId: id,
    Name: "mine",
    TagSpecifications: [
      { ResourceType: "image", Tags: tags },
      { ResourceType: "snapshot", Tags: tags },
    ],
  });
  const { ImageId = "" } = await ec2.send(create);
  expect((await refusal(ec2.send(create))).code).toBe("InvalidAMIName.Duplicate");
  const image = async () =>
    (await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images?.[0];
  expect(await image()).toMatchObject({
    ImageId,
    State: "pending",
    Tags: tags,
    BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeSize: 20 } }],
  });
  expect((await refusal(launch({ ImageId }))).code).toBe("InvalidAMIID.Unavailable");
  pass(300);
  expect((await image())?.State).toBe("available");
  const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  const SnapshotId = Snapshots?.[0]?.SnapshotId;
  // It is shared with nobody.
  expect(
    await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission" }),
    ),
  ).toMatchObject({ SnapshotId, CreateVolumePermissions: [] });
  const unknown = { SnapshotId: "snap-0123456789abcdef0", Attribute: "productCodes" as const };
  await expect(ec2.send(new DescribeSnapshotAttributeCommand(unknown))).rejects.toMatchObject({
    name: "InvalidSnapshot.NotFound",
  });
  expect(Snapshots).toMatchObject([{ State: "completed", Tags: tags }]);
  expect((await refusal(ec2.send(new DeleteSnapshotCommand({ SnapshotId })))).code).toBe(
    "InvalidSnapshot.InUse",
  );
  await launch({ ImageId });
  await ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
  expect(await image()).toBeUndefined();
  expect((await ec2.send(new DescribeSnapshotsCommand({}))).Snapshots).toEqual([]);
});

test("an image that fails says so, and its name is free again", async () => {
  await open({ rules: [{ happening: "image-fails", times: 1 }] });
  const id = await launch();
  pass(60);
  const create = new CreateImageCommand({ InstanceId: id, Name: "mine", NoReboot: true });
  await ec2.send(create);
  pass(300);
  await ec2.send(create);
  pass(300);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  expect(Images.map((image) => [image.Name, image.State])).toEqual([
    ["mine", "failed"],
    ["mine", "available"],
  ]);
  expect(Images[0]?.StateReason?.Message).toContain("Server.InternalError");
});

test("the console is posted late, or read live", async () => {
  const id = await launch();
  const read = async (Latest: boolean) => {
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest }));
    return Output === undefined ? "" : Buffer.from(Output, "base64").toString();
  };
  pass(20);
  expect(await read(false)).toBe("");
  expect(await read(true)).toContain("Linux version");
  pass(60);
  expect(await read(false)).toContain("Linux version");
  const old = await launch({ InstanceType: "t2.micro" });
  const latest = new GetConsoleOutputCommand({ InstanceId: old, Latest: true });
  expect((await refusal(ec2.send(latest))).code).toBe("UnsupportedOperation");
});

test("attributes change as EC2 lets them", async () => {
  const id = await launch();
  pass(60);
  const type = new ModifyInstanceAttributeCommand({
    InstanceId: id,
    InstanceType: { Value: "t3.small" },
  });
  expect((await refusal(ec2.send(type))).code).toBe("IncorrectInstanceState");
  await ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }),
  );
  const terminate = new TerminateInstancesCommand({ InstanceIds: [id] });
  expect((await refusal(ec2.send(terminate))).code).toBe("OperationNotPermitted");
  await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  pass(60);
  await ec2.send(type);
  expect((await look(id))?.InstanceType).toBe("t3.small");
});

test("a group in use by an instance's interface stays, until the instance is terminated", async () => {
  const group = await sandbox.call("ec2", "CreateSecurityGroup", {
    GroupName: "web",
    Description: "servers",
  });
  const GroupId = String(Object(group).GroupId);
  const id = await launch({ SecurityGroupIds: [GroupId] });
  const remove = new DeleteSecurityGroupCommand({ GroupId });
  expect((await refusal(ec2.send(remove))).code).toBe("DependencyViolation");
  pass(60);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect((await refusal(ec2.send(remove))).code).toBe("DependencyViolation");
  pass(60);
  await ec2.send(remove);
});

test("a capacity fault is answered as EC2 does", async () => {
  await open({ rules: [{ happening: "capacity", subject: "t3.micro", times: 1 }] });
  const answer = await refusal(launch());
  expect(answer).toMatchObject({ code: "InsufficientInstanceCapacity", status: 500 });
  await launch();
});

describe("refuses, as EC2 does,", () => {
  const cases: [reason: string, code: string, call: () => Promise<unknown>][] = [
    ["an image of the wrong form", "InvalidAMIID.Malformed", () => launch({ ImageId: "linux" })],
    [
      "an image that is not there",
      "InvalidAMIID.NotFound",
      () => launch({ ImageId: "ami-0123456789abcdef0" }),
    ],
    ["no image", "MissingParameter", () => launch({ ImageId: undefined })],
    [
      "an unknown type",
      "InvalidParameterValue",
      () =>
        sandbox.call("ec2", "RunInstances", {
          ImageId: baseImage,
          InstanceType: "t3.gigantic",
          MinCount: 1,
          MaxCount: 1,
        }),
    ],
    [
      "a type of another architecture",
      "InvalidParameterValue",
      () => launch({ InstanceType: "t4g.micro" }),
    ],
    ["a key that is not there", "InvalidKeyPair.NotFound", () => launch({ KeyName: "none" })],
    [
      "a group that is not there",
      "InvalidGroup.NotFound",
      () => launch({ SecurityGroupIds: ["sg-0123456789abcdef0"] }),
    ],
    [
      "a subnet that is not there",
      "InvalidSubnetID.NotFound",
      () => launch({ SubnetId: "subnet-0123456789abcdef0" }),
    ],
    [
      "user data of more than 16 KB",
      "InvalidParameterValue",
      () => launch({ UserData: Buffer.alloc(16_385).toString("base64") }),
    ],
    [
      "user data that is no base64",
      "InvalidUserData.Malformed",
      () => launch({ UserData: "#!/bin/bash" }),
    ],
    ["none at all", "InvalidParameterValue", () => launch({ MinCount: 0 })],
    ["less than the least", "InvalidParameterValue", () => launch({ MinCount: 2 })],
    [
      "a volume smaller than its snapshot",
      "InvalidBlockDeviceMapping",
      () => launch({ BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 4 } }] }),
    ],
    [
      "a key for a volume that is not encrypted",
      "InvalidParameterDependency",
      () =>
        launch({
          BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { KmsKeyId: "alias/a" } }],
        }),
    ],
    [
      "a real parameter that is not modelled",
      "UnsupportedOperation",
      () => launch({ HibernationOptions: { Configured: true } }),
    ],
    [
      "a part of a parameter that is not modelled",
      "UnsupportedOperation",
      () => launch({ MetadataOptions: { HttpTokens: "required", HttpProtocolIpv6: "enabled" } }),
    ],
    [
      "tags on what a launch does not make",
      "InvalidParameterValue",
      () =>
        launch({
          TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "a", Value: "b" }] }],
        }),
    ],
    [
      "an instance of the wrong form",
      "InvalidInstanceID.Malformed",
      () => ec2.send(new TerminateInstancesCommand({ InstanceIds: ["one"] })),
    ],
    [
      "a reboot of what does not run yet",
      "IncorrectInstanceState",
      async () => ec2.send(new RebootInstancesCommand({ InstanceIds: [await launch()] })),
    ],
    [
      "an image of what does not run yet",
      "IncorrectInstanceState",
      async () => ec2.send(new CreateImageCommand({ InstanceId: await launch(), Name: "mine" })),
    ],
    [
      "deregistering a publisher's image",
      "AuthFailure",
      () => ec2.send(new DeregisterImageCommand({ ImageId: baseImage })),
    ],
    [
      "tagging what is not there",
      "InvalidInstanceID.NotFound",
      () =>
        ec2.send(
          new CreateTagsCommand({ Resources: ["i-0123456789abcdef0"], Tags: [{ Key: "a" }] }),
        ),
    ],
  ];
  test.each(cases)("%s: %s", async (_reason, code, call) => {
    expect((await refusal(call())).code).toBe(code);
  });
});
