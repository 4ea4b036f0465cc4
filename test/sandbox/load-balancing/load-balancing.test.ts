import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerCommand,
  DeleteLoadBalancerListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DetachLoadBalancerFromSubnetsCommand,
  DisableAvailabilityZonesForLoadBalancerCommand,
  EnableAvailabilityZonesForLoadBalancerCommand,
  type LoadBalancerAttributes,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { subnetsByZone } from "../ec2/subnets.ts";
import { type Account, buildTier, createBalancer, openAccount } from "../tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const listener = {
  Protocol: "HTTP",
  LoadBalancerPort: 80,
  InstanceProtocol: "HTTP",
  InstancePort: 80,
};

async function describeFront(account: Account) {
  const { LoadBalancerDescriptions = [] } = await account.loadBalancing.send(
    new DescribeLoadBalancersCommand({ LoadBalancerNames: ["front"] }),
  );
  return LoadBalancerDescriptions[0];
}

test("making a load balancer again with the same settings is no error, and changes nothing", async () => {
  const account = await openAccount();
  const settings = {
    LoadBalancerName: "front",
    Listeners: [listener, { ...listener, LoadBalancerPort: 8080 }],
    Subnets: account.subnets.slice(0, 2),
    Tags: [
      { Key: "team", Value: "payments" },
      { Key: "stage", Value: "live" },
    ],
  };
  const create = (changed: Partial<typeof settings> & { Scheme?: string } = {}) =>
    account.loadBalancing.send(new CreateLoadBalancerCommand({ ...settings, ...changed }));
  const { DNSName } = await create();
  const before = await describeFront(account);
  const reversed = {
    Listeners: settings.Listeners.toReversed(),
    Subnets: settings.Subnets.toReversed(),
    Tags: settings.Tags.toReversed(),
  };
  expect((await create(reversed)).DNSName).toBe(DNSName);
  expect(await describeFront(account)).toEqual(before);
  const changes: readonly Parameters<typeof create>[0][] = [
    { Subnets: account.subnets.slice(0, 1) },
    { Listeners: [listener] },
    { Scheme: "internal" },
  ];
  for (const changed of changes) {
    const { code, message } = await refusal(create(changed));
    expect(code).toBe("DuplicateAccessPointNameException");
    expect(message).toContain("different parameters");
  }
  const { message } = await refusal(create({ Tags: settings.Tags.slice(1) }));
  expect(message).toContain("different tags");
});

test("a load balancer that faces the internet needs an internet gateway, an internal one does not", async () => {
  const account = await openAccount();
  const { Vpc } = await account.ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const { Subnet } = await account.ec2.send(
    new CreateSubnetCommand({ VpcId, CidrBlock: "10.1.0.0/24" }),
  );
  const create = (Scheme?: string) =>
    account.loadBalancing.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: "front",
        Listeners: [listener],
        Subnets: [Subnet?.SubnetId ?? ""],
        Scheme,
      }),
    );
  const { code, message } = await refusal(create());
  expect(code).toBe("InvalidSubnetException");
  expect(message).toBe(`VPC ${VpcId} has no internet gateway`);
  await create("internal");
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  const { InternetGateway } = await account.ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await account.ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  await create();
  const detach = () =>
    account.ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const stuck = await refusal(detach());
  expect(stuck.code).toBe("DependencyViolation");
  expect(stuck.message).toContain("mapped public address");
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  account.pass(600);
  await detach();
});

test("a load balancer is described as it was made, with AWS's defaults", async () => {
  const account = await openAccount();
  const { DNSName } = await account.loadBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: "front",
      Listeners: [listener],
      Subnets: account.subnets.slice(0, 2),
      Tags: [{ Key: "team", Value: "payments" }],
    }),
  );
  expect(DNSName).toMatch(/^front-\d{10}\.ap-southeast-2\.elb\.amazonaws\.com$/);
  expect(await describeFront(account)).toMatchObject({
    LoadBalancerName: "front",
    DNSName,
    Scheme: "internet-facing",
    VPCId: account.vpcId,
    Subnets: account.subnets.slice(0, 2),
    AvailabilityZones: ["ap-southeast-2a", "ap-southeast-2b"],
    ListenerDescriptions: [{ Listener: listener }],
    HealthCheck: {
      Target: "TCP:80",
      Interval: 30,
      Timeout: 5,
      HealthyThreshold: 10,
      UnhealthyThreshold: 2,
    },
    SourceSecurityGroup: { GroupName: "default" },
    CreatedTime: new Date(account.sandbox.now()),
    Instances: [],
  });
});

test("one that is not there is LoadBalancerNotFound, but may be deleted", async () => {
  const account = await openAccount();
  await expect(describeFront(account)).rejects.toMatchObject({
    name: "AccessPointNotFoundException",
    message: "There is no ACTIVE Load Balancer named 'front'",
  });
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
});

