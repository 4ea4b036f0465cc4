import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteLaunchTemplateVersionsCommand,
  DescribeTagsCommand as DescribeEc2TagsCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { describe, expect, test } from "vitest";
import { resourceTypes } from "../../src/resources/all.ts";
import { launchTemplate } from "../../src/resources/launch-template/index.ts";
import { describeVersions } from "../../src/resources/launch-template/live.ts";
import { loadBalancer } from "../../src/resources/load-balancer/index.ts";
import { updateTags } from "../../src/resources/shared/owned.ts";

import { type Account, openAccount } from "./account.ts";
import { names, openTier } from "./tier.ts";

const many = (count: number, prefix = "n") =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

const operationsOf = (account: Account) => account.takeCalls().map(({ operation }) => operation);

describe("one call takes no more than AWS says:", () => {
  const cases: readonly [
    limit: string,
    call: (account: Account) => Promise<unknown>,
    error: { readonly code: string; readonly message: RegExp },
  ][] = [
    [
      "20 names of load balancers whose tags are asked for",
      ({ clients }) =>
        clients.loadBalancing.send(new DescribeTagsCommand({ LoadBalancerNames: many(21) })),
      { code: "ValidationError", message: /between 1 and 20/ },
    ],
    [
      "400 load balancers a page",
      ({ clients }) =>
        clients.loadBalancing.send(new DescribeLoadBalancersCommand({ PageSize: 401 })),
      { code: "InvalidParameterValue", message: /between 1 and 400/ },
    ],
    [
      "200 values of EC2's filters, all filters together",
      ({ clients }) =>
        clients.ec2.send(
          new DescribeEc2TagsCommand({
            Filters: [
              { Name: "resource-id", Values: many(151) },
              { Name: "key", Values: many(50) },
            ],
          }),
        ),
      { code: "FilterLimitExceeded", message: /on a single call is 200/ },
    ],
    [
      "1000 security groups a page",
      ({ clients }) => clients.ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "1000 rules of security groups a page",
      ({ clients }) =>
        clients.ec2.send(new DescribeSecurityGroupRulesCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "1000 subnets a page",
      ({ clients }) => clients.ec2.send(new DescribeSubnetsCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "100 route tables a page",
      ({ clients }) => clients.ec2.send(new DescribeRouteTablesCommand({ MaxResults: 101 })),
      { code: "InvalidParameterValue", message: /between 5 and 100\./ },
    ],
    [
      "1000 offers of instance types a page",
      ({ clients }) =>
        clients.ec2.send(new DescribeInstanceTypeOfferingsCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "1000 network interfaces a page",
      ({ clients }) => clients.ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "1000 instances a page",
      ({ clients }) => clients.ec2.send(new DescribeInstancesCommand({ MaxResults: 1001 })),
      { code: "InvalidParameterValue", message: /between 5 and 1000/ },
    ],
    [
      "200 versions of a launch template a page",
      ({ clients }) =>
        clients.ec2.send(
          new DescribeLaunchTemplateVersionsCommand({ Versions: ["$Default"], MaxResults: 201 }),
        ),
      { code: "InvalidParameterValue", message: /between 1 and 200/ },
    ],
    [
      "50 names of Auto Scaling groups, unless it asks for larger pages",
      ({ clients }) =>
        clients.autoScaling.send(
          new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: many(51) }),
        ),
      { code: "ValidationError", message: /limited to 50/ },
    ],
    [
      "100 Auto Scaling groups a page",
      ({ clients }) =>
        clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 101 })),
      { code: "ValidationError", message: /between 1 and 100/ },
    ],
    [
      "50 ids of the servers of groups",
      ({ clients }) =>
        clients.autoScaling.send(
          new DescribeAutoScalingInstancesCommand({ InstanceIds: many(51) }),
        ),
      { code: "ValidationError", message: /limited to 50/ },
    ],
  ];
  test.each(cases)("%s", async (_limit, call, { code, message }) => {
    const account = await openAccount();
    await expect(account.pass(call(account))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe("what is more than one call takes is asked for, or done, in several:", () => {
  test("the tags of more than 20 load balancers", async () => {
    const account = await openAccount({ quotas: { loadBalancers: 50 } });
    const { balancer } = await openTier(account);
    const Listeners = [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }];
    for (const LoadBalancerName of many(41, "others")) {
      const Subnets = balancer.subnets;
      await account.sandbox.call("elb", "CreateLoadBalancer", {
        LoadBalancerName,
        Listeners,
        Subnets,
      });
    }
    const live = await account.pass(loadBalancer.create(account.context, names.balancer, balancer));
    account.takeCalls();
    expect(await account.pass(loadBalancer.discover(account.context))).toEqual([live]);
    expect(operationsOf(account).sort()).toEqual([
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      ...Array(3).fill("elasticloadbalancing:DescribeTags"),
    ]);
  });

  test("who holds a hundred names, which is what the engine asks for at once", async () => {
    const account = await openAccount();
    const { pass, context } = account;
    const hundred = many(100);
    const [first = ""] = hundred;
    await account.sandbox.call("ec2", "CreateSecurityGroup", {
      GroupName: first,
      Description: "of somebody else",
    });
    const { balancer } = await openTier(account);
    await pass(context.clock.sleep(60_000));
    for (const type of resourceTypes) {
      const sought = hundred.map((physicalName) => ({
        address: `${type.name}/web` as const,
        physicalName,
        fields: { vpcId: balancer.vpcId },
      }));
      expect(await pass(type.findForeign(context, sought))).toMatchObject(
        type.name === "security-group" ? [{ physicalName: first }] : [],
      );
    }
  });

  test("the tags of as many objects as there are, with as many keys as each can have", async () => {
    const account = await openAccount();
    const { pass, context, sandbox } = account;
    const ids: string[] = [];
    for (const GroupName of many(160, "group")) {
      const made = await sandbox.call("ec2", "CreateSecurityGroup", {
        GroupName,
        Description: "x",
      });
      ids.push((made as { GroupId: string }).GroupId);
    }
    await pass(context.clock.sleep(60_000));
    const tags = Object.fromEntries(many(47, "key").map((key) => [key, "value"]));
    await pass(updateTags(context, ids, {}, tags));
    const found = await pass(
      context.clients.ec2.send(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: "tag-key", Values: ["key-46"] }] }),
      ),
    );
    expect(found.SecurityGroups).toHaveLength(160);
  });

  test("launch template versions, of which an apply deletes at most 200", async () => {
    const account = await openAccount();
    const { pass, context, sandbox, clients } = account;
    const { template: fields } = await openTier(account);
    const live = await pass(launchTemplate.create(context, names.template, fields));
    for (const VersionDescription of many(250, "by hand")) {
      await sandbox.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateId: live.id,
        SourceVersion: "1",
        VersionDescription,
        LaunchTemplateData: { InstanceType: "t3.large" },
      });
    }
    await pass(context.clock.sleep(60_000));
    const Versions = Array.from({ length: 201 }, (_, index) => String(index + 2));
    const all = { LaunchTemplateId: live.id, Versions };
    await expect(
      pass(clients.ec2.send(new DeleteLaunchTemplateVersionsCommand(all))),
    ).rejects.toMatchObject({ message: expect.stringContaining("up to 200") });
    const after = await pass(
      launchTemplate.update(context, live, { ...fields, instanceType: "t3.small" }, [
        "instanceType",
      ]),
    );
    expect(after.outputs.version).toBe("252");
    await pass(context.clock.sleep(60_000));
    expect(await pass(describeVersions(context, { LaunchTemplateId: live.id }))).toHaveLength(52);
  });
});
