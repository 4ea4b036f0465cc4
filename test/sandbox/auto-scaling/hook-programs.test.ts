import {
  CreateAutoScalingGroupCommand,
  DescribeWarmPoolCommand,
  type LifecycleHookSpecification,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ImageRecipe } from "../../../src/image/recipe.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { packTightly } from "../../../src/image/user-data.ts";
import { exampleRecipe } from "../guest/build.ts";
import { type Account, openAccount } from "../tier.ts";
import { activities, describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const launch: LifecycleHookSpecification = {
  LifecycleHookName: "reconcile-launch",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
  HeartbeatTimeout: 300,
  DefaultResult: "ABANDON",
};

const terminate: LifecycleHookSpecification = {
  LifecycleHookName: "reconcile-terminate",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
  HeartbeatTimeout: 300,
  DefaultResult: "CONTINUE",
};

const completing = "autoscaling:CompleteLifecycleAction";
const describing = "autoscaling:DescribeAutoScalingInstances";

interface Situation {
  /** The text of the launch hook's program, and of the other one. */
  readonly program?: string;
  readonly hooks?: ImageRecipe["hooks"];
  readonly actions?: readonly string[];
  readonly of?: readonly LifecycleHookSpecification[];
}

const bothHooks: ImageRecipe["hooks"] = {
  launch: { run: "/usr/local/bin/hook", failed: "abandon" },
  terminate: { run: "/usr/local/bin/hook", failed: "continue" },
};

/** A group of one server from an image that was built with hooks, at the moment of its creation. */
async function open({
  program = "#!/bin/sh\necho warm\n",
  hooks = bothHooks,
  actions = [completing, describing],
  of = [launch, terminate],
}: Situation = {}): Promise<Account> {
  const account = await openAccount();
  // First, because EC2 knows a new instance profile only after some seconds.
  await createRole(account);
  if (actions.length > 0) await allow(account, actions);
  const ImageId = await buildImage(account, program, hooks);
  await account.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "web",
      LaunchTemplateData: {
        ImageId,
        InstanceType: "t3.micro",
        IamInstanceProfile: { Name: "web" },
      },
    }),
  );
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateName: "web", Version: "1" },
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity: 1,
      VPCZoneIdentifier: account.subnets[0],
      LifecycleHookSpecificationList: [...of],
    }),
  );
  return account;
}

async function buildImage(
  account: Account,
  program: string,
  hooks: ImageRecipe["hooks"],
): Promise<string> {
  const recipe = exampleRecipe({
    application: undefined,
    hardening: "basic",
    files: [
      { path: "/usr/local/bin/hook", content: new TextEncoder().encode(program), mode: "0755" },
    ],
    hooks,
  });
  const { userData } = await packTightly(renderBuildScript(recipe).script);
  const { Instances = [] } = await account.ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: account.imageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 },
      UserData: Buffer.from(userData).toString("base64"),
    }),
  );
  const InstanceId = Instances[0]?.InstanceId ?? "";
  await account.until(1800, async () => {
    const { Reservations = [] } = await account.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
    );
    return Reservations[0]?.Instances?.[0]?.State?.Name === "stopped" ? true : undefined;
  });
  const { ImageId = "" } = await account.ec2.send(
    new CreateImageCommand({ InstanceId, Name: "web" }),
  );
  await account.until(1800, async () => {
    const { Images = [] } = await account.ec2.send(
      new DescribeImagesCommand({ ImageIds: [ImageId] }),
    );
    return Images[0]?.State === "available" ? true : undefined;
  });
  return ImageId;
}

async function createRole({ sandbox }: Account): Promise<void> {
  const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" } };
  await sandbox.call("iam", "CreateRole", {
    RoleName: "web",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ ...trust, Action: "sts:AssumeRole" }],
    }),
  });
  await sandbox.call("iam", "CreateInstanceProfile", { InstanceProfileName: "web" });
  const both = { InstanceProfileName: "web", RoleName: "web" };
  await sandbox.call("iam", "AddRoleToInstanceProfile", both);
}

