import {
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  AuthorizeSecurityGroupIngressCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  RevokeSecurityGroupIngressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, buildTier, healthOfFront, openAccount, PORT, type Tier } from "./tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

function groupInput(
  account: Account,
  tier: Tier,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): CreateAutoScalingGroupCommandInput {
  return {
    AutoScalingGroupName: "web",
    LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
    MinSize: 2,
    MaxSize: 4,
    VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
    LoadBalancerNames: ["front"],
    HealthCheckType: "ELB",
    HealthCheckGracePeriod: 120,
    ...more,
  };
}

async function createGroup(
  account: Account,
  tier: Tier,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<void> {
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand(groupInput(account, tier, more)),
  );
}

async function describeGroup(account: Account) {
  const { AutoScalingGroups = [] } = await account.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["web"] }),
  );
  return AutoScalingGroups[0];
}

async function activities(account: Account) {
  const { Activities = [] } = await account.autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "web" }),
  );
  return Activities;
}

/** The ids of the instances in service, by the group and the load balancer alike. */
async function servingInstances(account: Account): Promise<string[]> {
  const health = await healthOfFront(account);
  const group = await describeGroup(account);
  return (group?.Instances ?? [])
    .filter((member) => member.LifecycleState === "InService")
    .map((member) => member.InstanceId ?? "")
    .filter((id) => health.get(id)?.state === "InService");
}

/** Waits until so many serve. */
function serving(account: Account, count: number, seconds = 600): Promise<string[]> {
  return account.until(seconds, async () => {
    const ids = await servingInstances(account);
    return ids.length === count ? ids : undefined;
  });
}

test("a group launches what is desired, spread over its zones, and its load balancer takes it into service", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, {
    Tags: [
      { Key: "team", Value: "payments", PropagateAtLaunch: true },
      { Key: "own", Value: "group", PropagateAtLaunch: false },
    ],
  });
  expect(await describeGroup(account)).toMatchObject({
    DesiredCapacity: 2,
    DefaultCooldown: 300,
    LaunchTemplate: { LaunchTemplateId: tier.templateId, LaunchTemplateName: "web", Version: "1" },
    AvailabilityZones: ["ap-southeast-2a", "ap-southeast-2b"],
    Instances: [],
  });
  account.pass(10);
  const pending = await describeGroup(account);
  expect(pending?.Instances?.map((member) => member.LifecycleState)).toEqual([
    "Pending",
    "Pending",
  ]);
  account.pass(20);
  const early = await healthOfFront(account);
  expect([...early.values()].map(({ description }) => description)).toEqual([
    "Instance registration is still in progress.",
    "Instance registration is still in progress.",
  ]);
  const ids = await serving(account, 2);
  const group = await describeGroup(account);
  expect(group?.Instances?.map((member) => member.AvailabilityZone).sort()).toEqual([
    "ap-southeast-2a",
    "ap-southeast-2b",
  ]);
  const { Reservations = [] } = await account.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: ids }),
  );
  for (const instance of Reservations.flatMap((one) => one.Instances ?? [])) {
    expect(instance.Tags).toEqual([
      { Key: "aws:autoscaling:groupName", Value: "web" },
      { Key: "team", Value: "payments" },
    ]);
  }
  expect(await activities(account)).toMatchObject([
    { StatusCode: "Successful", Progress: 100 },
    {
      StatusCode: "Successful",
      Description: expect.stringMatching(/^Launching a new EC2 instance: i-/),
      Cause: expect.stringMatching(
        /a user request created an AutoScalingGroup changing the desired capacity from 0 to 2\. {2}At .* an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\./,
      ),
    },
  ]);
});