test("tags are added, removed, and read for 20 load balancers at most", async () => {
  const account = await openAccount();
  await buildTier(account);
  const names = { LoadBalancerNames: ["front"] };
  await account.loadBalancing.send(
    new AddTagsCommand({
      ...names,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    }),
  );
  await account.loadBalancing.send(
    new AddTagsCommand({ ...names, Tags: [{ Key: "b", Value: "3" }] }),
  );
  await account.loadBalancing.send(new RemoveTagsCommand({ ...names, Tags: [{ Key: "a" }] }));
  const { TagDescriptions } = await account.loadBalancing.send(new DescribeTagsCommand(names));
  expect(TagDescriptions).toEqual([
    { LoadBalancerName: "front", Tags: [{ Key: "b", Value: "3" }] },
  ]);
  const many = Array.from({ length: 21 }, () => "front");
  await expect(
    account.loadBalancing.send(new DescribeTagsCommand({ LoadBalancerNames: many })),
  ).rejects.toMatchObject({ name: "ValidationError" });
});

test("listeners come and go by port", async () => {
  const account = await openAccount();
  await buildTier(account);
  const add = (InstancePort: number) =>
    account.loadBalancing.send(
      new CreateLoadBalancerListenersCommand({
        LoadBalancerName: "front",
        Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 8080, InstancePort }],
      }),
    );
  await add(8080);
  await add(8080);
  await expect(add(9090)).rejects.toMatchObject({ name: "DuplicateListenerException" });
  await account.loadBalancing.send(
    new DeleteLoadBalancerListenersCommand({ LoadBalancerName: "front", LoadBalancerPorts: [80] }),
  );
  const front = await describeFront(account);
  expect(front?.ListenerDescriptions?.map((one) => one.Listener?.LoadBalancerPort)).toEqual([8080]);
});

test("subnets and zones are joined and left, one a zone, never the last", async () => {
  const account = await openAccount();
  await buildTier(account);
  const [first = "", second = "", third = ""] = account.subnets;
  const front = { LoadBalancerName: "front" };
  const attached = await account.loadBalancing.send(
    new AttachLoadBalancerToSubnetsCommand({ ...front, Subnets: [third] }),
  );
  expect(attached.Subnets).toEqual([first, second, third]);
  await account.loadBalancing.send(
    new DisableAvailabilityZonesForLoadBalancerCommand({
      ...front,
      AvailabilityZones: ["ap-southeast-2c"],
    }),
  );
  const enabled = await account.loadBalancing.send(
    new EnableAvailabilityZonesForLoadBalancerCommand({
      ...front,
      AvailabilityZones: ["ap-southeast-2c"],
    }),
  );
  expect(enabled.AvailabilityZones).toHaveLength(3);
  const detach = (Subnets: string[]) =>
    account.loadBalancing.send(new DetachLoadBalancerFromSubnetsCommand({ ...front, Subnets }));
  await expect(detach([first, second, third])).rejects.toMatchObject({
    name: "InvalidConfigurationRequestException",
  });
  expect((await detach([first, second])).Subnets).toEqual([third]);
});

test("what was just lost is in the way of what takes its place, and of nothing else", async () => {
  const account = await openAccount({ consistency: { maxMilliseconds: 60_000 } });
  const ids = await subnetsByZone(account.sandbox);
  account.pass(60);
  const front = { LoadBalancerName: "front" };
  const Subnets = account.subnets.slice(0, 2);
  await account.loadBalancing.send(
    new CreateLoadBalancerCommand({ ...front, Listeners: [listener], Subnets }),
  );
  const listen = (Listener: Partial<typeof listener>) =>
    account.loadBalancing.send(
      new CreateLoadBalancerListenersCommand({
        ...front,
        Listeners: [{ ...listener, ...Listener }],
      }),
    );
  const enter = (label: string) =>
    account.loadBalancing.send(
      new AttachLoadBalancerToSubnetsCommand({ ...front, Subnets: [ids.get(label) ?? ""] }),
    );
  await account.loadBalancing.send(
    new DeleteLoadBalancerListenersCommand({ ...front, LoadBalancerPorts: [80] }),
  );
  await account.loadBalancing.send(
    new DetachLoadBalancerFromSubnetsCommand({ ...front, Subnets: [ids.get("a1") ?? ""] }),
  );
  expect(await describeFront(account)).toMatchObject({
    ListenerDescriptions: [],
    Subnets: [ids.get("b1")],
  });
  await expect(listen({ InstancePort: 8080 })).rejects.toMatchObject({
    name: "DuplicateListenerException",
  });
  await expect(enter("a2")).rejects.toMatchObject({
    name: "InvalidConfigurationRequestException",
    message: "ELB cannot be attached to multiple subnets in the same AZ.",
  });
  await listen({ LoadBalancerPort: 8080 });
  await enter("c2");
  account.pass(60);
  await listen({ InstancePort: 8080 });
  await enter("a2");
});

