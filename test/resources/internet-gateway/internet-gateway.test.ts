import { describe, expect, test } from "vitest";
import { internetGateway } from "../../../src/resources/internet-gateway/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { attach, byHand, writesOf } from "../nat-gateway/network.ts";

const goal = target(internetGateway, "web");

async function open(): Promise<{ readonly account: Account; readonly vpcId: string }> {
  const account = await openAccount();
  const { Vpc } = (await byHand(account, "CreateVpc", { CidrBlock: "10.20.0.0/16" })) as {
    Vpc: { VpcId: string };
  };
  await account.pass(account.context.clock.sleep(10_000));
  return { account, vpcId: Vpc.VpcId };
}

function create(account: Account, vpcId: string) {
  return account.pass(internetGateway.create(account.another(), goal, { vpcId, tags: {} }));
}

async function gatewaysIn(account: Account): Promise<readonly string[]> {
  await account.pass(account.context.clock.sleep(10_000));
  const live = await account.pass(internetGateway.discover(account.another()));
  return live.map(({ id }) => id);
}

describe("an internet gateway", () => {
  test("is created and attached, and discovery tells its fields back", async () => {
    const { account, vpcId } = await open();
    const live = await create(account, vpcId);
    expect(live).toEqual(await theOnly(account, internetGateway));
    expect(live).toMatchObject({
      address: "internet-gateway/web",
      status: "ready",
      fields: { vpcId, tags: {} },
      uses: [vpcId],
    });
  });

  test("of a create that was interrupted before it was attached is partial, and taken", async () => {
    const { account, vpcId } = await open();
    account.sandbox.setFaults({
      rules: [{ operation: "AttachInternetGateway", times: 1, kind: "deny" }],
    });
    await expect(create(account, vpcId)).rejects.toMatchObject({ kind: "denied" });
    const left = await theOnly(account, internetGateway);
    expect(left).toMatchObject({ status: "partial", statusReason: "it is attached to no VPC" });
    account.takeCalls();
    expect((await create(account, vpcId)).id).toBe(left.id);
    expect(writesOf(account)).toEqual(["AttachInternetGateway"]);
  });

  test("of two applies at once is one: the VPC takes no second one", async () => {
    const { account, vpcId } = await open();
    const [one, other] = await Promise.all([create(account, vpcId), create(account, vpcId)]);
    expect(one.id).toBe(other.id);
    expect(await gatewaysIn(account)).toEqual([one.id]);
  });

  test("is refused where the VPC has one of somebody else, which stays", async () => {
    const { account, vpcId } = await open();
    const { InternetGateway } = (await byHand(account, "CreateInternetGateway", {})) as {
      InternetGateway: { InternetGatewayId: string };
    };
    await account.pass(account.context.clock.sleep(10_000));
    await attach(account, InternetGateway.InternetGatewayId, vpcId);
    await account.pass(account.context.clock.sleep(10_000));
    await expect(create(account, vpcId)).rejects.toMatchObject({
      message: `${vpcId} already has the internet gateway ${InternetGateway.InternetGatewayId}, which does not carry this stack's tags`,
    });
  });

  test("is detached and deleted when the last public address has gone, with words", async () => {
    const { account, vpcId } = await open();
    const live = await create(account, vpcId);
    account.sandbox.setFaults({
      rules: [
        {
          operation: "DetachInternetGateway",
          times: 2,
          kind: "error",
          code: "DependencyViolation",
        },
      ],
    });
    await account.pass(internetGateway.delete(account.context, live));
    expect(account.told.join("\n")).toContain(`${vpcId} still has public addresses`);
    await account.pass(internetGateway.delete(account.context, live));
    expect(await gatewaysIn(account)).toEqual([]);
  });
});