async function allow({ sandbox }: Account, actions: readonly string[]): Promise<void> {
  await sandbox.call("iam", "PutRolePolicy", {
    RoleName: "web",
    PolicyName: "hooks",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
    }),
  });
}

/** The ids of the members in this state. */
async function inState(account: Account, state: string): Promise<readonly string[]> {
  const { Instances = [] } = (await describeGroup(account)) ?? {};
  return Instances.filter(({ LifecycleState }) => LifecycleState === state).map(
    ({ InstanceId = "" }) => InstanceId,
  );
}

const reaches = (account: Account, state: string, seconds: number) =>
  account.until(seconds, async () => (await inState(account, state))[0], 1);

/** The seconds that the only server waits in this state, once it has reached it. */
async function waitIn(account: Account, state: string, atMost: number): Promise<number> {
  await reaches(account, state, 300);
  const begun = Date.now();
  await account.until(
    atMost,
    async () => ((await inState(account, state)).length === 0 ? true : undefined),
    1,
  );
  return (Date.now() - begun) / 1000;
}

async function remove(account: Account): Promise<void> {
  await account.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: "web", DesiredCapacity: 0 }),
  );
}

describe("a server from an image with hooks", () => {
  test("goes into service some seconds after its boot, and ends some seconds after it is told to", async () => {
    const account = await open();
    // Its services start within 14 seconds, and the program takes a few.
    const seconds = await waitIn(account, "Pending:Wait", 60);
    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThan(40);
    await reaches(account, "InService", 30);
    await remove(account);
    expect(await waitIn(account, "Terminating:Wait", 60)).toBeLessThan(20);
    await account.until(120, async () =>
      (await describeGroup(account))?.Instances?.length === 0 ? true : undefined,
    );
  });

  test("waits as long as its program runs", async () => {
    const account = await open({ program: "#!/bin/sh\nsleep 90\n" });
    const seconds = await waitIn(account, "Pending:Wait", 200);
    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(130);
    await reaches(account, "InService", 30);
  });

  test.each([
    ["abandon", "exit 1"],
    ["abandon", "no-such-program"],
  ] as const)("is replaced at once if its program fails (%s: %s)", async (failed, text) => {
    const run = "/usr/local/bin/hook";
    const account = await open({
      program: `#!/bin/sh\n${text}\n`,
      hooks: { launch: { run, failed } },
      of: [launch],
    });
    const first = await reaches(account, "Pending:Wait", 120);
    const second = await account.until(
      200,
      async () => (await inState(account, "Pending:Wait")).find((id) => id !== first),
      1,
    );
    expect(second).not.toBe(first);
    const abandoned = (await activities(account)).find(({ Description }) =>
      Description?.startsWith(`Launching a new EC2 instance: ${first}`),
    );
    expect(abandoned).toMatchObject({
      StatusCode: "Cancelled",
      StatusMessage: expect.stringMatching(/Lifecycle Action Completed with ABANDON Result$/),
    });
  });

  test("goes into service in spite of a failure if that is meant", async () => {
    const account = await open({
      program: "#!/bin/sh\nexit 1\n",
      hooks: { launch: { run: "/usr/local/bin/hook", failed: "continue" } },
      of: [launch],
    });
    await reaches(account, "InService", 120);
  });

  test.each<[what: string, situation: Situation]>([
    ["whose program never ends", { program: "#!/bin/sh\nsleep infinity\n" }],
    ["whose role may not complete hooks", { actions: [describing] }],
    ["whose role may not look up its group", { actions: [completing] }],
    ["without any permission", { actions: [] }],
    ["whose image has no such program", { hooks: {} }],
    [
      "whose image has the program of the other hook alone",
      { hooks: { terminate: { run: "/usr/local/bin/hook", failed: "continue" } } },
    ],
  ])("%s is held until the hook's timeout, and then replaced", async (_what, situation) => {
    const account = await open({ ...situation, of: [launch] });
    const first = await reaches(account, "Pending:Wait", 120);
    account.pass(270);
    expect(await inState(account, "Pending:Wait")).toEqual([first]);
    account.pass(60);
    const told = (await activities(account)).find(({ Description }) =>
      Description?.startsWith(`Launching a new EC2 instance: ${first}`),
    );
    expect(told?.StatusMessage).toMatch(/was abandoned due to Heartbeat Timeout$/);
    await account.until(200, async () =>
      (await inState(account, "Pending:Wait")).find((id) => id !== first),
    );
  });

  test("that gets its permission later completes the hook then", async () => {
    const account = await open({ actions: [], of: [launch] });
    const first = await reaches(account, "Pending:Wait", 120);
    account.pass(100);
    expect(await inState(account, "Pending:Wait")).toEqual([first]);
    await allow(account, [completing, describing]);
    expect(await reaches(account, "InService", 60)).toBe(first);
  });

  test("that has no way to Auto Scaling completes the hook when it gets one", async () => {
    const account = await open();
    const { ec2 } = account;
    await reaches(account, "Pending:Wait", 60);
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    const [{ RouteTableId, Routes = [] } = {}] = RouteTables ?? [];
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
    await ec2.send(new DeleteRouteCommand(route));
    account.pass(120);
    expect(await inState(account, "Pending:Wait")).toHaveLength(1);
    const GatewayId = Routes.at(-1)?.GatewayId;
    await ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
    await reaches(account, "InService", 60);
  });

  test("that restarts meanwhile runs its program again", async () => {
    const account = await open({ program: "#!/bin/sh\nsleep 60\n", of: [launch] });
    const first = await reaches(account, "Pending:Wait", 120);
    account.pass(50);
    await account.ec2.send(new RebootInstancesCommand({ InstanceIds: [first] }));
    account.pass(60);
    expect(await inState(account, "Pending:Wait")).toEqual([first]);
    expect(await reaches(account, "InService", 120)).toBe(first);
  });

  test("completes nothing while it restarts", async () => {
    const account = await open({ of: [launch] });
    const first = await reaches(account, "Pending:Wait", 120);
    await account.ec2.send(new RebootInstancesCommand({ InstanceIds: [first] }));
    account.pass(20);
    expect(await inState(account, "Pending:Wait")).toEqual([first]);
    expect(await reaches(account, "InService", 120)).toBe(first);
  });

  test("leaves hooks that people have added to them", async () => {
    const own = { ...launch, LifecycleHookName: "inventory" };
    const account = await open({ of: [launch, own] });
    const first = await reaches(account, "Pending:Wait", 120);
    account.pass(200);
    expect(await inState(account, "Pending:Wait")).toEqual([first]);
  });
});

