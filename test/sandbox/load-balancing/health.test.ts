import {
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  ApplySecurityGroupsToLoadBalancerCommand,
  ConfigureHealthCheckCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DisableAvailabilityZonesForLoadBalancerCommand,
  EnableAvailabilityZonesForLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, buildTier, healthOfFront, openAccount, PORT, type Tier } from "../tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const front = { LoadBalancerName: "front" };

async function launch(account: Account, subnet = 0, group?: string): Promise<string> {
  const { Instances = [] } = await account.ec2.send(
    new RunInstancesCommand({
      ImageId: account.imageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: account.subnets[subnet],
      ...(group === undefined ? {} : { SecurityGroupIds: [group] }),
    }),
  );
  return Instances[0]?.InstanceId ?? "";
}

async function register(account: Account, instanceId: string): Promise<void> {
  await account.loadBalancing.send(
    new RegisterInstancesWithLoadBalancerCommand({
      ...front,
      Instances: [{ InstanceId: instanceId }],
    }),
  );
}

async function healthOf(account: Account, id: string) {
  return (await healthOfFront(account)).get(id);
}

/** One instance that is in service. */
async function serve(): Promise<{ account: Account; tier: Tier; id: string }> {
  const account = await openAccount();
  const tier = await buildTier(account);
  const id = await launch(account, 0, tier.webGroup);
  await register(account, id);
  await account.until(300, async () =>
    (await healthOf(account, id))?.state === "InService" ? true : undefined,
  );
  return { account, tier, id };
}

const failing = {
  state: "OutOfService",
  reason: "Instance",
  description:
    "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
};

test("an instance comes into service once it has booted and passed its checks", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  const id = await launch(account, 0, tier.webGroup);
  await register(account, id);
  expect(await healthOf(account, id)).toEqual({
    state: "OutOfService",
    reason: "Instance",
    description: "Instance is in pending state.",
  });
  account.pass(16);
  expect(await healthOf(account, id)).toEqual({
    state: "OutOfService",
    reason: "ELB",
    description: "Instance registration is still in progress.",
  });
  account.pass(120);
  expect(await healthOf(account, id)).toEqual({
    state: "InService",
    reason: "N/A",
    description: "N/A",
  });
});

test("who does not listen on the port, or lets nobody in, never comes into service", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  const closed = await launch(account, 0, tier.closedGroup);
  await register(account, closed);
  account.pass(300);
  expect(await healthOf(account, closed)).toEqual(failing);
  const open = await launch(account, 0, tier.webGroup);
  await register(account, open);
  await account.loadBalancing.send(
    new ConfigureHealthCheckCommand({
      ...front,
      HealthCheck: {
        // A base image serves SSH on this port, which is no answer to an HTTP request.
        Target: `HTTP:${PORT}/`,
        Interval: 10,
        Timeout: 5,
        HealthyThreshold: 2,
        UnhealthyThreshold: 2,
      },
    }),
  );
  account.pass(300);
  expect(await healthOf(account, open)).toEqual(failing);
});

test("the load balancer's own security group counts: a rule names it, not the load balancer", async () => {
  const { account, tier, id } = await serve();
  await account.loadBalancing.send(
    new ApplySecurityGroupsToLoadBalancerCommand({ ...front, SecurityGroups: [tier.closedGroup] }),
  );
  account.pass(20);
  expect(await healthOf(account, id)).toEqual(failing);
  await account.loadBalancing.send(
    new ApplySecurityGroupsToLoadBalancerCommand({
      ...front,
      SecurityGroups: [tier.balancerGroup],
    }),
  );
  account.pass(10);
  expect((await healthOf(account, id))?.description).toBe(
    "Instance has not passed the configured HealthyThreshold number of health checks consecutively.",
  );
  account.pass(10);
  expect((await healthOf(account, id))?.state).toBe("InService");
});

test("a zone that is disabled takes its instances out, and back when it is enabled", async () => {
  const { account, id } = await serve();
  const zones = { ...front, AvailabilityZones: ["ap-southeast-2a"] };
  await account.loadBalancing.send(new DisableAvailabilityZonesForLoadBalancerCommand(zones));
  expect(await healthOf(account, id)).toEqual({
    state: "OutOfService",
    reason: "ELB",
    description:
      "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.",
  });
  account.pass(60);
  await account.loadBalancing.send(new EnableAvailabilityZonesForLoadBalancerCommand(zones));
  account.pass(60);
  expect((await healthOf(account, id))?.state).toBe("InService");
});

test("an instance that stops goes out of service at once, and comes back by itself", async () => {
  const { account, id } = await serve();
  await account.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  account.pass(60);
  expect(await healthOf(account, id)).toEqual({
    state: "OutOfService",
    reason: "Instance",
    description: "Instance is in stopped state.",
  });
  await account.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
  account.pass(120);
  expect((await healthOf(account, id))?.state).toBe("InService");
});

test("a terminated instance is told of no more", async () => {
  const { account, id } = await serve();
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  account.pass(60);
  expect(await healthOfFront(account)).toEqual(new Map());
  const { InstanceStates } = await account.loadBalancing.send(
    new DescribeInstanceHealthCommand({ ...front, Instances: [{ InstanceId: id }] }),
  );
  expect(InstanceStates).toEqual([]);
});

test("a deregistered instance is told of when it is asked for", async () => {
  const { account, id } = await serve();
  const { Instances } = await account.loadBalancing.send(
    new DeregisterInstancesFromLoadBalancerCommand({ ...front, Instances: [{ InstanceId: id }] }),
  );
  expect(Instances).toEqual([]);
  expect(await healthOfFront(account)).toEqual(new Map());
  const { InstanceStates } = await account.loadBalancing.send(
    new DescribeInstanceHealthCommand({ ...front, Instances: [{ InstanceId: id }] }),
  );
  expect(InstanceStates).toEqual([
    {
      InstanceId: id,
      State: "OutOfService",
      ReasonCode: "Instance",
      Description: "Instance is not currently registered with the LoadBalancer.",
    },
  ]);
});

test("an instance that there is not is InvalidInstance", async () => {
  const account = await openAccount();
  await buildTier(account);
  await expect(register(account, "i-00000000000000000")).rejects.toMatchObject({
    name: "InvalidEndPointException",
  });
});
