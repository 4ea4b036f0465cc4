import type {
  Activity,
  AutoScalingGroup,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { lookAtGroup } from "../../../src/resources/auto-scaling-group/look-ups.ts";
import { waitUntilHealthy } from "../../../src/resources/auto-scaling-group/wait-until-healthy.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { type Account, openAccount } from "../account.ts";
import { names, openGroup } from "../tier.ts";
import { runningMachines } from "./running-machines.ts";

/** What Auto Scaling answers, in its own words and with its own times. */
interface History {
  /** Seconds after the first look at which each launch begins, whatever became of it. */
  readonly launches: readonly (readonly [at: number, zone: string, failed?: string | undefined])[];
  /** Seconds after which all instances are in service. */
  readonly healthyAt?: number;
}

const capacity =
  "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). Launching EC2 instance failed.";
const role =
  "Access denied when attempting to assume role arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling. Validating load balancer configuration failed.";

/** Waits for a group of three on a stage where only that history happens; in how many seconds? */
async function follow({ launches, healthyAt = Number.POSITIVE_INFINITY }: History) {
  const account = await openAccount();
  const { clock } = account.context;
  const started = clock.now();
  const passed = () => (clock.now() - started) / 1000;
  const activities = (): Activity[] =>
    launches
      .filter(([at]) => at <= passed())
      .map(([at, zone, failed], index) => ({
        ActivityId: `${index}`,
        AutoScalingGroupName: "web",
        StartTime: new Date(started + at * 1000),
        Cause: "a difference between desired and actual capacity",
        Details: `{"Availability Zone":"${zone}"}`,
        Description:
          failed === undefined
            ? `Launching a new EC2 instance: i-${index}`
            : `Launching a new EC2 instance.  Status Reason: ${failed}`,
        StatusCode: failed === undefined ? ("Successful" as const) : ("Failed" as const),
        ...(failed !== undefined && { StatusMessage: failed }),
      }))
      .reverse();
  const group = (): AutoScalingGroup => ({
    AutoScalingGroupName: "web",
    DesiredCapacity: 3,
    Instances: (passed() >= healthyAt ? ["i-1", "i-2", "i-3"] : []).map((InstanceId) => ({
      InstanceId,
      AvailabilityZone: "us-east-1a",
      LifecycleState: "InService",
      HealthStatus: "Healthy",
      ProtectedFromScaleIn: false,
    })),
    MinSize: 3,
    MaxSize: 3,
    DefaultCooldown: 300,
    AvailabilityZones: [],
    HealthCheckType: "EC2",
    CreatedTime: new Date(started),
  });
  const autoScaling = {
    send: async ({ input }: DescribeScalingActivitiesCommand) => ({
      Activities: activities().slice(0, input.MaxRecords),
    }),
  };
  const clients = { autoScaling, ec2: runningMachines(group) };
  const context = { ...account.context, clients } as unknown as ResourceContext;
  await account.pass(waitUntilHealthy(context, "web", 120, async () => group()));
  return passed();
}

const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];
const everywhere = (at: number, failed?: string) =>
  zones.map((zone, index) => [at + index * 0.4, zone, failed] as const);

describe("a group that is waited for", () => {
  test("goes on when the launches of one moment fail in each of three zones", async () => {
    const launches = [...everywhere(3, capacity), ...everywhere(63)];
    expect(await follow({ launches, healthyAt: 120 })).toBeLessThan(130);
  });

  test("goes on as long as Auto Scaling cannot assume its new role, however often it tries", async () => {
    const failures = [3, 20, 63, 130, 260].flatMap((at) => everywhere(at, role));
    const launches = [...failures, ...everywhere(320)];
    expect(await follow({ launches, healthyAt: 360 })).toBeLessThan(370);
  });

  test("goes on where one zone fails again and again and another one works", async () => {
    const launches = [3, 63, 123, 183, 243].flatMap((at) => [
      [at, "us-east-1a", capacity] as const,
      [at + 0.4, "us-east-1b"] as const,
    ]);
    expect(await follow({ launches, healthyAt: 300 })).toBeLessThan(310);
  });

  test("is given up when three attempts in all zones have failed, with what AWS's message names", async () => {
    const launches = [3, 63, 123, 183].flatMap((at) => everywhere(at, capacity));
    const failure = await follow({ launches }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "ScalingActivityFailed",
      message: expect.stringContaining(capacity),
      remedy: expect.stringMatching(/another instance type or other availability zones/),
    });
    // Seen at the third attempt, and told with as many lines as fit on a screen.
    expect((failure as Error).message.match(/^ {2}Failed: /gm)).toHaveLength(5);
  });

  test("is given up when one zone fails thrice after the others have worked", async () => {
    const launches = [
      ...everywhere(3),
      ...[63, 123, 183].map((at) => [at, "us-east-1a", capacity] as const),
    ];
    await expect(follow({ launches })).rejects.toThrow(/cannot launch instances/);
  });

  test.each([
    [role, /Apply again in a few minutes.*create-service-linked-role/],
    ["You have requested more vCPU capacity than your current vCPU limit of 32 allows.", /quota/],
    [
      "The image id '[ami-1]' does not exist. Launching EC2 instance failed.",
      /AWS's message names/,
    ],
  ])("%s: says what fits", async (words, remedy) => {
    const launches = everywhere(3, words);
    await expect(follow({ launches })).rejects.toMatchObject({
      message: expect.stringMatching(/^waited \d+ s for every instance of web/),
      remedy: expect.stringMatching(remedy),
    });
  });

  test("whose launches are only slow is to be waited for again", async () => {
    await expect(follow({ launches: [] })).rejects.toMatchObject({
      remedy: "Run the same command again to keep waiting.",
    });
  });
});

