import { describe, expect, test } from "vitest";
import {
  failedLaunchRemedy,
  type LaunchRemedy,
  waitingLaunchRemedy,
  watchLaunches,
} from "../../../src/resources/auto-scaling-group/launches.ts";
import type { ScalingActivity } from "../../../src/resources/auto-scaling-group/scaling-activities.ts";
import { beginning, openStage, refusal } from "../answers.ts";

const capacity =
  "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested";
const zone = "Your requested instance type is not supported in your requested Availability Zone";
const role = "Access denied when attempting to assume role arn:aws:iam::1:role/AutoScaling";
const processors =
  "You have requested more vCPU capacity than your current vCPU limit of 32 allows";
const volumes = "Maximum number of volumes exceeded: VolumeLimit reached its Quota";
const addresses = "You have reached the limit of addresses";
const abandoned = "Instance failed to complete user's Lifecycle Action: the token has expired";

/** An account with a hook of each transition, and these activities, the newest first. */
function account(activities: () => readonly object[] = () => []) {
  const hook = (LifecycleHookName: string, what: string) => ({
    LifecycleHookName,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${what}`,
  });
  return openStage({
    "autoscaling:DescribeScalingActivities": () => ({ Activities: activities() }),
    "autoscaling:DescribeLifecycleHooks": {
      LifecycleHooks: [hook("warm-up", "LAUNCHING"), hook("drain", "TERMINATING")],
    },
  });
}

function activity(words: string, more: Partial<ScalingActivity> = {}): ScalingActivity {
  return {
    id: "a",
    status: "Failed",
    startedAt: 0,
    endedAt: 1,
    isLaunch: true,
    words,
    ...more,
  };
}

const quota =
  'Request a higher quota ("Service Quotas" in the AWS console), or choose another instance type or fewer instances.';
const elsewhere =
  "Choose another instance type or other availability zones (network.zones), or try again later.";

describe("a launch that failed is answered", () => {
  const known: [words: string, isForRoom: boolean, remedy: unknown][] = [
    [capacity, true, elsewhere],
    [capacity.toUpperCase(), true, elsewhere],
    [zone, true, elsewhere],
    [volumes, true, quota],
    [addresses, true, quota],
    [processors, true, expect.stringMatching(/vCPU quota.*service-quotas request-service-quota/)],
    [
      "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch",
      false,
      expect.stringMatching(/KMS key.*AWSServiceRoleForAutoScaling.*aws kms create-grant/),
    ],
    [
      "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state. Launching EC2 instance failed.",
      false,
      expect.stringMatching(/KMS key.*AWSServiceRoleForAutoScaling/),
    ],
    [
      "Your account is currently being verified. Verification normally takes less than 2 hours. Launching EC2 instance failed.",
      false,
      expect.stringMatching(/still verifying this account.*AWS Support/),
    ],
    [
      "This account is currently blocked and not recognized as a valid account. Launching EC2 instance failed.",
      false,
      expect.stringMatching(/has blocked this account.*AWS Support/),
    ],
    [
      role,
      false,
      "Apply again in a few minutes. If the error persists, check in the IAM console whether the role in AWS's message exists; aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com creates it.",
    ],
  ];
  test.each(known)("%s", async (words, isForRoom, remedy) => {
    const { context } = account();
    const activities = [activity("served", { status: "Successful" }), activity(words)];
    const found = { remedy, isForRoom, isForHook: false };
    expect(await failedLaunchRemedy(context, "web", activities)).toEqual(found);
    const waiting = await waitingLaunchRemedy(context, "web", activities);
    expect(waiting).toMatchObject({ isForRoom, isForHook: false });
    expect(waiting?.remedy).toMatch(/ The group keeps retrying until then\.$/);
  });

  test("by the newest failure, whatever other activities there are", async () => {
    const { context } = account();
    const remedyOf = async (...activities: ScalingActivity[]) =>
      (await failedLaunchRemedy(context, "web", activities))?.remedy;
    expect(await remedyOf(activity(volumes), activity(capacity))).toBe(quota);
    const besides: Partial<ScalingActivity>[] = [
      { isLaunch: false },
      { status: "InProgress" },
      { status: "Cancelled" },
    ];
    for (const other of besides) {
      expect(await remedyOf(activity(volumes, other), activity(capacity))).toBe(elsewhere);
      expect(await remedyOf(activity(volumes, other))).toBeUndefined();
      expect(await waitingLaunchRemedy(context, "web", [activity(volumes, other)])).toBeUndefined();
    }
  });

  test("by nothing where it did not fail after all, whatever a hook said meanwhile", async () => {
    const { context } = account();
    const activities = [activity(abandoned, { status: "Successful" })];
    expect(await failedLaunchRemedy(context, "web", activities)).toBeUndefined();
  });

  test.each(["Failed", "Cancelled"])("by the hooks of launches that end it: %s", async (status) => {
    const stage = account();
    const found: LaunchRemedy = {
      remedy: expect.stringMatching(
        /^Find out what the lifecycle hook warm-up waits for, .*: aws autoscaling delete-lifecycle-hook --auto-scaling-group-name web --lifecycle-hook-name warm-up --region eu-west-1$/,
      ),
      isForRoom: false,
      isForHook: true,
    };
    const activities = [activity(abandoned, { status })];
    expect(await failedLaunchRemedy(stage.context, "web", activities)).toEqual(found);
    expect(await waitingLaunchRemedy(stage.context, "web", activities)).toEqual(found);
    expect(stage.asked("autoscaling:DescribeLifecycleHooks")[0]).toEqual({
      AutoScalingGroupName: "web",
    });
  });

  test("by AWS's own words, where they have no form: while it is waited for", async () => {
    const { context } = account();
    const activities = [activity("The image id '[ami-1]' does not exist")];
    expect(await failedLaunchRemedy(context, "web", activities)).toBeUndefined();
    expect(await waitingLaunchRemedy(context, "web", activities)).toEqual({
      remedy:
        "Correct what AWS's message names, then apply again. The group keeps retrying until then.",
      isForRoom: false,
      isForHook: false,
    });
  });
});

type Launch = readonly [seconds: number, status?: string, words?: string];

/** Looks after each of these launches has been added to what is told; each is told from then on. */
async function watch(before: readonly Launch[], ...after: readonly (readonly Launch[])[]) {
  const told: object[] = [];
  const add = (launches: readonly Launch[]) => {
    for (const [seconds, StatusCode = "Failed", StatusMessage = capacity] of launches) {
      told.unshift({
        ActivityId: String(told.length),
        StatusCode,
        StartTime: new Date(beginning + seconds * 1000),
        EndTime: new Date(beginning + seconds * 1000),
        Description: `Launching a new EC2 instance (${told.length})`,
        StatusMessage,
      });
    }
  };
  const stage = account(() => told);
  const look = watchLaunches(stage.context, "web");
  add(before);
  await look();
  for (const launches of after) {
    add(launches);
    await look();
  }
  return stage;
}

const givenUp = /^the group web cannot launch instances: /;

describe("launches are given up", () => {
  test("when three in a row have failed, with the last one's words and all of them", async () => {
    const stage = watch([], [[0]], [[60]], [[120, "Failed", volumes]]);
    await expect(stage).rejects.toMatchObject({
      message: `the group web cannot launch instances: Launching a new EC2 instance (2): ${volumes}\nlast scaling activities:\n  Failed: Launching a new EC2 instance (2): ${volumes}\n  Failed: Launching a new EC2 instance (1): ${capacity}\n  Failed: Launching a new EC2 instance (0): ${capacity}`,
      code: "ScalingActivityFailed",
      operation: "autoscaling:DescribeScalingActivities",
      remedy: `${quota} The group keeps retrying until then.`,
    });
  });

  test("with the command that reads what AWS encoded, once and at the end", async () => {
    const encoded = "aB3_-".repeat(200);
    const words = `UnauthorizedOperation. Encoded authorization failure message: ${encoded}. Launching EC2 instance failed.`;
    const error: unknown = await watch(
      [],
      [[0, "Failed", words]],
      [[60, "Failed", words]],
      [[120, "Failed", words]],
    ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining("failure message: …. Launching EC2 instance failed."),
      remedy: expect.stringMatching(
        new RegExp(
          `^Correct .* until then\\.\nAWS encoded .*:\naws sts decode-.* --encoded-message ${encoded}$`,
        ),
      ),
    });
    expect(error).not.toMatchObject({ message: expect.stringContaining(encoded) });
  });

  test("and not before, and not for what failed before the first look", async () => {
    await watch([], [[0]], [[60]]);
    await watch([[0], [60], [120]], [[180]], [[240]]);
    await expect(watch([[0], [60]], [[180]], [[240]], [[300]])).rejects.toThrow(givenUp);
  });

  test("for one that was under way at the first look, too, once it has failed", async () => {
    const at = (seconds: number, StatusCode: string) => ({
      ActivityId: String(seconds),
      StatusCode,
      StartTime: new Date(beginning + seconds * 1000),
      Description: "Launching a new EC2 instance",
    });
    let told = [at(0, "InProgress")];
    const look = watchLaunches(account(() => told).context, "web");
    await look();
    told = [at(60, "Failed"), at(0, "Failed")];
    await look();
    told = [at(120, "Failed"), ...told];
    await expect(look()).rejects.toThrow(givenUp);
  });

  test("and not where one of the last three went well, or all are still under way", async () => {
    await watch([], [[0], [60], [120, "Successful"], [180], [240]]);
    await watch([], [[0], [60], [120, "InProgress"]]);
    await watch([], [[0], [60], [120], [180], [181, "InProgress"]]);
    await expect(watch([], [[0], [60], [120], [180, "InProgress"]])).rejects.toThrow(givenUp);
    await expect(watch([], [[0, "Successful"], [60], [120], [180]])).rejects.toThrow(givenUp);
  });

  test("by attempts: what begins within ten seconds is one, which one zone can save", async () => {
    await watch([], [[0], [9.9], [60], [69.9]]);
    await expect(watch([], [[0], [10], [20]])).rejects.toThrow(givenUp);
    // Ten seconds from where the attempt began, not from its last launch.
    await expect(watch([], [[0], [6], [12], [60]])).rejects.toThrow(givenUp);
    await watch([], [[0], [60], [120], [121, "Successful"]]);
    await expect(watch([], [[0], [60], [120], [121, "Cancelled", abandoned]])).rejects.toThrow(
      givenUp,
    );
  });

  test("by when they began, in whatever order they are told", async () => {
    await watch([], [[0], [60], [120], [180, "Successful"]]);
    await watch([], [[180, "Successful"], [120], [60], [0]]);
  });

  test("and not for the role that AWS does not know everywhere yet", async () => {
    await watch(
      [],
      [
        [0, "Failed", role],
        [60, "Failed", role],
        [120, "Failed", role],
      ],
    );
    await expect(watch([], [[0], [60], [90, "Successful", role], [120]])).rejects.toThrow(givenUp);
  });

  test("and not where somebody cancels them, but where a hook abandons them", async () => {
    await watch(
      [],
      [
        [0, "Cancelled"],
        [60, "Cancelled"],
        [120, "Cancelled"],
      ],
    );
    const hooked: Launch[] = [0, 60, 120].map((at) => [at, "Cancelled", abandoned]);
    await expect(watch([], hooked)).rejects.toMatchObject({
      remedy: expect.stringMatching(/--lifecycle-hook-name warm-up --region eu-west-1$/),
    });
  });

  test("never while they cannot be looked at", async () => {
    const stage = openStage({ "autoscaling:DescribeScalingActivities": refusal("AccessDenied") });
    await expect(watchLaunches(stage.context, "web")()).rejects.toMatchObject({ kind: "denied" });
  });
});
