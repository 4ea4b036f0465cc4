import { describe, expect, test } from "vitest";
import type { Ref } from "../../../src/engine/resource.ts";
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

/** The VPC has an internet gateway that does not carry the stack's tags. */
async function openWithTheirs() {
  const { account, vpcId } = await open();
  const { InternetGateway } = (await byHand(account, "CreateInternetGateway", {})) as {
    InternetGateway: { InternetGatewayId: string };
  };
  await account.pass(account.context.clock.sleep(10_000));
  const theirs = InternetGateway.InternetGatewayId;
  await attach(account, theirs, vpcId);
  await account.pass(account.context.clock.sleep(10_000));
  return { account, vpcId, theirs };
}

const commandFor = ({ sandbox }: Account, id: string) =>
  `aws ec2 create-tags --resources ${id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=internet-gateway/web --region ${sandbox.region}`;

function obstacles(account: Account, vpcId: string | Ref) {
  const { findObstacles } = internetGateway;
  if (findObstacles === undefined) throw new Error("it looks for obstacles");
  const sought = { ...goal, fields: { vpcId, tags: {} } };
  return account.pass(findObstacles.call(internetGateway, account.another(), [sought]));
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

  test("is refused where the VPC has one of somebody else, before a spare one is made", async () => {
    const { account, vpcId, theirs } = await openWithTheirs();
    account.takeCalls();
    const begun = account.sandbox.now();
    await expect(create(account, vpcId)).rejects.toMatchObject({
      message: `${vpcId} already has the internet gateway ${theirs}, which does not carry this stack's tags`,
      remedy: `A VPC can have only one. Put the stack's tags on it: ${commandFor(account, theirs)}. The stack then uses it, and deletes it with the VPC. Then run the same command again.`,
    });
    expect(writesOf(account)).toEqual([]);
    expect(account.sandbox.now() - begun).toBeLessThan(60_000);
  });

  test("of somebody else is told by a plan", async () => {
    const { account, vpcId, theirs } = await openWithTheirs();
    expect(await obstacles(account, vpcId)).toEqual([
      {
        physicalName: goal.physicalName,
        summary: `${vpcId} already has the internet gateway ${theirs}, which does not carry this stack's tags`,
        remedy: expect.stringContaining(commandFor(account, theirs)),
      },
    ]);
    expect(await obstacles(account, { ref: "vpc/web", output: "id" })).toEqual([]);
    await byHand(account, "CreateTags", {
      Resources: [theirs],
      Tags: [
        { Key: "reconcile:stack", Value: "afterpay" },
        { Key: "reconcile:name", Value: "internet-gateway/web" },
      ],
    });
    await account.pass(account.context.clock.sleep(10_000));
    expect(await obstacles(account, vpcId)).toEqual([]);
    expect((await create(account, vpcId)).id).toBe(theirs);
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