/** Nothing gets through for so many minutes, from some seconds on. */
function silence(account: Account, minutes: number) {
  const from = account.context.clock.now() + 20_000;
  const until = from + minutes * 60_000;
  account.sandbox.setFaults({ rules: [{ kind: "drop", from, until }] });
}

describe("while AWS cannot be reached", () => {
  test("a group that gets on well is waited for, and the screen says why nothing moves", async () => {
    const account = await openAccount();
    const { fields } = await openGroup(account);
    silence(account, 8);
    const made = await account.pass(autoScalingGroup.create(account.context, names.group, fields));
    expect(made.status).toBe("ready");
    expect(account.told.join("\n")).toMatch(/^AWS does not answer: /m);
  });

  test("for more than ten minutes, the connection is what failed", async () => {
    const account = await openAccount();
    const { fields } = await openGroup(account);
    silence(account, 12);
    const making = account.pass(autoScalingGroup.create(account.context, names.group, fields));
    await expect(making).rejects.toMatchObject({
      kind: "network",
      remedy: expect.stringContaining("Check the connection to AWS"),
    });
  });
});

describe("a lifecycle hook", () => {
  async function withHook(hook: object) {
    const account = await openAccount();
    const opened = await openGroup(account);
    const { context, pass, sandbox } = account;
    const live = await pass(autoScalingGroup.create(context, names.group, opened.fields));
    await sandbox.call("autoscaling", "PutLifecycleHook", {
      AutoScalingGroupName: live.physicalName,
      LifecycleHookName: "warm-up",
      ...hook,
    });
    /** A rollout of another instance type. */
    const rollOut = async () => {
      const data = { ...opened.tier.template, instanceType: "t3.small" };
      const next = await pass(
        launchTemplate.update(context, opened.template, data, ["instanceType"]),
      );
      const { id, version } = next.outputs;
      const wanted = { ...opened.fields, launchTemplate: { id, version } };
      return pass(autoScalingGroup.update(context, live, wanted, ["launchTemplate"]));
    };
    return { account, live, rollOut, ...opened };
  }

  const abandoning = {
    LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    HeartbeatTimeout: 60,
    DefaultResult: "ABANDON",
  };
  const remedy = expect.stringMatching(
    /^Find out what the lifecycle hook warm-up waits for, .*: aws autoscaling delete-lifecycle-hook --auto-scaling-group-name afterpay-web --lifecycle-hook-name warm-up --region \S+$/,
  );

  test("that abandons three launches ends the wait for a server's replacement", async () => {
    const { account, live, fields } = await withHook(abandoning);
    const { context, pass, sandbox } = account;
    const group = await lookAtGroup(context, live.physicalName);
    const [{ InstanceId: id } = {}] = group?.Instances ?? [];
    await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [id] });
    await pass(context.clock.sleep(20_000));
    const settling = { ...live, status: "settling" as const };
    const startedAt = context.clock.now();
    await expect(
      pass(autoScalingGroup.update(context, settling, fields, [])),
    ).rejects.toMatchObject({
      code: "ScalingActivityFailed",
      message: expect.stringMatching(/cannot launch instances: .*Lifecycle Action/),
      remedy,
    });
    expect(context.clock.now() - startedAt).toBeLessThan(15 * 60_000);
  });

  test("that abandons the launches of a rollout is what the failure names", async () => {
    const { rollOut } = await withHook(abandoning);
    await expect(rollOut()).rejects.toMatchObject({
      code: expect.stringMatching(/^InstanceRefresh(Rollback\w+|Failed)$/),
      remedy,
    });
  });
});
