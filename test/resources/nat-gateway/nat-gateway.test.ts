import { describe, expect, test } from "vitest";
import { address } from "../../../src/resources/address/index.ts";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import { theOnly } from "../account.ts";
import { openStage, ours, refusal } from "../answers.ts";
import {
  attach,
  byHand,
  createGateway,
  gatewayTarget,
  inputsOf,
  type Network,
  openNetwork,
  regional,
  writesOf,
  zonal,
} from "./network.ts";

function remove(network: Network, live: Awaited<ReturnType<typeof createGateway>>) {
  return network.pass(natGateway.delete(network.another(), live));
}

describe("a NAT gateway", () => {
  test("that is zonal has exactly its fields, its address, and what it uses", async () => {
    const network = await openNetwork();
    const fields = await zonal(network);
    const live = await createGateway(network, fields);
    const { outputs } = await theOnly(network, address);
    expect(live).toEqual(await theOnly(network, natGateway));
    expect(live).toMatchObject({
      address: "nat-gateway/web",
      physicalName: live.id,
      status: "ready",
      fields,
      outputs: { id: live.id, publicAddresses: outputs.publicAddress },
    });
    expect(live.createdAt).toBeGreaterThan(0);
    expect(live.uses).toEqual([
      network.vpcId,
      network.publicSubnet,
      network.internetGateway,
      fields.allocationId,
    ]);
  });

  test("that is regional has addresses of its own in every zone, and uses the internet gateway", async () => {
    const network = await openNetwork();
    const live = await createGateway(network, regional(network));
    expect(live).toEqual(await theOnly(network, natGateway));
    expect(live).toMatchObject({ status: "ready", fields: regional(network) });
    expect(live.outputs.publicAddresses).toMatch(/^[\d.]+, [\d.]+$/);
    expect(live.uses).toEqual(expect.arrayContaining([network.vpcId, network.internetGateway]));
  });

  test("is created by one call, with its tags, and the create ends when it is available", async () => {
    const network = await openNetwork();
    const fields = await zonal(network);
    const inputs = inputsOf(network, "CreateNatGateway");
    network.takeCalls();
    const begun = network.sandbox.now();
    await createGateway(network, fields);
    expect(network.sandbox.now() - begun).toBeGreaterThan(30_000);
    expect(writesOf(network)).toEqual(["CreateNatGateway"]);
    expect(inputs).toMatchObject([
      {
        AvailabilityMode: "zonal",
        SubnetId: network.publicSubnet,
        AllocationId: fields.allocationId,
        ConnectivityType: "public",
        ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
        TagSpecifications: [
          {
            ResourceType: "natgateway",
            Tags: expect.arrayContaining([
              { Key: "reconcile:stack", Value: "afterpay" },
              { Key: "reconcile:name", Value: "nat-gateway/web" },
              { Key: "team", Value: "payments" },
            ]),
          },
        ],
      },
    ]);
    expect(inputs[0]).not.toHaveProperty("VpcId");
    expect(network.told).toContain("AWS is creating it");
  });

  test("whose create was interrupted is resumed: it is not requested twice", async () => {
    const network = await openNetwork();
    network.sandbox.setFaults({
      rules: [{ operation: "CreateNatGateway", times: 1, when: "after", kind: "deny" }],
    });
    await expect(createGateway(network, regional(network))).rejects.toMatchObject({
      kind: "denied",
    });
    const left = await theOnly(network, natGateway);
    expect(left).toMatchObject({ status: "partial", statusReason: "AWS is creating it" });
    network.takeCalls();
    const live = await createGateway(network, regional(network, { tags: { team: "web" } }));
    expect(live.id).toBe(left.id);
    expect(writesOf(network)).toEqual(["CreateTags"]);
    expect(live).toEqual(await theOnly(network, natGateway));
  });

  test("whose answer was lost on the way is one, by its token", async () => {
    const network = await openNetwork();
    network.sandbox.setFaults({
      rules: [{ operation: "CreateNatGateway", times: 1, when: "after", kind: "drop" }],
    });
    const requests = inputsOf(network, "CreateNatGateway");
    const live = await createGateway(network, regional(network));
    expect(requests).toHaveLength(2);
    expect(live).toEqual(await theOnly(network, natGateway));
  });

  test("of two applies at once is one", async () => {
    const network = await openNetwork({ consistency: { maxMilliseconds: 5_000 } });
    const fields = regional(network);
    network.takeCalls();
    const [one, other] = await Promise.all([
      createGateway(network, fields),
      createGateway(network, fields),
    ]);
    expect(writesOf(network)).toEqual(["CreateNatGateway", "CreateNatGateway"]);
    expect(one.id).toBe(other.id);
    expect(one).toEqual(await theOnly(network, natGateway));
  });

  test.each([0, 2 * 3_600_000])(
    "is another one after a delete, though AWS remembers the first token (%d ms later)",
    async (later) => {
      const network = await openNetwork();
      const fields = regional(network);
      const inputs = inputsOf(network, "CreateNatGateway");
      const first = await createGateway(network, fields);
      await remove(network, first);
      await network.pass(network.context.clock.sleep(later));
      const second = await createGateway(network, fields);
      expect(second.id).not.toBe(first.id);
      expect(second).toEqual(await theOnly(network, natGateway));
      await remove(network, second);
      const third = await createGateway(network, fields);
      expect([first.id, second.id]).not.toContain(third.id);
      expect(new Set(inputs.map(({ ClientToken }) => ClientToken)).size).toBeGreaterThan(1);
    },
  );

  test("that exists elsewhere at the address is not taken: another subnet needs another one", async () => {
    const network = await openNetwork();
    const fields = await zonal(network);
    const first = await createGateway(network, fields);
    const moved = { ...fields, subnetId: network.privateSubnet };
    const made = createGateway(network, moved);
    // The address has only one gateway at a time.
    await expect(made).rejects.toMatchObject({ code: "Resource.AlreadyAssociated" });
    await remove(network, first);
  });

  test("changes its tags", async () => {
    const network = await openNetwork();
    const live = await createGateway(network, regional(network));
    network.takeCalls();
    const wanted = regional(network, { tags: { owner: "web" } });
    const after = await network.pass(natGateway.update(network.context, live, wanted, ["tags"]));
    expect(writesOf(network)).toEqual(["DeleteTags", "CreateTags"]);
    expect(after).toEqual(await theOnly(network, natGateway));
  });

  test("of another stack is none of the stack's", async () => {
    const network = await openNetwork();
    await byHand(network, "CreateNatGateway", {
      AvailabilityMode: "regional",
      VpcId: network.vpcId,
      TagSpecifications: [
        {
          ResourceType: "natgateway",
          Tags: [
            { Key: "reconcile:stack", Value: "other" },
            { Key: "reconcile:name", Value: "nat-gateway/web" },
          ],
        },
      ],
    });
    expect(await network.pass(natGateway.discover(network.context))).toEqual([]);
  });
});

