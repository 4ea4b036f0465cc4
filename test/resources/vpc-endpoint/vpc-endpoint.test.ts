import { describe, expect, test } from "vitest";
import { type VpcEndpointFields, vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";
import { target, theOnly } from "../account.ts";
import { openStage, ours, refusal } from "../answers.ts";
import { byHand, inputsOf, type Network, openNetwork, writesOf } from "../nat-gateway/network.ts";

const goal = target(vpcEndpoint, "web");

interface Opened extends Network {
  readonly group: string;
  readonly otherGroup: string;
}

async function open(options?: Parameters<typeof openNetwork>[0]): Promise<Opened> {
  const network = await openNetwork(options);
  const group = async (GroupName: string) => {
    const made = (await byHand(network, "CreateSecurityGroup", {
      GroupName,
      Description: GroupName,
      VpcId: network.vpcId,
    })) as { GroupId: string };
    return made.GroupId;
  };
  return { ...network, group: await group("one"), otherGroup: await group("other") };
}

function gateway({ vpcId, privateTable }: Opened, rest: Partial<VpcEndpointFields> = {}) {
  return {
    vpcId,
    service: "s3",
    kind: "Gateway" as const,
    routeTables: [privateTable],
    subnets: [],
    securityGroupIds: [],
    privateDns: null,
    tags: { team: "payments" },
    ...rest,
  };
}

function inSubnets({ vpcId, publicSubnet, group }: Opened, rest: Partial<VpcEndpointFields> = {}) {
  return {
    vpcId,
    service: "ssm",
    kind: "Interface" as const,
    routeTables: [],
    subnets: [publicSubnet],
    securityGroupIds: [group],
    privateDns: true,
    tags: { team: "payments" },
    ...rest,
  };
}

function create(network: Opened, fields: VpcEndpointFields, context = network.another()) {
  return network.pass(vpcEndpoint.create(context, goal, fields));
}

function remove(network: Opened, live: Awaited<ReturnType<typeof create>>) {
  return network.pass(vpcEndpoint.delete(network.another(), live));
}

describe("an endpoint", () => {
  test("that is a gateway has exactly its fields, and its table a route", async () => {
    const network = await open();
    const inputs = inputsOf(network, "CreateVpcEndpoint");
    const live = await create(network, gateway(network));
    expect(live).toEqual(await theOnly(network, vpcEndpoint));
    expect(live).toMatchObject({
      address: "vpc-endpoint/web",
      physicalName: live.id,
      status: "ready",
      fields: gateway(network),
      outputs: { id: live.id },
      uses: [network.vpcId, network.privateTable],
    });
    expect(live.createdAt).toBeGreaterThan(0);
    expect(inputs).toMatchObject([
      {
        VpcId: network.vpcId,
        ServiceName: `com.amazonaws.${network.sandbox.region}.s3`,
        VpcEndpointType: "Gateway",
        RouteTableIds: [network.privateTable],
        ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    for (const name of ["SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"]) {
      expect(inputs[0]).not.toHaveProperty(name);
    }
  });

  test("in subnets has exactly its fields, and its create ends when it is available", async () => {
    const network = await open();
    const begun = network.sandbox.now();
    const live = await create(network, inSubnets(network));
    expect(network.sandbox.now() - begun).toBeGreaterThan(30_000);
    expect(writesOf(network)).toEqual(["CreateVpcEndpoint"]);
    expect(live).toEqual(await theOnly(network, vpcEndpoint));
    expect(live).toMatchObject({
      status: "ready",
      fields: inSubnets(network),
      uses: [network.vpcId, network.publicSubnet, network.group],
    });
  });

  test("whose create was interrupted is resumed, with what differs in the file by now", async () => {
    const network = await open();
    network.sandbox.setFaults({
      rules: [{ operation: "CreateVpcEndpoint", times: 1, when: "after", kind: "deny" }],
    });
    await expect(create(network, inSubnets(network))).rejects.toMatchObject({ kind: "denied" });
    const left = await theOnly(network, vpcEndpoint);
    expect(left).toMatchObject({ status: "partial", statusReason: "AWS is creating it" });
    network.takeCalls();
    const wanted = inSubnets(network, { securityGroupIds: [network.otherGroup] });
    const live = await create(network, wanted);
    expect(live.id).toBe(left.id);
    expect(live.fields).toEqual(wanted);
    expect(writesOf(network)).toEqual(["ModifyVpcEndpoint"]);
  });

  test("whose answer was lost on the way is one, by its token", async () => {
    const network = await open();
    network.sandbox.setFaults({
      rules: [{ operation: "CreateVpcEndpoint", times: 1, when: "after", kind: "drop" }],
    });
    const requests = inputsOf(network, "CreateVpcEndpoint");
    const live = await create(network, gateway(network));
    expect(requests).toHaveLength(2);
    expect(live).toEqual(await theOnly(network, vpcEndpoint));
  });

  test("of two applies at once is one", async () => {
    const network = await open({ consistency: { maxMilliseconds: 5_000 } });
    const [one, other] = await Promise.all([
      create(network, inSubnets(network)),
      create(network, inSubnets(network)),
    ]);
    expect(one.id).toBe(other.id);
    expect(one).toEqual(await theOnly(network, vpcEndpoint));
  });

  test("is another one after a delete", async () => {
    const network = await open();
    const first = await create(network, inSubnets(network));
    await remove(network, first);
    const second = await create(network, inSubnets(network));
    expect(second.id).not.toBe(first.id);
    expect(second).toEqual(await theOnly(network, vpcEndpoint));
  });

  const changes: readonly [
    keyof VpcEndpointFields & string,
    (network: Opened) => Partial<VpcEndpointFields>,
    (network: Opened) => object,
  ][] = [
    [
      "subnets",
      ({ privateSubnet }) => ({ subnets: [privateSubnet] }),
      ({ privateSubnet, publicSubnet }) => ({
        AddSubnetIds: [privateSubnet],
        RemoveSubnetIds: [publicSubnet],
      }),
    ],
    [
      "securityGroupIds",
      ({ group, otherGroup }) => ({ securityGroupIds: [group, otherGroup] }),
      ({ otherGroup }) => ({ AddSecurityGroupIds: [otherGroup] }),
    ],
    ["privateDns", () => ({ privateDns: false }), () => ({ PrivateDnsEnabled: false })],
  ];
  test.each(changes)("changes its %s by that alone", async (name, change, input) => {
    const network = await open();
    const live = await create(network, inSubnets(network));
    network.takeCalls();
    const inputs = inputsOf(network, "ModifyVpcEndpoint");
    const wanted = inSubnets(network, change(network));
    const after = await network.pass(vpcEndpoint.update(network.context, live, wanted, [name]));
    expect(writesOf(network)).toEqual(["ModifyVpcEndpoint"]);
    expect(inputs).toEqual([{ VpcEndpointId: live.id, ...input(network) }]);
    expect(after).toEqual(await theOnly(network, vpcEndpoint));
    expect(vpcEndpoint.normalize(after.fields)).toEqual(vpcEndpoint.normalize(wanted));
  });

  test("changes everything by one call, and its tags", async () => {
    const network = await open();
    const live = await create(network, inSubnets(network));
    network.takeCalls();
    const wanted = inSubnets(network, {
      subnets: [network.privateSubnet, network.publicSubnet],
      securityGroupIds: [network.otherGroup],
      privateDns: false,
      tags: { owner: "web" },
    });
    const { sets } = vpcEndpoint.update;
    const after = await network.pass(vpcEndpoint.update(network.context, live, wanted, sets));
    expect(writesOf(network)).toEqual(["DeleteTags", "CreateTags", "ModifyVpcEndpoint"]);
    expect(vpcEndpoint.normalize(after.fields)).toEqual(vpcEndpoint.normalize(wanted));
  });

  test("that is a gateway changes its route tables", async () => {
    const network = await open();
    const live = await create(network, gateway(network));
    const made = (await byHand(network, "CreateRouteTable", { VpcId: network.vpcId })) as {
      RouteTable: { RouteTableId: string };
    };
    const wanted = gateway(network, { routeTables: [made.RouteTable.RouteTableId] });
    const inputs = inputsOf(network, "ModifyVpcEndpoint");
    const after = await network.pass(
      vpcEndpoint.update(network.context, live, wanted, ["routeTables"]),
    );
    expect(after).toEqual(await theOnly(network, vpcEndpoint));
    expect(after.fields).toEqual(wanted);
    expect(inputs).toEqual([
      {
        VpcEndpointId: live.id,
        AddRouteTableIds: wanted.routeTables,
        RemoveRouteTableIds: [network.privateTable],
      },
    ]);
  });

  test("whose change AWS shows late is awaited", async () => {
    const network = await open({ consistency: { maxMilliseconds: 20_000 } });
    const live = await create(network, gateway(network));
    const wanted = gateway(network, { routeTables: [] });
    const after = await network.pass(
      vpcEndpoint.update(network.context, live, wanted, ["routeTables"]),
    );
    expect(after.fields).toEqual(wanted);
    expect(after).toEqual(await theOnly(network, vpcEndpoint));
  });

  test("is not changed where nothing differs but the order", async () => {
    const network = await open();
    const both = [network.privateSubnet, network.publicSubnet];
    const live = await create(network, inSubnets(network, { subnets: both }));
    network.takeCalls();
    const wanted = inSubnets(network, { subnets: both.toReversed() });
    await network.pass(vpcEndpoint.update(network.context, live, wanted, vpcEndpoint.update.sets));
    expect(network.takeCalls()).toEqual([]);
  });

  test("is deleted with its network interfaces, so that its subnet and its groups are free", async () => {
    const network = await open();
    const live = await create(network, inSubnets(network));
    network.told.splice(0);
    await remove(network, live);
    expect(network.told).toContain("AWS is deleting it");
    expect(await network.pass(vpcEndpoint.discover(network.context))).toEqual([]);
    const left = (await byHand(network, "DescribeNetworkInterfaces", {})) as {
      NetworkInterfaces: readonly object[];
    };
    expect(left.NetworkInterfaces).toEqual([]);
    await remove(network, live);
  });
});

describe("AWS's answers about an endpoint", () => {
  const fields: VpcEndpointFields = {
    vpcId: "vpc-1",
    service: "s3",
    kind: "Gateway",
    routeTables: ["rtb-1"],
    subnets: [],
    securityGroupIds: [],
    privateDns: null,
    tags: {},
  };
  const found = {
    VpcEndpointId: "vpce-1",
    VpcEndpointType: "Gateway",
    VpcId: "vpc-1",
    ServiceName: "com.amazonaws.eu-west-1.s3",
    RouteTableIds: ["rtb-1"],
    Tags: ours("vpc-endpoint/web"),
  };
  const live = { id: "vpce-1" } as Awaited<ReturnType<typeof create>>;

  test.each([
    ["available", { status: "ready" }],
    ["Available", { status: "ready" }],
    ["pending", { status: "partial", statusReason: "AWS is creating it" }],
    ["Pending", { status: "partial", statusReason: "AWS is creating it" }],
    ["PendingAcceptance", { status: "partial" }],
    ["Deleting", { status: "deleting" }],
    ["failed", { status: "failed", statusReason: "failed: LimitExceeded, too many" }],
    ["Rejected", { status: "failed", statusReason: "rejected: LimitExceeded, too many" }],
    ["expired", { status: "failed" }],
  ])("a state may be written %s", async (State, expected) => {
    const LastError = { Code: "LimitExceeded", Message: "too many" };
    const stage = openStage({
      "ec2:DescribeVpcEndpoints": { VpcEndpoints: [{ ...found, State, LastError }] },
    });
    expect(await vpcEndpoint.discover(stage.context)).toMatchObject([{ ...expected, fields }]);
  });

  test("one that is deleted does not exist", async () => {
    const stage = openStage({
      "ec2:DescribeVpcEndpoints": { VpcEndpoints: [{ ...found, State: "Deleted" }] },
    });
    expect(await vpcEndpoint.discover(stage.context)).toEqual([]);
  });

  test("a service of China is known by its short name, too", async () => {
    const ServiceName = "cn.com.amazonaws.eu-west-1.s3";
    const stage = openStage({
      "ec2:DescribeVpcEndpoints": { VpcEndpoints: [{ ...found, ServiceName, State: "available" }] },
    });
    expect(await vpcEndpoint.discover(stage.context)).toMatchObject([{ fields }]);
  });

  test("one is not mistaken for the answer to a token that AWS remembers from long ago", async () => {
    const answers = [
      { ...found, VpcEndpointId: "vpce-gone", State: "Deleted" },
      { ...found, VpcEndpointId: "vpce-old", State: "Available", CreationTimestamp: new Date(0) },
      { ...found, State: "Pending" },
    ];
    const stage = openStage({
      "ec2:CreateVpcEndpoint": () => ({ VpcEndpoint: answers.shift() }),
      "ec2:DescribeVpcEndpoints": ({ VpcEndpointIds: ids }) => ({
        VpcEndpoints: String(ids) === "vpce-1" ? [{ ...found, State: "available" }] : [],
      }),
    });
    expect(await vpcEndpoint.create(stage.context, goal, fields)).toMatchObject({ id: "vpce-1" });
    const tokens = stage.asked("ec2:CreateVpcEndpoint").map(({ ClientToken }) => ClientToken);
    expect(new Set(tokens).size).toBe(3);
  });

  test("one that fails says why", async () => {
    let created = false;
    const LastError = { Code: "InternalError", Message: "in AWS's words" };
    const stage = openStage({
      "ec2:CreateVpcEndpoint": () => {
        created = true;
        return { VpcEndpoint: { ...found, State: "pending" } };
      },
      "ec2:DescribeVpcEndpoints": () => ({
        VpcEndpoints: created ? [{ ...found, State: "failed", LastError }] : [],
      }),
    });
    await expect(vpcEndpoint.create(stage.context, goal, fields)).rejects.toMatchObject({
      name: "OutsideError",
      message: expect.stringContaining("failed: InternalError, in AWS's words"),
    });
  });

  test("a delete that AWS refuses in its answer fails with AWS's reason", async () => {
    const reason = { Code: "OperationNotPermitted", Message: "managed by a service" };
    const stage = openStage({
      "ec2:DeleteVpcEndpoints": { Unsuccessful: [{ ResourceId: "vpce-1", Error: reason }] },
    });
    await expect(vpcEndpoint.delete(stage.context, live)).rejects.toMatchObject({
      code: "OperationNotPermitted",
      operation: "ec2:DeleteVpcEndpoints",
      message: expect.stringContaining("managed by a service"),
    });
  });

  test("a delete of one that is gone succeeds, whichever way AWS says so", async () => {
    const reason = { Code: "InvalidVpcEndpointId.NotFound", Message: "does not exist" };
    const stage = openStage({
      "ec2:DeleteVpcEndpoints": { Unsuccessful: [{ ResourceId: "vpce-1", Error: reason }] },
      "ec2:DescribeVpcEndpoints": refusal("InvalidVpcEndpointId.NotFound"),
      "ec2:DescribeNetworkInterfaces": { NetworkInterfaces: [] },
    });
    await vpcEndpoint.delete(stage.context, live);
    expect(stage.passed()).toBe(0);
  });

  test("a delete waits for network interfaces that outlive the endpoint, and a quarter of an hour at most", async () => {
    const stage = openStage({
      "ec2:DeleteVpcEndpoints": { Unsuccessful: [] },
      "ec2:DescribeVpcEndpoints": { VpcEndpoints: [{ ...found, State: "deleted" }] },
      "ec2:DescribeNetworkInterfaces": { NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }] },
    });
    await expect(vpcEndpoint.delete(stage.context, live)).rejects.toThrow(
      /waited 900 s .*network interface eni-1/,
    );
    expect(stage.asked("ec2:DescribeNetworkInterfaces")[0]).toMatchObject({
      Filters: [{ Name: "description", Values: ["VPC Endpoint Interface vpce-1"] }],
    });
  });
});
