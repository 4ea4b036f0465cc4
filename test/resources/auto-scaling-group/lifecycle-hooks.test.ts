import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { openAccount } from "../account.ts";
import { names, openGroup } from "../tier.ts";

type Transition = "LAUNCHING" | "TERMINATING";

/** A group of two that serves, with a hook, and what changes it: a rollout, or one server more. */
async function openWithHook(transition: Transition, hook: object = { HeartbeatTimeout: 7200 }) {
  const account = await openAccount();
  const { tier, template, fields } = await openGroup(account);
  const { context, pass, sandbox } = account;
  const live = await pass(autoScalingGroup.create(context, names.group, fields));
  const AutoScalingGroupName = live.physicalName;
  await sandbox.call("autoscaling", "PutLifecycleHook", {
    AutoScalingGroupName,
    LifecycleHookName: "flush",
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    ...hook,
  });
  const data = { ...tier.template, instanceType: "t3.small" };
  const next = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
  const { id, version } = next.outputs;
  const rolledOut = { ...fields, launchTemplate: { id, version } };
  const startedAt = context.clock.now();
  return {
    account,
    live,
    rollOut: (more: object = {}) =>
      autoScalingGroup.update(context, live, { ...rolledOut, ...more }, ["launchTemplate"]),
    grow: () => autoScalingGroup.update(context, live, { ...fields, desired: 3 }, ["desired"]),
    minutes: () => (context.clock.now() - startedAt) / 60_000,
    /** Of every member that is held, as its people or their automation would. */
    complete: async () => {
      for (const { InstanceId } of await heldOf(account)) {
        await sandbox.call("autoscaling", "CompleteLifecycleAction", {
          AutoScalingGroupName,
          LifecycleHookName: "flush",
          InstanceId,
          LifecycleActionResult: "CONTINUE",
        });
      }
    },
  };
}

async function heldOf({ sandbox }: Awaited<ReturnType<typeof openAccount>>) {
  const { AutoScalingGroups } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingGroups",
    {},
  )) as {
    AutoScalingGroups: { Instances: { InstanceId: string; LifecycleState: string }[] }[];
  };
  return (AutoScalingGroups[0]?.Instances ?? []).filter(({ LifecycleState }) =>
    LifecycleState.endsWith(":Wait"),
  );
}

/** Completes what is held once it has been so for so many minutes, as long as the work goes on. */
async function answeredAfter<T>(
  opened: Awaited<ReturnType<typeof openWithHook>>,
  minutes: number,
  work: Promise<T>,
): Promise<T> {
  const { account, complete } = opened;
  let going = true;
  const end = () => {
    going = false;
  };
  work.then(end, end);
  const since = new Map<string, number>();
  while (going) {
    await account.pass(account.context.clock.sleep(30_000));
    const now = account.context.clock.now();
    const held = await heldOf(account);
    for (const { InstanceId: id } of held) if (!since.has(id)) since.set(id, now);
    if (held.some(({ InstanceId: id }) => now - (since.get(id) ?? now) >= minutes * 60_000)) {
      await complete();
    }
  }
  return work;
}

const remedy = (id: string) =>
  `If the hook only needs more time, run the same command again to keep waiting. If nothing else will complete the hook, complete it yourself so that the server continues: aws autoscaling complete-lifecycle-action --auto-scaling-group-name afterpay-web --lifecycle-hook-name flush --instance-id ${id} --lifecycle-action-result CONTINUE --region ap-southeast-2`;

describe("a hook that nobody completes", () => {
  test.each<Transition>(["LAUNCHING", "TERMINATING"])(
    "of %s ends the wait for a rollout after half an hour, with what lets the server go on",
    async (transition) => {
      const { account, rollOut, complete, minutes } = await openWithHook(transition);
      const state = transition === "LAUNCHING" ? "Pending:Wait" : "Terminating:Wait";
      const failure = await account.pass(rollOut().catch((error: unknown) => error));
      const [held] = await heldOf(account);
      expect(failure).toMatchObject({
        code: "LifecycleHookNotCompleted",
        message: expect.stringMatching(
          new RegExp(
            `^the rollout \\S+ has waited 30 minutes for a lifecycle hook to be completed: ${held?.InstanceId} is ${state}: the lifecycle hook flush holds it, for at most 7200 s after each heartbeat \\(then ABANDON\\)$`,
          ),
        ),
        remedy: remedy(held?.InstanceId ?? ""),
      });
      expect(minutes()).toBeGreaterThan(30);
      expect(minutes()).toBeLessThan(45);

      // The rollout goes on in AWS, and the command does what the words say.
      await account.sandbox.call("autoscaling", "DeleteLifecycleHook", {
        AutoScalingGroupName: names.group.physicalName,
        LifecycleHookName: "flush",
      });
      await complete();
      await account.pass(rollOut());
    },
  );

  test("ends the wait for a launch after as long, not at the deadline of the wait", async () => {
    const { account, grow, minutes } = await openWithHook("LAUNCHING");
    const failure = await account.pass(grow().catch((error: unknown) => error));
    const [held] = await heldOf(account);
    expect(failure).toMatchObject({
      code: "LifecycleHookNotCompleted",
      message: expect.stringMatching(/^afterpay-web has waited 30 minutes for a lifecycle hook/),
      remedy: remedy(held?.InstanceId ?? ""),
    });
    expect(minutes()).toBeLessThan(35);
  });

  test("ends the wait for an earlier rollout that has to end before another one can begin", async () => {
    const { account, live, rollOut } = await openWithHook("TERMINATING");
    const { context, pass, sandbox } = account;
    const first = rollOut().catch(() => {});
    await pass(context.clock.sleep(5 * 60_000));
    await sandbox.call("autoscaling", "RollbackInstanceRefresh", {
      AutoScalingGroupName: live.physicalName,
    });
    account.interrupt();
    await pass(first);
    const again = account.another();
    const startedAt = again.clock.now();
    const { fields } = live;
    const wanted = {
      ...fields,
      rollout,
      launchTemplate: { ...fields.launchTemplate, version: "3" },
    };
    await expect(
      pass(autoScalingGroup.update(again, live, wanted, ["launchTemplate"])),
    ).rejects.toMatchObject({
      code: "LifecycleHookNotCompleted",
      message: expect.stringMatching(/^the end of the earlier rollout \S+ has waited 30 minutes/),
    });
    expect(again.clock.now() - startedAt).toBeLessThan(45 * 60_000);
  });
});

const rollout = { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true };

describe("a hook that is completed in time", () => {
  test.each<[minutes: number, hook: object]>([
    [20, { HeartbeatTimeout: 3600 }],
    [25, { HeartbeatTimeout: 7200, DefaultResult: "CONTINUE" }],
  ])("lets a launch succeed, also where that takes %i minutes", async (minutes, hook) => {
    const opened = await openWithHook("LAUNCHING", hook);
    const live = await answeredAfter(opened, minutes, opened.grow());
    expect(live.status).toBe("ready");
    expect(opened.minutes()).toBeGreaterThan(minutes);
  });

  test("lets a rollout succeed that it holds up", async () => {
    const opened = await openWithHook("TERMINATING");
    const live = await answeredAfter(opened, 20, opened.rollOut());
    expect(live.status).toBe("ready");
    expect(opened.minutes()).toBeGreaterThan(20);
  });

  test("by its own default after a short heartbeat is no reason to fail", async () => {
    const hook = { HeartbeatTimeout: 300, DefaultResult: "CONTINUE" };
    const { account, grow } = await openWithHook("LAUNCHING", hook);
    expect(await account.pass(grow())).toMatchObject({ status: "ready" });
  });
});