describe("a NAT gateway that AWS cannot create", () => {
  test("says that no internet gateway is attached, and the next create makes another one", async () => {
    const network = await openNetwork({ attached: false });
    const fields = regional(network);
    const inputs = inputsOf(network, "CreateNatGateway");
    await expect(createGateway(network, fields)).rejects.toMatchObject({
      name: "OutsideError",
      code: "Gateway.NotAttached",
      operation: "ec2:CreateNatGateway",
      message: expect.stringContaining(
        `Gateway.NotAttached: Network ${network.vpcId} has no Internet gateway attached`,
      ),
      remedy: expect.stringMatching(/internet gateway .* deletes the failed NAT gateway/s),
    });
    const failed = await theOnly(network, natGateway);
    expect(failed).toMatchObject({
      status: "failed",
      statusReason: `Gateway.NotAttached: Network ${network.vpcId} has no Internet gateway attached`,
    });
    await attach(network, network.internetGateway, network.vpcId);
    await remove(network, failed);
    const live = await createGateway(network, fields);
    expect(live.status).toBe("ready");
    expect(live.id).not.toBe(failed.id);
    const tokens = inputs.map(({ ClientToken }) => ClientToken);
    // The first one still stands for the failed gateway.
    expect(tokens).toHaveLength(2);
    expect(tokens[1]).not.toBe(tokens[0]);
  });

  test("is no obstacle to another one, even if nobody has deleted it", async () => {
    const network = await openNetwork({ attached: false });
    const fields = regional(network);
    await expect(createGateway(network, fields)).rejects.toThrow("Gateway.NotAttached");
    const failed = await theOnly(network, natGateway);
    await attach(network, network.internetGateway, network.vpcId);
    const live = await createGateway(network, fields);
    expect(live.status).toBe("ready");
    expect(live.id).not.toBe(failed.id);
  });

  test("says that its address is already in use, with the command that shows by what", async () => {
    const network = await openNetwork();
    const fields = await zonal(network);
    await byHand(network, "CreateNatGateway", {
      SubnetId: fields.subnetId,
      AllocationId: fields.allocationId,
    });
    await expect(createGateway(network, fields)).rejects.toMatchObject({
      code: "Resource.AlreadyAssociated",
      remedy: expect.stringContaining(
        `aws ec2 describe-addresses --allocation-ids ${fields.allocationId} --region ${network.sandbox.region}`,
      ),
    });
  });

  const stageFields = {
    vpcId: "vpc-1",
    mode: "zonal" as const,
    subnetId: "subnet-1",
    allocationId: "eipalloc-1",
    internetGateway: "igw-1",
    tags: {},
  };
  const tags = ours("nat-gateway/web");
  const internetGateways = {
    InternetGateways: [{ InternetGatewayId: "igw-1", Attachments: [{ VpcId: "vpc-1" }] }],
  };
  const gateway = {
    NatGatewayId: "nat-1",
    VpcId: "vpc-1",
    SubnetId: "subnet-1",
    NatGatewayAddresses: [{ AllocationId: "eipalloc-1" }],
    Tags: tags,
  };

  test.each([
    ["Gateway.NotAttached", /nobody detaches the internet gateway of vpc-1/],
    [
      "InsufficientFreeAddressesInSubnet",
      /aws ec2 describe-network-interfaces --filters \S*Name=subnet-id,Values=subnet-1/,
    ],
    ["InvalidAllocationID.NotFound", /nobody releases the address eipalloc-1/],
    ["Resource.AlreadyAssociated", /aws ec2 describe-addresses --allocation-ids eipalloc-1/],
    ["InvalidSubnetID.NotFound", /nobody deletes the subnet subnet-1/],
    ["InternalError", /AWS's own\. Wait/],
  ])("for the reason %s says what to do", async (FailureCode, remedy) => {
    let created = false;
    const stage = openStage({
      "ec2:CreateNatGateway": () => {
        created = true;
        return { NatGateway: { ...gateway, State: "pending" } };
      },
      "ec2:DescribeNatGateways": () => ({
        NatGateways: created
          ? [{ ...gateway, State: "failed", FailureCode, FailureMessage: "in AWS's words" }]
          : [],
      }),
    });
    await expect(
      natGateway.create(stage.context, gatewayTarget, stageFields),
    ).rejects.toMatchObject({
      name: "OutsideError",
      code: FailureCode,
      message: `AWS could not create the NAT gateway nat-1. ${FailureCode}: in AWS's words`,
      remedy: expect.stringMatching(remedy),
    });
  });

  test("is told of as deleted, if somebody deletes it in the meantime", async () => {
    const stage = openStage({
      "ec2:CreateNatGateway": { NatGateway: { ...gateway, State: "pending" } },
      "ec2:DescribeNatGateways": ({ NatGatewayIds }) => ({
        NatGateways: NatGatewayIds === undefined ? [] : [{ ...gateway, State: "deleting" }],
      }),
    });
    await expect(natGateway.create(stage.context, gatewayTarget, stageFields)).rejects.toThrow(
      /somebody deleted the new NAT gateway nat-1/,
    );
  });

  test("gives up after ten minutes", async () => {
    const stage = openStage({
      "ec2:CreateNatGateway": { NatGateway: { ...gateway, State: "pending" } },
      "ec2:DescribeNatGateways": ({ NatGatewayIds }) => ({
        NatGateways: NatGatewayIds === undefined ? [] : [{ ...gateway, State: "pending" }],
      }),
    });
    await expect(natGateway.create(stage.context, gatewayTarget, stageFields)).rejects.toThrow(
      /waited 600 s .*; last seen: AWS is creating it/,
    );
  });

  test("is not mistaken for the answer to a token that AWS remembers from long ago", async () => {
    const answers = [
      { ...gateway, NatGatewayId: "nat-old", State: "pending", CreateTime: new Date(0) },
      { ...gateway, NatGatewayId: "nat-gone", State: "deleted" },
      { ...gateway, State: "pending" },
    ];
    let attempt = 0;
    const stage = openStage({
      "ec2:CreateNatGateway": () => {
        attempt += 1;
        // Its tags differed then.
        if (attempt === 2) throw refusal("IdempotentParameterMismatch");
        return { NatGateway: answers.shift() };
      },
      "ec2:DescribeNatGateways": ({ NatGatewayIds: ids }) => ({
        NatGateways: String(ids) === "nat-1" ? [{ ...gateway, State: "available" }] : [],
      }),
      "ec2:DescribeInternetGateways": internetGateways,
    });
    const live = await natGateway.create(stage.context, gatewayTarget, stageFields);
    expect(live).toMatchObject({ id: "nat-1", fields: stageFields });
    const tokens = stage.asked("ec2:CreateNatGateway").map(({ ClientToken }) => ClientToken);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens).size).toBe(4);
  });

  test("is created once, however wrong this machine's clock is", async () => {
    const CreateTime = new Date(0);
    let looks = 0;
    const stage = openStage({
      "ec2:CreateNatGateway": { NatGateway: { ...gateway, State: "pending", CreateTime } },
      "ec2:DescribeNatGateways": ({ NatGatewayIds: ids }) => {
        if (ids !== undefined) looks += 1;
        return { NatGateways: looks < 3 ? [] : [{ ...gateway, State: "available" }] };
      },
      "ec2:DescribeInternetGateways": internetGateways,
    });
    await natGateway.create(stage.context, gatewayTarget, stageFields);
    expect(stage.asked("ec2:CreateNatGateway")).toHaveLength(1);
  });
});