test("an instance terminated by hand is replaced, in its zone", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const [lost = "", kept = ""] = await serving(account, 2);
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  expect((await healthOfFront(account)).get(lost)).toBeUndefined();
  const now = await serving(account, 2);
  expect(now).toContain(kept);
  expect(now).not.toContain(lost);
  const zones = (await describeGroup(account))?.Instances?.map((one) => one.AvailabilityZone);
  expect(zones?.sort()).toEqual(["ap-southeast-2a", "ap-southeast-2b"]);
  const causes = (await activities(account)).map((activity) => activity.Cause).join("\n");
  expect(causes).toContain("EC2 health check indicating it has been terminated or stopped");
  expect(causes).toContain("in response to an unhealthy instance needing to be replaced");
});

test("a stopped instance is replaced within its grace period, too", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { HealthCheckGracePeriod: 3600 });
  const [stopped = ""] = await serving(account, 2);
  await account.ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }));
  expect((await healthOfFront(account)).get(stopped)).toEqual({
    state: "OutOfService",
    reason: "Instance",
    description: "Instance is in stopped state.",
  });
  account.pass(120);
  expect(await serving(account, 2)).not.toContain(stopped);
});

test("a rule that lets the load balancer in decides over the health of the instances", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { HealthCheckType: "EC2" });
  const ids = await serving(account, 2);
  const rule = {
    GroupId: tier.webGroup,
    IpPermissions: [
      {
        IpProtocol: "tcp",
        FromPort: PORT,
        ToPort: PORT,
        UserIdGroupPairs: [{ GroupId: tier.balancerGroup }],
      },
    ],
  };
  await account.ec2.send(new RevokeSecurityGroupIngressCommand(rule));
  // One failed check is not enough: the threshold is two, ten seconds apart.
  account.pass(10);
  expect((await healthOfFront(account)).get(ids[0] ?? "")?.state).toBe("InService");
  account.pass(10);
  expect((await healthOfFront(account)).get(ids[0] ?? "")).toEqual({
    state: "OutOfService",
    reason: "Instance",
    description:
      "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
  });
  await account.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
  // By EC2's health alone nobody was replaced meanwhile.
  expect(await serving(account, 2, 60)).toEqual(ids);
});

test("with ELB health checks, who fails them is replaced once its grace period is over", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await account.ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId: tier.webGroup,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: PORT,
          ToPort: PORT,
          UserIdGroupPairs: [{ GroupId: tier.balancerGroup }],
        },
      ],
    }),
  );
  await createGroup(account, tier);
  account.pass(60);
  const first = (await describeGroup(account))?.Instances?.map((one) => one.InstanceId);
  account.pass(60);
  expect((await describeGroup(account))?.Instances?.map((one) => one.InstanceId)).toEqual(first);
  account.pass(120);
  const later = (await describeGroup(account))?.Instances ?? [];
  for (const member of later) expect(first).not.toContain(member.InstanceId);
  expect((await activities(account)).map((activity) => activity.Cause).join("\n")).toContain(
    "in response to an ELB system health check failure",
  );
});

test("capacity that is not there leaves failed activities, and is tried again more and more slowly, in the other zone too", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  account.sandbox.setFaults({ rules: [{ happening: "capacity", subject: "t3.micro" }] });
  await createGroup(account, tier, { MinSize: 1, MaxSize: 1 });
  account.pass(120);
  const failed = await activities(account);
  expect(failed.length).toBeGreaterThanOrEqual(3);
  expect(failed.length).toBeLessThanOrEqual(5);
  expect(failed[0]).toMatchObject({
    StatusCode: "Failed",
    StatusMessage: expect.stringMatching(
      /sufficient t3\.micro capacity.*Launching EC2 instance failed\.$/,
    ),
    Description: expect.stringMatching(/^Launching a new EC2 instance\. {2}Status Reason: /),
  });
  const zones = new Set(failed.map((one) => JSON.parse(one.Details ?? "{}")["Availability Zone"]));
  expect(zones.size).toBe(2);
  account.sandbox.setFaults({});
  await serving(account, 1);
});

