import { DeleteSecurityGroupCommand, DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand as CreateClassicCommand,
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  ElasticLoadBalancingClient,
} from "@aws-sdk/client-elastic-load-balancing";
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serveSandbox } from "../../../src/sandbox/server.ts";
import { refusal } from "../clients.ts";
import { openAccount } from "../tier.ts";
import {
  balancerInput,
  createBalancer,
  elbv2Client,
  openFront,
  openWeb,
  type Web,
} from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function describeShop({ elbv2 }: Web) {
  const { LoadBalancers = [] } = await elbv2.send(
    new DescribeLoadBalancersCommand({ Names: ["shop"] }),
  );
  return LoadBalancers[0];
}

async function interfacesOf({ account }: Web, description: string) {
  const { NetworkInterfaces = [] } = await account.ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: "description", Values: [description] }],
    }),
  );
  return NetworkInterfaces;
}

test("a new load balancer is provisioned for some minutes, with a node in each subnet", async () => {
  const web = await openWeb();
  const arn = await createBalancer(web);
  expect(arn).toMatch(
    /^arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer\/app\/shop\/[0-9a-f]{16}$/,
  );
  const { account, tier } = web;
  expect(await describeShop(web)).toEqual({
    LoadBalancerArn: arn,
    DNSName: expect.stringMatching(/^shop-\d{10}\.ap-southeast-2\.elb\.amazonaws\.com$/),
    CanonicalHostedZoneId: "Z1GM3OXH4ZPM65",
    CreatedTime: expect.any(Date),
    LoadBalancerName: "shop",
    Scheme: "internet-facing",
    VpcId: account.vpcId,
    State: { Code: "provisioning" },
    Type: "application",
    AvailabilityZones: account.subnets.slice(0, 2).map((SubnetId, index) => ({
      ZoneName: `ap-southeast-2${"ab"[index]}`,
      SubnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: [tier.balancerGroup],
    IpAddressType: "ipv4",
  });
  account.pass(149);
  expect((await describeShop(web))?.State?.Code).toBe("provisioning");
  account.pass(1);
  expect((await describeShop(web))?.State?.Code).toBe("active");
  const nodes = await interfacesOf(web, `ELB app/shop/${arn.slice(-16)}`);
  expect(nodes.map(({ SubnetId }) => SubnetId).sort()).toEqual(
    account.subnets.slice(0, 2).toSorted(),
  );
  expect(nodes[0]?.RequesterId).toBe("amazon-elb");
});

test("an internal load balancer says so in its address, and gets the default security group", async () => {
  const web = await openWeb();
  await createBalancer(web, { Scheme: "internal", SecurityGroups: undefined });
  const shop = await describeShop(web);
  expect(shop?.DNSName).toMatch(/^internal-shop-\d{10}\./);
  expect(shop?.SecurityGroups).toHaveLength(1);
  const [node] = await interfacesOf(web, `ELB app/shop/${shop?.LoadBalancerArn?.slice(-16)}`);
  expect(node?.Association).toBeUndefined();
});

test("making a load balancer again with the same settings answers the one that there is", async () => {
  const web = await openWeb();
  const Tags = [{ Key: "a", Value: "1" }];
  const arn = await createBalancer(web, { Tags });
  const Subnets = web.account.subnets.slice(0, 2).toReversed();
  expect(await createBalancer(web, { Tags, Subnets })).toBe(arn);
  for (const other of [
    { Scheme: "internal" as const, Tags },
    { SecurityGroups: [web.tier.webGroup], Tags },
    { Subnets: [...web.account.subnets], Tags },
    { Tags: [{ Key: "a", Value: "2" }] },
  ]) {
    expect(await refusal(createBalancer(web, other))).toMatchObject({
      code: "DuplicateLoadBalancerNameException",
      message: "A load balancer with the same name 'shop' exists, but with different settings",
    });
  }
});

test("classic and application load balancers share their names", async () => {
  const web = await openWeb();
  expect((await refusal(createBalancer(web, { Name: "front" }))).code).toBe(
    "DuplicateLoadBalancerNameException",
  );
  await createBalancer(web);
  const classic = new CreateClassicCommand({
    LoadBalancerName: "shop",
    Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
    Subnets: web.account.subnets.slice(0, 2),
  });
  expect((await refusal(web.account.loadBalancing.send(classic))).code).toBe(
    "DuplicateAccessPointNameException",
  );
});

test("load balancers are found by ARN and name, and listed by page", async () => {
  const web = await openWeb();
  const arns = [];
  for (const Name of ["one", "two", "three"]) arns.push(await createBalancer(web, { Name }));
  const list = (input: object) => web.elbv2.send(new DescribeLoadBalancersCommand(input));
  const names: unknown[] = [];
  let Marker: string | undefined;
  do {
    const page = await list({ PageSize: 2, Marker });
    names.push(page.LoadBalancers?.map(({ LoadBalancerName }) => LoadBalancerName));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  expect(names).toEqual([["one", "two"], ["three"]]);
  const byArn = await list({ LoadBalancerArns: [arns[2]] });
  expect(byArn.LoadBalancers?.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(["three"]);
  expect(await refusal(list({ Names: ["four"] }))).toMatchObject({
    code: "LoadBalancerNotFoundException",
    message: "Load balancers '[four]' not found",
  });
  const gone = `${arns[0]?.slice(0, -16)}0123456789abcdef`;
  expect((await refusal(list({ LoadBalancerArns: [gone] }))).code).toBe(
    "LoadBalancerNotFoundException",
  );
  expect((await refusal(list({ LoadBalancerArns: ["one"] }))).code).toBe("ValidationError");
});

test("a deleted load balancer takes its listeners with it, and its nodes go later", async () => {
  const front = await openFront();
  const { account, elbv2, balancer, listener, tier } = front;
  const remove = () => elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
  await remove();
  const gone = [
    elbv2.send(new DescribeLoadBalancersCommand({ Names: ["shop"] })),
    elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: balancer })),
  ];
  for (const call of gone) {
    expect((await refusal(call)).code).toBe("LoadBalancerNotFoundException");
  }
  const rules = elbv2.send(new DescribeRulesCommand({ ListenerArn: listener }));
  expect((await refusal(rules)).code).toBe("ListenerNotFoundException");
  // "If the load balancer does not exist or has already been deleted, the call succeeds."
  await remove();
  const description = `ELB app/shop/${balancer.slice(-16)}`;
  expect(await interfacesOf(front, description)).toHaveLength(2);
  const GroupId = tier.balancerGroup;
  expect((await refusal(account.ec2.send(new DeleteSecurityGroupCommand({ GroupId })))).code).toBe(
    "DependencyViolation",
  );
  account.pass(120);
  expect(await interfacesOf(front, description)).toEqual([]);
});

test("a protected load balancer is not deleted", async () => {
  const web = await openWeb();
  const arn = await createBalancer(web);
  const protect = (Value: string) =>
    web.elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn,
        Attributes: [{ Key: "deletion_protection.enabled", Value }],
      }),
    );
  await protect("true");
  const command = () => new DeleteLoadBalancerCommand({ LoadBalancerArn: arn });
  expect(await refusal(web.elbv2.send(command()))).toMatchObject({
    code: "OperationNotPermittedException",
    message: `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
  });
  await protect("false");
  await web.elbv2.send(command());
});

test("subnets and security groups are changed as a whole", async () => {
  const web = await openWeb();
  const { account, elbv2, tier } = web;
  const LoadBalancerArn = await createBalancer(web);
  const Subnets = account.subnets.slice(1, 3);
  const { AvailabilityZones } = await elbv2.send(
    new SetSubnetsCommand({ LoadBalancerArn, Subnets }),
  );
  expect(AvailabilityZones?.map(({ SubnetId }) => SubnetId)).toEqual(Subnets);
  const { SecurityGroupIds } = await elbv2.send(
    new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [tier.webGroup] }),
  );
  expect(SecurityGroupIds).toEqual([tier.webGroup]);
  expect(await describeShop(web)).toMatchObject({ SecurityGroups: [tier.webGroup] });
  account.pass(120);
  const nodes = await interfacesOf(web, `ELB app/shop/${LoadBalancerArn.slice(-16)}`);
  expect(nodes.map(({ SubnetId }) => SubnetId).sort()).toEqual(Subnets.toSorted());
  expect(nodes.map(({ Groups }) => Groups?.[0]?.GroupId)).toEqual([tier.webGroup, tier.webGroup]);
  const one = new SetSubnetsCommand({ LoadBalancerArn, Subnets: Subnets.slice(0, 1) });
  expect((await refusal(elbv2.send(one))).code).toBe("ValidationError");
  const type = (IpAddressType: "ipv4" | "dualstack") =>
    elbv2.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType }));
  expect(await type("ipv4")).toMatchObject({ IpAddressType: "ipv4" });
  expect((await refusal(type("dualstack"))).code).toBe("UnsupportedOperation");
});

test("readers may not see a new load balancer at once", async () => {
  const account = await openAccount({ consistency: { maxMilliseconds: 3000 }, seed: 1 });
  const elbv2 = elbv2Client(account);
  const create = async () => {
    const { LoadBalancers: [made] = [] } = await elbv2.send(
      new CreateLoadBalancerCommand({ Name: "shop", Subnets: [...account.subnets] }),
    );
    return made?.LoadBalancerArn;
  };
  const listed = async () =>
    (await elbv2.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.length;
  const arn = await create();
  expect(await listed()).toBe(0);
  // Its name is taken all the same.
  expect(await create()).toBe(arn);
  account.pass(3);
  expect(await listed()).toBe(1);
});

test("the inventory has them", async () => {
  const front = await openFront();
  const inventory = front.account.sandbox.inventory();
  expect(inventory["application-load-balancer"]).toEqual([
    { region: "ap-southeast-2", id: front.balancer, name: "shop", state: "active", tags: {} },
  ]);
  expect(inventory["target-group"]).toMatchObject([{ id: front.group, name: "shop" }]);
  expect(inventory["listener"]).toMatchObject([{ id: front.listener, name: "HTTP:80" }]);
});

test("both generations answer at one endpoint", async () => {
  const web = await openWeb();
  await createBalancer(web);
  vi.useRealTimers();
  const server = await serveSandbox(web.account.sandbox, { port: 0 });
  try {
    const options = {
      region: "ap-southeast-2",
      endpoint: server.url,
      credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    };
    const classic = await new ElasticLoadBalancingClient(options).send(
      new DescribeClassicCommand({}),
    );
    expect(classic.LoadBalancerDescriptions?.map((one) => one.LoadBalancerName)).toEqual(["front"]);
    const newer = new ElasticLoadBalancingV2Client(options);
    const { LoadBalancers } = await newer.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers?.map((one) => one.LoadBalancerName)).toEqual(["shop"]);
    const again = await newer.send(new CreateLoadBalancerCommand(balancerInput(web)));
    expect(again.LoadBalancers?.[0]?.LoadBalancerName).toBe("shop");
  } finally {
    await server.close();
  }
  const called = await web.account.sandbox.call("elbv2", "DescribeLoadBalancers", {});
  expect(called).toMatchObject({ LoadBalancers: [{ LoadBalancerName: "shop" }] });
});
