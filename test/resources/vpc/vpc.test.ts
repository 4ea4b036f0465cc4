import { describe, expect, test } from "vitest";
import { type VpcFields, vpc } from "../../../src/resources/vpc/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { openStage } from "../answers.ts";
import { byHand, inputsOf, writesOf } from "../nat-gateway/network.ts";

const goal = target(vpc, "web");
const fields: VpcFields = {
  cidr: "10.20.0.0/16",
  dnsSupport: true,
  dnsHostnames: true,
  defaultSecurityGroup: [],
  flowLogs: null,
  tags: { team: "payments" },
};

function create(account: Account, context = account.another()) {
  return account.pass(vpc.create(context, goal, fields));
}

/** Ids of all VPCs of the stack, when everybody sees them. */
async function idsIn(account: Account): Promise<readonly string[]> {
  await account.pass(account.context.clock.sleep(10_000));
  const live = await account.pass(vpc.discover(account.another()));
  return live.map(({ id }) => id);
}

async function later<T>(
  account: Account,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  await account.pass(account.context.clock.sleep(milliseconds));
  return work();
}

describe("a VPC", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const account = await openAccount();
    const live = await create(account);
    expect(live).toEqual(await theOnly(account, vpc));
    expect(live).toMatchObject({
      address: "vpc/web",
      status: "ready",
      fields,
      outputs: { id: live.id, cidr: "10.20.0.0/16" },
      uses: [],
    });
    expect(live.createdAt).toBeGreaterThanOrEqual(Date.parse("2026-01-01T00:00:00Z"));
  });

  test("has its tags from the create call on, among them the time that AWS does not tell", async () => {
    const account = await openAccount();
    const inputs = inputsOf(account, "CreateVpc");
    const live = await create(account);
    expect(inputs).toMatchObject([
      {
        CidrBlock: "10.20.0.0/16",
        TagSpecifications: [
          {
            ResourceType: "vpc",
            Tags: expect.arrayContaining([
              { Key: "reconcile:name", Value: "vpc/web" },
              { Key: "reconcile:created", Value: String(live.createdAt) },
            ]),
          },
        ],
      },
    ]);
  });

  test("of an interrupted create is taken, and completed", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "ModifyVpcAttribute", times: 1, kind: "deny" }],
    });
    await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
    const [left] = await idsIn(account);
    account.takeCalls();
    expect((await create(account)).id).toBe(left);
    expect(writesOf(account)).not.toContain("CreateVpc");
    expect((await theOnly(account, vpc)).fields).toEqual(fields);
  });

  test.each([0, 500, 2_000, 5_000, 9_000])(
    "of two applies at once, the second one %d ms later, is one",
    async (delay) => {
      const account = await openAccount();
      const [one, other] = await Promise.all([
        create(account),
        later(account, delay, () => create(account)),
      ]);
      expect(one.id).toBe(other.id);
      expect(await idsIn(account)).toEqual([one.id]);
    },
  );

  test("whose answer was lost on the way is created twice by the repetition, and one goes", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "CreateVpc", times: 1, when: "after", kind: "drop" }],
    });
    const live = await create(account);
    expect(await idsIn(account)).toEqual([live.id]);
  });

  test("that is in use stays, although another one is older", async () => {
    const account = await openAccount();
    const used = await create(account);
    await byHand(account, "CreateSubnet", { VpcId: used.id, CidrBlock: "10.20.0.0/24" });
    const tags = [
      { Key: "reconcile:stack", Value: "afterpay" },
      { Key: "reconcile:name", Value: "vpc/web" },
    ];
    await byHand(account, "CreateVpc", {
      CidrBlock: "10.20.0.0/16",
      TagSpecifications: [{ ResourceType: "vpc", Tags: tags }],
    });
    await account.pass(account.context.clock.sleep(10_000));
    expect((await create(account)).id).toBe(used.id);
  });

  test("loses the rules of its default group, which whatever names no group would get", async () => {
    const account = await openAccount();
    const { id } = await create(account);
    const find = async () => {
      const { SecurityGroups } = (await byHand(account, "DescribeSecurityGroups", {
        Filters: [{ Name: "vpc-id", Values: [id] }],
      })) as { SecurityGroups: readonly { GroupId: string }[] };
      return SecurityGroups[0];
    };
    expect(await find()).toMatchObject({ IpPermissions: [], IpPermissionsEgress: [] });
    await byHand(account, "AuthorizeSecurityGroupIngress", {
      GroupId: (await find())?.GroupId,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
      ],
    });
    await account.pass(account.context.clock.sleep(10_000));
    const live = await theOnly(account, vpc);
    expect(live.fields.defaultSecurityGroup).toEqual(["in: tcp 22, 0.0.0.0/0"]);
    await account.pass(vpc.update(account.context, live, fields, ["defaultSecurityGroup"]));
    expect((await theOnly(account, vpc)).fields).toEqual(fields);
  });

  test("is deleted, and being gone already is fine", async () => {
    const account = await openAccount();
    const live = await create(account);
    await account.pass(vpc.delete(account.context, live));
    await account.pass(vpc.delete(account.context, live));
    expect(await idsIn(account)).toEqual([]);
  });

  test("with something of others in it is not deleted, and a plan says so before", async () => {
    const account = await openAccount();
    const live = await create(account);
    const { Subnet } = (await byHand(account, "CreateSubnet", {
      VpcId: live.id,
      CidrBlock: "10.20.0.0/24",
    })) as { Subnet: { SubnetId: string } };
    await account.pass(account.context.clock.sleep(10_000));
    const summary = `AWS does not delete the VPC ${live.id} while something outside this stack is in it: the subnet ${Subnet.SubnetId}`;
    expect(await account.pass(vpc.findHolds?.(account.context, [live], []) ?? fail())).toEqual([
      { id: live.id, summary, remedy: expect.stringContaining("aws ec2 delete-subnet") },
    ]);
    await expect(account.pass(vpc.delete(account.context, live))).rejects.toMatchObject({
      message: summary,
      code: "DependencyViolation",
    });
  });
});

