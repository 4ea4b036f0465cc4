import {
  AttachLoadBalancersCommand,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLoadBalancersCommand,
  DescribeScalingActivitiesCommand,
  DescribeTagsCommand,
  DetachLoadBalancersCommand,
  SetDesiredCapacityCommand,
  type Tag,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteLoadBalancerCommand,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type Account,
  buildTier,
  createBalancer,
  healthOfFront,
  openAccount,
  type Tier,
} from "../tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const web = { AutoScalingGroupName: "web" };
const attachment = { ...web, LoadBalancerNames: ["front"] };

/** A group without a load balancer. */
async function runGroup(
  name = "web",
  account?: Account,
): Promise<{ account: Account; tier: Tier }> {
  const opened = account ?? (await openAccount());
  const tier = await buildTier(opened);
  await create(opened, name);
  opened.pass(60);
  return { account: opened, tier };
}

async function create(account: Account, name: string, tags: Tag[] = []): Promise<void> {
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateName: "web" },
      MinSize: 1,
      MaxSize: 2,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      Tags: tags,
    }),
  );
}

async function attachmentState(account: Account): Promise<string | undefined> {
  const { LoadBalancers = [] } = await account.autoScaling.send(
    new DescribeLoadBalancersCommand(web),
  );
  return LoadBalancers[0]?.State;
}

async function inService(account: Account): Promise<number> {
  return [...(await healthOfFront(account)).values()].filter(({ state }) => state === "InService")
    .length;
}

test("an attached load balancer gets the group's instances, a detached one gives them back", async () => {
  const { account } = await runGroup();
  await account.autoScaling.send(new AttachLoadBalancersCommand(attachment));
  expect(await attachmentState(account)).toBe("Added");
  account.pass(60);
  expect(await attachmentState(account)).toBe("InService");
  expect(await inService(account)).toBe(1);
  await account.autoScaling.send(new DetachLoadBalancersCommand(attachment));
  expect(await attachmentState(account)).toBe("Removing");
  expect(await healthOfFront(account)).toEqual(new Map());
  account.pass(60);
  expect(await attachmentState(account)).toBeUndefined();
});

test("a load balancer made anew under its old name gets the instances when it is attached again", async () => {
  const { account, tier } = await runGroup();
  await account.autoScaling.send(new AttachLoadBalancersCommand(attachment));
  account.pass(60);
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  await createBalancer(account, tier.balancerGroup);
  account.pass(60);
  expect(await inService(account)).toBe(0);
  expect(await attachmentState(account)).toBe("Adding");
  await account.autoScaling.send(new AttachLoadBalancersCommand(attachment));
  account.pass(60);
  expect(await inService(account)).toBe(1);
});

test("while a group's load balancer is missing, its launches fail and say so", async () => {
  const { account, tier } = await runGroup();
  await account.autoScaling.send(new AttachLoadBalancersCommand(attachment));
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 2 }));
  account.pass(60);
  const { Activities = [] } = await account.autoScaling.send(
    new DescribeScalingActivitiesCommand(web),
  );
  expect(Activities[0]).toMatchObject({
    StatusCode: "Failed",
    StatusMessage: expect.stringContaining(
      "Cannot find Load Balancer front. Validating load balancer configuration failed.",
    ),
  });
  await createBalancer(account, tier.balancerGroup);
  await account.until(600, async () => ((await inService(account)) > 0 ? true : undefined));
});

test("an instance on its way out lets its connections end first", async () => {
  const { account } = await runGroup();
  await account.loadBalancing.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerName: "front",
      LoadBalancerAttributes: { ConnectionDraining: { Enabled: true, Timeout: 300 } },
    }),
  );
  await account.autoScaling.send(new AttachLoadBalancersCommand(attachment));
  const scale = (DesiredCapacity: number) =>
    account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity }));
  await scale(2);
  account.pass(120);
  await scale(1);
  account.pass(6);
  const { Activities = [] } = await account.autoScaling.send(
    new DescribeScalingActivitiesCommand(web),
  );
  expect(Activities[0]).toMatchObject({
    StatusCode: "WaitingForELBConnectionDraining",
    Description: expect.stringMatching(/^Terminating EC2 instance: i-.* - Waiting For ELB/),
  });
  account.pass(120);
  const after = await account.autoScaling.send(new DescribeScalingActivitiesCommand(web));
  expect(after.Activities?.map((activity) => activity.StatusCode)).toEqual([
    "Successful",
    "Successful",
    "Successful",
  ]);
});

test("tags are set, changed and removed, and groups found by them", async () => {
  const { account } = await runGroup();
  const tag = (Key: string, Value: string): Tag => ({
    ResourceId: "web",
    ResourceType: "auto-scaling-group",
    Key,
    Value,
    PropagateAtLaunch: true,
  });
  await account.autoScaling.send(
    new CreateOrUpdateTagsCommand({ Tags: [tag("a", "1"), tag("b", "2")] }),
  );
  await account.autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [tag("b", "3")] }));
  await account.autoScaling.send(new DeleteTagsCommand({ Tags: [tag("a", "1")] }));
  await create(account, "other", [{ Key: "b", Value: "other" }]);
  const { Tags } = await account.autoScaling.send(
    new DescribeTagsCommand({ Filters: [{ Name: "auto-scaling-group", Values: ["web"] }] }),
  );
  expect(Tags).toEqual([tag("b", "3")]);
  const found = async (Name: string, Values: string[]) => {
    const { AutoScalingGroups = [] } = await account.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ Filters: [{ Name, Values }] }),
    );
    return AutoScalingGroups.map((group) => group.AutoScalingGroupName);
  };
  expect(await found("tag:b", ["3"])).toEqual(["web"]);
  expect(await found("tag-key", ["b"])).toEqual(["web", "other"]);
  expect(await found("tag-value", ["other"])).toEqual(["other"]);
  await expect(found("name", ["web"])).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining("Allowed Filter types are: tag-value tag-key tag:<key>"),
  });
  await expect(
    account.autoScaling.send(new CreateOrUpdateTagsCommand({ Tags: [tag("aws:x", "1")] })),
  ).rejects.toMatchObject({ name: "ValidationError" });
});

test("pages hold every group once, whatever else is made meanwhile", async () => {
  const { account } = await runGroup("group-0");
  for (let n = 1; n < 4; n += 1) await create(account, `group-${n}`);
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await account.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ MaxRecords: 1, NextToken: token }),
    );
    names.push(...(page.AutoScalingGroups ?? []).map((group) => group.AutoScalingGroupName ?? ""));
    token = page.NextToken;
  } while (token !== undefined);
  expect(names).toEqual(["group-0", "group-1", "group-2", "group-3"]);
  const ask = (input: { MaxRecords?: number; NextToken?: string }) =>
    account.autoScaling.send(new DescribeAutoScalingGroupsCommand(input));
  await expect(ask({ MaxRecords: 101 })).rejects.toMatchObject({ name: "ValidationError" });
  await expect(ask({ NextToken: "of another" })).rejects.toMatchObject({
    name: "InvalidNextToken",
  });
});
