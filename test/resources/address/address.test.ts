import { describe, expect, test } from "vitest";
import { address } from "../../../src/resources/address/index.ts";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { openStage, ours, refusal } from "../answers.ts";
import {
  byHand,
  createGateway,
  inputsOf,
  openNetwork,
  writesOf,
  zonal,
} from "../nat-gateway/network.ts";

const goal = target(address, "web");
const fields = { tags: { team: "payments" } };

function create(account: Account, context = account.another(), wanted = fields) {
  return account.pass(address.create(context, goal, wanted));
}

async function idsIn(account: Account): Promise<readonly string[]> {
  // Longer than reads lag behind.
  await account.pass(account.context.clock.sleep(10_000));
  const found = (await byHand(account, "DescribeAddresses", {})) as {
    Addresses: readonly { AllocationId: string }[];
  };
  return found.Addresses.map(({ AllocationId }) => AllocationId);
}

describe("an address", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const account = await openAccount();
    const live = await create(account);
    expect(live).toEqual(await theOnly(account, address));
    expect(live).toMatchObject({
      address: "address/web",
      physicalName: live.id,
      status: "ready",
      fields,
      outputs: { allocationId: live.id, publicAddress: expect.stringMatching(/^\d+(\.\d+){3}$/) },
      uses: [],
    });
    expect(live.createdAt).toBeGreaterThanOrEqual(Date.parse("2026-01-01T00:00:00Z"));
  });

  test("is allocated with its tags by one call, since AWS has no token for it", async () => {
    const account = await openAccount();
    const inputs = inputsOf(account, "AllocateAddress");
    const live = await create(account);
    expect(writesOf(account)).toEqual(["AllocateAddress"]);
    expect(inputs).toMatchObject([
      {
        Domain: "vpc",
        TagSpecifications: [
          {
            ResourceType: "elastic-ip",
            Tags: expect.arrayContaining([
              { Key: "reconcile:stack", Value: "afterpay" },
              { Key: "reconcile:name", Value: "address/web" },
              { Key: "reconcile:created", Value: String(live.createdAt) },
              { Key: "team", Value: "payments" },
            ]),
          },
        ],
      },
    ]);
  });

  test("of a create that was interrupted after the allocation is taken, with the tags of the file", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "AllocateAddress", times: 1, when: "after", kind: "deny" }],
    });
    await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
    const [left] = await idsIn(account);
    account.takeCalls();
    const live = await create(account, account.another(), { tags: { team: "web" } });
    expect(live.id).toBe(left);
    expect(writesOf(account)).toEqual(["CreateTags"]);
    expect(live).toEqual(await theOnly(account, address));
  });

  // Whether the lost one or the other one stays depends on their ids.
  test.each([1, 2, 3, 4, 5, 6])(
    "whose answer was lost on the way is allocated twice by the repetition, and one is released (%d)",
    async (seed) => {
      const account = await openAccount({ seed });
      account.sandbox.setFaults({
        rules: [{ operation: "AllocateAddress", times: 1, when: "after", kind: "drop" }],
      });
      const allocations = inputsOf(account, "AllocateAddress");
      const live = await create(account);
      expect(allocations).toHaveLength(2);
      expect(writesOf(account)).toEqual(["AllocateAddress", "ReleaseAddress"]);
      expect(await idsIn(account)).toEqual([live.id]);
    },
  );

  test("of two applies at once is one, the older one", async () => {
    const account = await openAccount();
    const first = create(account);
    const [one, other] = await Promise.all([
      first,
      account.pass(account.context.clock.sleep(1_000).then(() => create(account))),
    ]);
    expect(one.id).toBe(other.id);
    expect(await idsIn(account)).toEqual([one.id]);
  });

  test("of two applies that see each other late is one, too", async () => {
    const account = await openAccount({ consistency: { maxMilliseconds: 8_000 } });
    const [one, other] = await Promise.all([create(account), create(account), create(account)]);
    expect(one.id).toBe(other.id);
    expect(await idsIn(account)).toEqual([one.id]);
  });

  test("that a NAT gateway uses stays, though there is an older one", async () => {
    const network = await openNetwork();
    const used = await zonal(network);
    const live = await createGateway(network, used);
    // Somebody else's process allocated one before, and AWS showed it late.
    await byHand(network, "AllocateAddress", {
      Domain: "vpc",
      TagSpecifications: [{ ResourceType: "elastic-ip", Tags: ours("address/web") }],
    });
    const found = await create(network);
    expect(found.id).toBe(used.allocationId);
    expect(live.fields.allocationId).toBe(found.id);
  });

  test("changes its tags", async () => {
    const account = await openAccount();
    const live = await create(account);
    account.takeCalls();
    const wanted = { tags: { owner: "web" } };
    const after = await account.pass(address.update(account.context, live, wanted, ["tags"]));
    expect(writesOf(account)).toEqual(["DeleteTags", "CreateTags"]);
    expect(after).toEqual(await theOnly(account, address));
  });

  test("of another stack or type is none of the stack's", async () => {
    const account = await openAccount();
    const Tags = [
      { Key: "reconcile:stack", Value: "other" },
      { Key: "reconcile:name", Value: "address/web" },
    ];
    for (const tags of [Tags, ours("nat-gateway/web")]) {
      await byHand(account, "AllocateAddress", {
        TagSpecifications: [{ ResourceType: "elastic-ip", Tags: tags }],
      });
    }
    expect(await idsIn(account)).toHaveLength(2);
    expect(await account.pass(address.discover(account.context))).toEqual([]);
  });
});