test("an image that was deregistered makes launches fail, and a group of it cannot be made", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const [lost = ""] = await serving(account, 2);
  account.sandbox.setFaults({});
  const images = account.sandbox.records("image");
  const image = images.get(account.imageId);
  if (image === undefined) throw new Error("The base image is gone.");
  // A publisher withdraws it, which is not ours to do by an API call.
  Object.assign(image, { state: "deregistered" });
  await expect(
    account.ec2.send(new DeregisterImageCommand({ ImageId: account.imageId })),
  ).rejects.toThrow();
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  account.pass(120);
  expect((await activities(account)).map((one) => one.StatusMessage).join("\n")).toContain(
    `The image id '[${account.imageId}]' does not exist`,
  );
  await expect(createGroup(account, tier, { AutoScalingGroupName: "other" })).rejects.toMatchObject(
    {
      name: "ValidationError",
      message: expect.stringMatching(/^You must use a valid fully-formed launch template\. .*ami-/),
    },
  );
});

test("desired capacity is followed up and down, within its bounds", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  await serving(account, 2);
  const set = (DesiredCapacity: number, HonorCooldown = false) =>
    account.autoScaling.send(
      new SetDesiredCapacityCommand({
        AutoScalingGroupName: "web",
        DesiredCapacity,
        HonorCooldown,
      }),
    );
  await expect(set(5)).rejects.toMatchObject({
    message: expect.stringContaining("above max value 4"),
  });
  await set(3);
  await expect(set(2, true)).rejects.toMatchObject({ name: "ScalingActivityInProgressFault" });
  await serving(account, 3);
  await set(2);
  await account.until(300, async () =>
    (await describeGroup(account))?.Instances?.length === 2 ? true : undefined,
  );
  // The fuller zone gave one up.
  const zones = (await describeGroup(account))?.Instances?.map((one) => one.AvailabilityZone);
  expect(new Set(zones).size).toBe(2);
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "web", MinSize: 3 }),
  );
  expect((await describeGroup(account))?.DesiredCapacity).toBe(3);
});

test("a group that gets a second zone moves half of its instances there, launching first", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { VPCZoneIdentifier: account.subnets[0] });
  await serving(account, 2);
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
    }),
  );
  let least = 2;
  await account.until(600, async () => {
    least = Math.min(least, (await servingInstances(account)).length);
    const members = (await describeGroup(account))?.Instances ?? [];
    const zones = new Set(members.map((one) => one.AvailabilityZone));
    return zones.size === 2 && members.length === 2 ? true : undefined;
  });
  expect(least).toBeGreaterThanOrEqual(1);
});

test("an instance can be terminated through the group, and called unhealthy", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { MinSize: 1, DesiredCapacity: 2 });
  const [first = "", second = ""] = await serving(account, 2);
  const { Activity } = await account.autoScaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId: first,
      ShouldDecrementDesiredCapacity: true,
    }),
  );
  expect(Activity?.Cause).toContain(
    "in response to a user request, shrinking the capacity from 2 to 1",
  );
  await account.until(300, async () =>
    (await describeGroup(account))?.Instances?.length === 1 ? true : undefined,
  );
  await account.autoScaling.send(
    new SetInstanceHealthCommand({
      InstanceId: second,
      HealthStatus: "Unhealthy",
      ShouldRespectGracePeriod: false,
    }),
  );
  const [third] = await account.until(600, async () => {
    const ids = await servingInstances(account);
    return ids.length === 1 && ids[0] !== second ? ids : undefined;
  });
  const { AutoScalingInstances } = await account.autoScaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [third ?? ""] }),
  );
  expect(AutoScalingInstances).toMatchObject([
    { AutoScalingGroupName: "web", HealthStatus: "HEALTHY", LifecycleState: "InService" },
  ]);
});

test("a suspended process does nothing until it is resumed", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const [lost = ""] = await serving(account, 2);
  const launch = { AutoScalingGroupName: "web", ScalingProcesses: ["Launch"] };
  await account.autoScaling.send(new SuspendProcessesCommand(launch));
  expect((await describeGroup(account))?.SuspendedProcesses).toMatchObject([
    { ProcessName: "Launch" },
  ]);
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  account.pass(600);
  expect(await servingInstances(account)).toHaveLength(1);
  await account.autoScaling.send(new ResumeProcessesCommand(launch));
  await serving(account, 2);
});