test("a deleted load balancer's network interfaces hold its security group for a while", async () => {
  const account = await openAccount();
  const { balancerGroup, webGroup } = await buildTier(account);
  const front = { LoadBalancerName: "front" };
  const interfaces = async () => {
    const { NetworkInterfaces = [] } = await account.ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: "description", Values: ["ELB front"] }],
      }),
    );
    return NetworkInterfaces.map((one) => (one.Groups ?? []).map((group) => group.GroupId));
  };
  expect(await interfaces()).toEqual([[balancerGroup], [balancerGroup]]);
  await account.loadBalancing.send(
    new ApplySecurityGroupsToLoadBalancerCommand({ ...front, SecurityGroups: [webGroup] }),
  );
  expect(await interfaces()).toEqual([[webGroup], [webGroup]]);
  await account.loadBalancing.send(
    new ApplySecurityGroupsToLoadBalancerCommand({ ...front, SecurityGroups: [balancerGroup] }),
  );
  await account.loadBalancing.send(new DeleteLoadBalancerCommand(front));
  // The web group's rule names the load balancer's: it goes first, so that only the interfaces are in the way.
  await account.ec2.send(new DeleteSecurityGroupCommand({ GroupId: webGroup }));
  const remove = () => account.ec2.send(new DeleteSecurityGroupCommand({ GroupId: balancerGroup }));
  await expect(remove()).rejects.toMatchObject({ name: "DependencyViolation" });
  // Its name is free at once.
  await createBalancer(
    account,
    account.sandbox.records("security-group").keys().next().value ?? "",
  );
  account.pass(300);
  await remove();
});

test("attributes have AWS's defaults and bounds", async () => {
  const account = await openAccount();
  await buildTier(account);
  const front = { LoadBalancerName: "front" };
  const read = async () =>
    (await account.loadBalancing.send(new DescribeLoadBalancerAttributesCommand(front)))
      .LoadBalancerAttributes;
  expect(await read()).toMatchObject({
    CrossZoneLoadBalancing: { Enabled: false },
    ConnectionDraining: { Enabled: false, Timeout: 300 },
    ConnectionSettings: { IdleTimeout: 60 },
  });
  await account.loadBalancing.send(
    new ModifyLoadBalancerAttributesCommand({
      ...front,
      LoadBalancerAttributes: {
        CrossZoneLoadBalancing: { Enabled: true },
        ConnectionDraining: { Enabled: true, Timeout: 30 },
      },
    }),
  );
  expect(await read()).toMatchObject({
    CrossZoneLoadBalancing: { Enabled: true },
    ConnectionDraining: { Enabled: true, Timeout: 30 },
    ConnectionSettings: { IdleTimeout: 60 },
  });
  await expect(
    account.loadBalancing.send(
      new ModifyLoadBalancerAttributesCommand({
        ...front,
        LoadBalancerAttributes: { ConnectionSettings: { IdleTimeout: 4001 } },
      }),
    ),
  ).rejects.toMatchObject({ name: "InvalidConfigurationRequestException" });
  // Logs would go to a bucket, and there are none here: refused, not forgotten.
  await expect(
    account.loadBalancing.send(
      new ModifyLoadBalancerAttributesCommand({
        ...front,
        LoadBalancerAttributes: { AccessLog: { Enabled: true, S3BucketName: "logs" } },
      }),
    ),
  ).rejects.toMatchObject({ name: "UnsupportedOperation" });
});

test("what other clients send although it is the default is accepted", async () => {
  const account = await openAccount();
  await account.loadBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: "front",
      Listeners: [{ ...listener, SSLCertificateId: "" }],
      Subnets: account.subnets.slice(0, 1),
    }),
  );
  const modify = (LoadBalancerAttributes: LoadBalancerAttributes) =>
    account.loadBalancing.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: "front",
        LoadBalancerAttributes,
      }),
    );
  const mode = (Value: string) => [{ Key: "elb.http.desyncmitigationmode", Value }];
  await modify({ AccessLog: { Enabled: false }, AdditionalAttributes: mode("defensive") });
  for (const other of [
    { AccessLog: { Enabled: true } },
    { AdditionalAttributes: mode("strictest") },
  ]) {
    await expect(modify(other)).rejects.toMatchObject({ name: "UnsupportedOperation" });
  }
});

test("pages hold every load balancer once", async () => {
  const account = await openAccount();
  for (let n = 0; n < 5; n += 1) {
    await account.loadBalancing.send(
      new CreateLoadBalancerCommand({
        LoadBalancerName: `front-${n}`,
        Listeners: [listener],
        Subnets: account.subnets.slice(0, 1),
      }),
    );
  }
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await account.loadBalancing.send(
      new DescribeLoadBalancersCommand({ PageSize: 2, Marker: marker }),
    );
    names.push(...(page.LoadBalancerDescriptions ?? []).map((one) => one.LoadBalancerName ?? ""));
    marker = page.NextMarker;
  } while (marker !== undefined);
  expect(names).toEqual(["front-0", "front-1", "front-2", "front-3", "front-4"]);
});