describe("releasing an address", () => {
  test("waits until its NAT gateway is gone, and says so", async () => {
    const network = await openNetwork();
    const gateway = await createGateway(network, await zonal(network));
    const live = await theOnly(network, address);
    network.told.splice(0);
    await byHand(network, "DeleteNatGateway", { NatGatewayId: gateway.id });
    await network.pass(address.delete(network.another(), live));
    expect(network.told).toEqual([
      expect.stringMatching(
        /^\d+(\.\d+){3} is still in use \(eni-\w+\); AWS frees it when its NAT gateway is deleted$/,
      ),
    ]);
    expect(await idsIn(network)).toEqual([]);
    expect(await network.pass(natGateway.discover(network.context))).toEqual([]);
  });

  test("of one that is released already does nothing", async () => {
    const account = await openAccount();
    const live = await create(account);
    await byHand(account, "ReleaseAddress", { AllocationId: live.id });
    await account.pass(address.delete(account.another(), live));
    expect(await idsIn(account)).toEqual([]);
  });

  const live = { id: "eipalloc-1" } as Awaited<ReturnType<typeof create>>;
  const free = { Addresses: [{ AllocationId: "eipalloc-1", PublicIp: "192.0.2.1" }] };
  const held = { Addresses: [{ ...free.Addresses[0], AssociationId: "eipassoc-1" }] };
  const gone = () => {
    throw refusal("InvalidAllocationID.NotFound");
  };
  const refusals = ["AuthFailure", "InvalidIPAddress.InUse"];

  test.each(refusals)("is repeated while AWS still says %s after the use", async (code) => {
    let released = false;
    let refused = 3;
    const stage = openStage({
      "ec2:DescribeAddresses": () => (released ? gone() : free),
      "ec2:ReleaseAddress": () => {
        refused -= 1;
        if (refused > 0) throw refusal(code);
        released = true;
        return {};
      },
    });
    await address.delete(stage.context, live);
    expect(stage.asked("ec2:ReleaseAddress")).toHaveLength(3);
    expect(stage.told).toEqual(
      Array.from(
        { length: 2 },
        () => `AWS still counts the address eipalloc-1 as in use (${code})`,
      ),
    );
  });

  test.each(refusals)("fails in the end if AWS says %s of an unused address", async (code) => {
    const stage = openStage({
      "ec2:DescribeAddresses": free,
      "ec2:ReleaseAddress": refusal(code, "You do not have permission"),
    });
    await expect(address.delete(stage.context, live)).rejects.toMatchObject({
      name: "OutsideError",
      code,
      operation: "ec2:ReleaseAddress",
      message: expect.stringContaining("You do not have permission"),
      remedy: expect.stringContaining("not only if a permission is missing"),
    });
    expect(stage.passed()).toBeGreaterThan(100);
    expect(stage.passed()).toBeLessThan(200);
  });

  test("succeeds if AWS says AuthFailure of one that another account has by now", async () => {
    let asked = 0;
    const stage = openStage({
      "ec2:DescribeAddresses": () => {
        asked += 1;
        return asked === 1 ? free : gone();
      },
      "ec2:ReleaseAddress": refusal("AuthFailure"),
    });
    await address.delete(stage.context, live);
    expect(stage.asked("ec2:ReleaseAddress")).toHaveLength(1);
  });

  test("gives up on a use that does not end, and says which", async () => {
    const stage = openStage({ "ec2:DescribeAddresses": held });
    await expect(address.delete(stage.context, live)).rejects.toThrow(
      /waited 900 s .* 192\.0\.2\.1 is still in use/,
    );
    expect(stage.asked("ec2:ReleaseAddress")).toEqual([]);
  });

  test("without the permission says so at once", async () => {
    const stage = openStage({
      "ec2:DescribeAddresses": free,
      "ec2:ReleaseAddress": refusal("UnauthorizedOperation"),
    });
    await expect(address.delete(stage.context, live)).rejects.toMatchObject({ kind: "denied" });
    expect(stage.passed()).toBe(0);
  });
});