function fail(): never {
  throw new Error("the type finds no holds");
}

describe("flow logs", () => {
  const toBucket = { kind: "bucket", name: "logs", role: null } as const;

  test("to a bucket that does not exist say so in AWS's words, and the VPC stays without", async () => {
    const account = await openAccount();
    const live = await create(account);
    const wanted = { ...fields, flowLogs: toBucket };
    await expect(
      account.pass(vpc.update(account.context, live, wanted, ["flowLogs"])),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^AWS does not deliver flow logs to logs: /),
    });
    expect((await theOnly(account, vpc)).fields.flowLogs).toBeNull();
  });

  test("change by new ones, before the old ones go, and go before the VPC", async () => {
    const account = await openAccount();
    await account.sandbox.call("s3", "CreateBucket", {
      Bucket: "logs",
      CreateBucketConfiguration: { LocationConstraint: account.sandbox.region },
    });
    const live = await create(account);
    const first = { ...fields, flowLogs: toBucket };
    await account.pass(vpc.update(account.context, live, first, ["flowLogs"]));
    const role = "arn:aws:iam::000000000000:role/logs";
    const second = { ...fields, flowLogs: { kind: "log-group", name: "/vpc", role } as const };
    account.takeCalls();
    const before = await theOnly(account, vpc);
    expect(before.fields).toEqual(first);
    await account.pass(vpc.update(account.context, before, second, ["flowLogs"]));
    expect(writesOf(account)).toEqual(["CreateFlowLogs", "DeleteFlowLogs"]);
    const after = await theOnly(account, vpc);
    expect(after.fields).toEqual(second);
    account.takeCalls();
    await account.pass(vpc.delete(account.context, after));
    expect(writesOf(account)).toEqual(["DeleteFlowLogs", "DeleteVpc"]);
  });

  test("that an interrupted update has left are a difference, whichever the stack file names", async () => {
    const account = await openAccount();
    const live = await create(account);
    const to = (name: string) => {
      const role = "arn:aws:iam::000000000000:role/logs";
      return { ...fields, flowLogs: { kind: "log-group", name, role } as const };
    };
    await account.pass(vpc.update(account.context, live, to("one"), ["flowLogs"]));
    account.sandbox.setFaults({ rules: [{ operation: "DeleteFlowLogs", kind: "deny" }] });
    const before = await theOnly(account, vpc);
    await expect(
      account.pass(vpc.update(account.context, before, to("other"), ["flowLogs"])),
    ).rejects.toThrow("not allowed to call ec2:DeleteFlowLogs");
    account.sandbox.setFaults({});
    const between = await theOnly(account, vpc);
    expect(between.fields.flowLogs).toMatchObject({ name: "one, other" });
    await account.pass(vpc.update(account.context, between, to("one"), ["flowLogs"]));
    expect((await theOnly(account, vpc)).fields).toEqual(to("one"));
  });

  test("that AWS cannot deliver are told", async () => {
    const { context } = openStage({
      "ec2:DescribeVpcs": {
        Vpcs: [
          {
            VpcId: "vpc-1",
            CidrBlock: "10.0.0.0/16",
            Tags: [
              { Key: "reconcile:stack", Value: "afterpay" },
              { Key: "reconcile:name", Value: "vpc/web" },
            ],
          },
        ],
      },
      "ec2:DescribeVpcAttribute": {},
      "ec2:DescribeSecurityGroups": { SecurityGroups: [] },
      "ec2:DescribeFlowLogs": {
        FlowLogs: [
          {
            FlowLogId: "fl-1",
            LogDestinationType: "s3",
            LogDestination: "arn:aws:s3:::logs",
            DeliverLogsStatus: "FAILED",
            DeliverLogsErrorMessage: "Access error",
            Tags: [{ Key: "reconcile:stack", Value: "afterpay" }],
          },
        ],
      },
    });
    expect(await vpc.discover(context)).toMatchObject([
      { notes: [{ summary: "AWS cannot deliver the flow logs to logs: Access error" }] },
    ]);
  });
});
