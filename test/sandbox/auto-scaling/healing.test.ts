import {
  AttachLoadBalancersCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  AuthorizeSecurityGroupIngressCommand,
  DeregisterImageCommand,
  RevokeSecurityGroupIngressCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ConfigureHealthCheckCommand } from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildTier, healthOfFront, openAccount, PORT } from "../tier.ts";
import { activities, createGroup, describeGroup, serving, servingInstances } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
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

const slowCheck = {
  LoadBalancerName: "front",
  HealthCheck: {
    Target: `TCP:${PORT}`,
    Interval: 60,
    Timeout: 5,
    HealthyThreshold: 10,
    UnhealthyThreshold: 10,
  },
};

test("who is OutOfService when its grace period ends is replaced, though its registration is still in progress", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await account.loadBalancing.send(new ConfigureHealthCheckCommand(slowCheck));
  await createGroup(account, tier, { MinSize: 1, HealthCheckGracePeriod: 60 });
  const seen = new Set<string | undefined>();
  for (let minute = 0; minute < 10; minute += 1) {
    account.pass(60);
    for (const { InstanceId } of (await describeGroup(account))?.Instances ?? []) {
      seen.add(InstanceId);
    }
    const states = [...(await healthOfFront(account)).values()].map(({ state }) => state);
    expect(states).not.toContain("InService");
  }
  // One after the other, for as long as the file stays so.
  expect(seen.size).toBeGreaterThan(3);
  // With time enough for ten good answers it stays.
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      HealthCheckGracePeriod: 660,
    }),
  );
  const kept = await serving(account, 1, 1200);
  account.pass(1200);
  expect(await servingInstances(account)).toEqual(kept);
});

test("a load balancer that was attached later has no say until an instance passes its checks", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { MinSize: 1, LoadBalancerNames: [] });
  account.pass(300);
  await account.loadBalancing.send(new ConfigureHealthCheckCommand(slowCheck));
  const attach = { AutoScalingGroupName: "web", LoadBalancerNames: ["front"] };
  await account.autoScaling.send(new AttachLoadBalancersCommand(attach));
  const [before] = (await describeGroup(account))?.Instances ?? [];
  account.pass(300);
  expect((await describeGroup(account))?.Instances).toMatchObject([
    { InstanceId: before?.InstanceId, HealthStatus: "Healthy" },
  ]);
  expect(await serving(account, 1, 600)).toEqual([before?.InstanceId]);
});

test("an instance that fails its status checks is replaced, whoever checks its health", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  account.sandbox.setFaults({ rules: [{ happening: "instance-dies", times: 1 }] });
  await createGroup(account, tier, { HealthCheckType: "EC2" });
  account.pass(60);
  const first = (await describeGroup(account))?.Instances?.map((one) => one.InstanceId) ?? [];
  account.pass(600);
  const now = await serving(account, 2);
  expect(now.filter((id) => first.includes(id))).toHaveLength(1);
  expect((await activities(account)).map((activity) => activity.Cause).join("\n")).toContain(
    "in response to an EC2 instance status checks failure",
  );
});

test("an instance that is terminated before it runs is a failed launch", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { MinSize: 1 });
  account.pass(6);
  const lost = (await describeGroup(account))?.Instances?.[0]?.InstanceId ?? "";
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  account.pass(1);
  expect(await activities(account)).toMatchObject([
    {
      StatusCode: "Failed",
      StatusMessage:
        "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.UserInitiatedShutdown: User initiated shutdown",
    },
  ]);
  expect(await serving(account, 1)).not.toContain(lost);
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

test("a group at rest schedules nothing, however long it is left alone", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const ids = await serving(account, 2);
  account.pass(30 * 24 * 3600);
  expect(await servingInstances(account)).toEqual(ids);
});