test("a server of a warm pool completes its hook there, and again on its way into service", async () => {
  const account = await open({ of: [launch] });
  await reaches(account, "InService", 120);
  const group = { AutoScalingGroupName: "web" };
  await account.autoScaling.send(
    new PutWarmPoolCommand({
      ...group,
      MinSize: 1,
      MaxGroupPreparedCapacity: 2,
      PoolState: "Running",
    }),
  );
  const pool = async () => {
    const { Instances = [] } = await account.autoScaling.send(new DescribeWarmPoolCommand(group));
    return Instances[0];
  };
  await account.until(120, async () =>
    (await pool())?.LifecycleState === "Warmed:Pending:Wait" ? true : undefined,
  );
  const warm = await account.until(120, async () => {
    const { LifecycleState, InstanceId } = (await pool()) ?? {};
    return LifecycleState === "Warmed:Running" ? InstanceId : undefined;
  });
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity: 2 }));
  expect(await reaches(account, "Pending:Wait", 60)).toBe(warm);
  expect(await waitIn(account, "Pending:Wait", 60)).toBeLessThan(20);
  await account.until(60, async () =>
    (await inState(account, "InService")).includes(warm) ? true : undefined,
  );
});

test("a server that no hook holds goes into service as always", async () => {
  const account = await open({ of: [] });
  await reaches(account, "InService", 120);
});