describe("deleting a NAT gateway", () => {
  test("ends when it is gone, and its address is free", async () => {
    const network = await openNetwork();
    const live = await createGateway(network, await zonal(network));
    network.told.splice(0);
    const begun = network.sandbox.now();
    await remove(network, live);
    expect(network.sandbox.now() - begun).toBeGreaterThan(30_000);
    expect(network.told).toEqual(["AWS is deleting it; that takes a minute or two"]);
    expect(await network.pass(natGateway.discover(network.context))).toEqual([]);
    const { id } = await theOnly(network, address);
    await byHand(network, "ReleaseAddress", { AllocationId: id });
  });

  test("shows it as deleting until then", async () => {
    const network = await openNetwork();
    const live = await createGateway(network, regional(network));
    await byHand(network, "DeleteNatGateway", { NatGatewayId: live.id });
    expect(await theOnly(network, natGateway)).toMatchObject({ id: live.id, status: "deleting" });
  });

  test("of one that somebody deleted ends at once", async () => {
    const network = await openNetwork();
    const live = await createGateway(network, regional(network));
    await byHand(network, "DeleteNatGateway", { NatGatewayId: live.id });
    await network.pass(network.context.clock.sleep(2 * 3_600_000));
    await remove(network, live);
    expect(await network.pass(natGateway.discover(network.context))).toEqual([]);
  });

  test("waits for half an hour at most", async () => {
    const stage = openStage({
      "ec2:DeleteNatGateway": {},
      "ec2:DescribeNatGateways": { NatGateways: [{ NatGatewayId: "nat-1", State: "deleting" }] },
    });
    const live = { id: "nat-1" } as Awaited<ReturnType<typeof createGateway>>;
    await expect(natGateway.delete(stage.context, live)).rejects.toThrow(/waited 1800 s/);
  });
});