test("a group is deleted with its instances only by force, and holds its name until they are gone", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  await expect(
    account.autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "web" })),
  ).rejects.toMatchObject({ name: "ScalingActivityInProgressFault" });
  await serving(account, 2);
  await expect(
    account.autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "web" })),
  ).rejects.toMatchObject({
    name: "ResourceInUseFault",
    message:
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
  });
  await account.autoScaling.send(
    new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "web", ForceDelete: true }),
  );
  expect((await describeGroup(account))?.Status).toBe("Delete in progress");
  await expect(createGroup(account, tier)).rejects.toMatchObject({
    name: "AlreadyExistsFault",
    message: expect.stringContaining("pending delete"),
  });
  await expect(
    account.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "web", MinSize: 1 }),
    ),
  ).rejects.toMatchObject({ name: "ScalingActivityInProgressFault" });
  await account.until(300, async () =>
    (await describeGroup(account)) === undefined ? true : undefined,
  );
  expect(account.sandbox.inventory()["instance"]).toBeUndefined();
  await createGroup(account, tier);
});

interface Refusal {
  readonly because: string;
  readonly input: Partial<CreateAutoScalingGroupCommandInput>;
  readonly error: string;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    because: "a colon is not for names",
    input: { AutoScalingGroupName: "a:b" },
    error: "ValidationError",
    message: /colons/,
  },
  {
    because: "the least is not above the most",
    input: { MinSize: 5, MaxSize: 4 },
    error: "ValidationError",
    message: /Max bound, 4, must be greater than or equal to min bound, 5/,
  },
  {
    because: "desired capacity is within bounds",
    input: { DesiredCapacity: 5 },
    error: "ValidationError",
    message: /between the specified min size:2 and max size:4/,
  },
  {
    because: "it launches from something",
    input: { LaunchTemplate: undefined },
    error: "ValidationError",
    message: /must contain either LaunchTemplate/,
  },
  {
    because: "a template's version has to exist",
    input: { LaunchTemplate: { LaunchTemplateName: "web", Version: "7" } },
    error: "ValidationError",
    message: /valid fully-formed launch template.*version 7/,
  },
  {
    because: "a template is named in one way",
    input: {
      LaunchTemplate: { LaunchTemplateName: "web", LaunchTemplateId: "lt-1", Version: "1" },
    },
    error: "ValidationError",
    message: /either launchTemplateId or LaunchTemplateName/,
  },
  {
    because: "a subnet has to exist",
    input: { VPCZoneIdentifier: "subnet-00000000000000000" },
    error: "ValidationError",
    message: /subnet-00000000000000000/,
  },
  {
    because: "a load balancer has to exist",
    input: { LoadBalancerNames: ["nobody"] },
    error: "ValidationError",
    message: /Provided Load Balancers may not be valid/,
  },
  {
    because: "there are health checks of certain types",
    input: { HealthCheckType: "PING" },
    error: "ValidationError",
    message: /PING/,
  },
  {
    because: "what is not modelled is refused, not ignored",
    input: { MaxInstanceLifetime: 86_400 },
    error: "UnsupportedOperation",
    message: /MaxInstanceLifetime/,
  },
];

test.each(refusals)("refused at creation: $because", async ({ input, error, message }) => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await expect(createGroup(account, tier, input)).rejects.toMatchObject({
    name: error,
    message: expect.stringMatching(message),
  });
  expect(await describeGroup(account)).toBeUndefined();
});

test("a group at rest schedules nothing, however long it is left alone", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const ids = await serving(account, 2);
  account.pass(30 * 24 * 3600);
  expect(await servingInstances(account)).toEqual(ids);
});
