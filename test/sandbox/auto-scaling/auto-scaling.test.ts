import {
  type CreateAutoScalingGroupCommandInput,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingInstancesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildTier, healthOfFront, openAccount } from "../tier.ts";
import { activities, createGroup, describeGroup, serving, servingInstances } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

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
      { Key: "aws:ec2launchtemplate:id", Value: tier.templateId },
      { Key: "aws:ec2launchtemplate:version", Value: "1" },
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
