import { describe, expect, test } from "vitest";
import {
  type AutoScalingGroupFields,
  autoScalingGroup,
} from "../../../src/resources/auto-scaling-group/index.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";
import { liveWithoutDemand } from "./without-demand.ts";

async function open() {
  const account = await openAccount();
  const tier = await openGroup(account);
  const { context } = account;
  const live = await account.pass(autoScalingGroup.create(context, names.group, tier.fields));
  account.takeCalls();
  account.told.splice(0);
  return { account, live, ...tier };
}

function writesOf(account: Account): (string | undefined)[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation.split(":")[1])
    .filter((operation) => !operation?.startsWith("Describe"));
}

interface InstanceOf {
  readonly InstanceId: string;
  readonly LifecycleState: string;
  readonly LaunchTemplate: { readonly Version: string };
}

async function instancesOf(account: Account): Promise<readonly InstanceOf[]> {
  const answer = await account.sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
  const groups = (answer as { AutoScalingGroups: { Instances: InstanceOf[] }[] }).AutoScalingGroups;
  return groups[0]?.Instances ?? [];
}

/** Begins a rollout, and is interrupted after so many milliseconds; says how that ended. */
async function rollOutInterrupted(
  account: Account,
  live: Parameters<typeof autoScalingGroup.update>[1],
  wanted: Parameters<typeof autoScalingGroup.update>[2],
  after: number,
): Promise<unknown> {
  const rollout = autoScalingGroup
    .update(account.context, live, wanted, ["launchTemplate"])
    .catch((error: Error) => error.name);
  await account.pass(account.context.clock.sleep(after));
  account.interrupt();
  return account.pass(rollout);
}

describe("an Auto Scaling group", () => {
  test("is made when its load balancer has every instance in service", async () => {
    const { account, live, fields, balancer } = await open();
    expect(autoScalingGroup.normalize(live.fields)).toEqual(
      autoScalingGroup.normalize({
        ...fields,
        rollout: null,
        ...liveWithoutDemand,
        targetGroups: [],
        goneLoadBalancers: null,
        goneTargetGroups: null,
      }),
    );
    expect(live).toEqual(await theOnly(account, autoScalingGroup));
    const health = await account.sandbox.call("elasticloadbalancing", "DescribeInstanceHealth", {
      LoadBalancerName: balancer.outputs.name,
    });
    const states = (health as { InstanceStates: { State: string }[] }).InstanceStates;
    expect(states.map(({ State }) => State)).toEqual(["InService", "InService"]);
  });

  const settings: readonly [
    keyof AutoScalingGroupFields & string,
    Partial<AutoScalingGroupFields>,
  ][] = [
    ["cooldown", { cooldown: 60 }],
    ["max", { max: 4 }],
    ["desired", { desired: 3 }],
    ["healthCheckType", { healthCheckType: "EC2" }],
    ["healthCheckGrace", { healthCheckGrace: 240 }],
    ["instanceWarmup", { instanceWarmup: 45 }],
    ["deletionProtection", { deletionProtection: "prevent-all-deletion" }],
  ];
  test.each(settings)(
    "changes its %s by one call, which names nothing else",
    async (name, change) => {
      const { account, live, fields } = await open();
      const inputs: object[] = [];
      account.sandbox.observe(({ operation, input }) => {
        if (operation === "UpdateAutoScalingGroup") inputs.push(input as object);
      });
      const wanted = { ...fields, ...change };
      await account.pass(autoScalingGroup.update(account.context, live, wanted, [name]));
      expect(writesOf(account)).toEqual(["UpdateAutoScalingGroup"]);
      expect(inputs).toHaveLength(1);
      expect(Object.keys(inputs[0] ?? {})).toHaveLength(2);
      const seen = await theOnly(account, autoScalingGroup);
      expect(seen.fields).toMatchObject(change);
      expect(seen.status).toBe("ready");
    },
  );

  test("changes its tags, and those of the instances that run", async () => {
    const { account, live, fields } = await open();
    const [{ InstanceId: id } = { InstanceId: "" }] = await instancesOf(account);
    const wanted = { ...fields, tags: { team: "platform" } };
    await account.pass(autoScalingGroup.update(account.context, live, wanted, ["tags"]));
    expect(writesOf(account)).toEqual(["CreateTags", "CreateOrUpdateTags"]);
    await account.pass(account.context.clock.sleep(60_000));
    const instance = JSON.stringify(
      await account.sandbox.call("ec2", "DescribeInstances", { InstanceIds: [id] }),
    );
    expect(instance).toContain('"platform"');
    expect(instance).toContain('"auto-scaling-group/web"');
  });

  test("gives new instances its tags again, after somebody has kept them from those", async () => {
    const { account, live, fields } = await open();
    const where = { ResourceId: live.id, ResourceType: "auto-scaling-group" };
    const withheld = Object.entries({
      team: fields.tags["team"],
      "reconcile:stack": account.context.stack,
      theirs: "stays as it is",
    }).map(([Key, Value]) => ({ ...where, Key, Value, PropagateAtLaunch: false }));
    await account.sandbox.call("autoscaling", "CreateOrUpdateTags", { Tags: withheld });
    const [{ InstanceId: id } = { InstanceId: "" }] = await instancesOf(account);
    // As one is that was launched since.
    await account.sandbox.call("ec2", "DeleteTags", {
      Resources: [id],
      Tags: [{ Key: "team" }, { Key: "reconcile:stack" }],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const found = await theOnly(account, autoScalingGroup);
    expect(found.fields).toMatchObject({
      tags: fields.tags,
      unpropagatedTags: "reconcile:stack, team",
    });
    account.takeCalls();
    const { context, pass } = account;
    await pass(autoScalingGroup.update(context, found, fields, ["unpropagatedTags"]));
    expect(writesOf(account)).toEqual(["CreateTags", "CreateOrUpdateTags"]);
    expect((await theOnly(account, autoScalingGroup)).fields).toMatchObject({
      tags: fields.tags,
      unpropagatedTags: null,
    });
    await pass(context.clock.sleep(60_000));
    const answer = await account.sandbox.call("ec2", "DescribeTags", {
      Filters: [{ Name: "resource-id", Values: [id] }],
    });
    const keys = (answer as { Tags: { Key: string }[] }).Tags.map(({ Key }) => Key);
    expect(keys).toEqual(expect.arrayContaining(["team", "reconcile:stack"]));
    expect(keys).not.toContain("theirs");
  });

  test.each([
    ["ec2", "DeleteTags"],
    ["ec2", "CreateTags"],
    ["autoscaling", "DeleteTags"],
    ["autoscaling", "CreateOrUpdateTags"],
  ])(
    "can be brought to its tags again after %s's %s was never made",
    async (service, operation) => {
      const { account, live, fields } = await open();
      const { context } = account;
      const update = async (found: typeof live, tags: Record<string, string>) =>
        account.pass(autoScalingGroup.update(context, found, { ...fields, tags }, ["tags"]));
      const before = await update(live, { team: "payments", stage: "test" });
      const wanted = { team: "payments", owner: "web" };
      account.sandbox.setFaults({
        rules: [{ kind: "error", code: "AccessDenied", status: 403, service, operation, times: 1 }],
      });
      await expect(update(before, wanted)).rejects.toThrow(/not allowed/);
      const found = await theOnly(account, autoScalingGroup);
      expect(found.fields.tags).not.toEqual(wanted);
      await update(found, wanted);
      expect((await theOnly(account, autoScalingGroup)).fields.tags).toEqual(wanted);
      await account.pass(context.clock.sleep(60_000)); // until EC2 shows it everywhere
      const answers = await Promise.all([
        account.sandbox.call("ec2", "DescribeInstances", {}),
        account.sandbox.call("autoscaling", "DescribeAutoScalingGroups", {}),
      ]);
      expect(JSON.stringify(answers)).not.toContain('"stage"');
      expect(JSON.stringify(answers[0]).match(/"owner"/g)).toHaveLength(2);
    },
  );

  test("rolls a new template version out to every instance, never with fewer than it has", async () => {
    const { account, live, fields, template, tier } = await open();
    const { context } = account;
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await account.pass(
      launchTemplate.update(context, template, data, ["instanceType"]),
    );
    const wanted = {
      ...fields,
      launchTemplate: { id: next.outputs.id, version: next.outputs.version },
    };
    account.takeCalls();
    let fewest = Number.POSITIVE_INFINITY;
    const work = autoScalingGroup.update(context, live, wanted, ["launchTemplate"]);
    let ended = false;
    work.finally(() => {
      ended = true;
    });
    while (!ended) {
      await account.pass(context.clock.sleep(20_000));
      const serving = (await instancesOf(account)).filter(
        ({ LifecycleState }) => LifecycleState === "InService",
      );
      fewest = Math.min(fewest, serving.length);
    }
    const after = await account.pass(work);
    expect(fewest).toBeGreaterThanOrEqual(2);
    expect(writesOf(account)).toEqual(["StartInstanceRefresh"]);
    expect(after.fields.launchTemplate).toEqual(wanted.launchTemplate);
    const versions = (await instancesOf(account)).map(
      ({ LaunchTemplate }) => LaunchTemplate.Version,
    );
    expect(versions).toEqual(["2", "2"]);
    expect(account.told.some((line) => /^rolling out.* \d+\/100$/.test(line))).toBe(true);
  });

  test("whose rollout fails its health checks is back to what worked, and says why", async () => {
    const { account, live, fields, template, tier } = await open();
    const { context } = account;
    const broken = { ...tier.template, securityGroupIds: [tier.closed] };
    const next = await account.pass(
      launchTemplate.update(context, template, broken, ["securityGroupIds"]),
    );
    const to = (version: string) => ({ ...fields, launchTemplate: { id: next.id, version } });
    const rolling = account.pass(
      autoScalingGroup.update(context, live, to(next.outputs.version), ["launchTemplate"]),
    );
    await expect(rolling).rejects.toThrow(/AWS rolled all instances back/);
    await expect(rolling).rejects.toThrow(/last scaling activities:/);
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen.fields.launchTemplate.version).toBe("1");
    expect(seen.status).toBe("ready");
    // After the correction the same change succeeds.
    const good = { ...tier.template, instanceType: "t3.small" };
    const fixed = await account.pass(launchTemplate.update(context, next, good, ["instanceType"]));
    const after = await account.pass(
      autoScalingGroup.update(context, seen, to(fixed.outputs.version), ["launchTemplate"]),
    );
    expect(after.fields.launchTemplate.version).toBe("3");
  });

  test("whose rollout was interrupted is followed by the next apply, not started again", async () => {
    const { account, live, fields, template, tier } = await open();
    const data = { ...tier.template, instanceType: "t3.small" };
    const second = account.another();
    const next = await account.pass(
      launchTemplate.update(second, template, data, ["instanceType"]),
    );
    const wanted = {
      ...fields,
      launchTemplate: { id: next.outputs.id, version: next.outputs.version },
    };
    account.takeCalls();
    expect(await rollOutInterrupted(account, live, wanted, 30_000)).toBe("Cancelled");
    await account.pass(autoScalingGroup.update(second, live, wanted, ["launchTemplate"]));
    expect(writesOf(account)).toEqual(["StartInstanceRefresh"]);
  });

  test("whose rollout somebody cancels says so, and blames nothing else", async () => {
    const { account, live, fields, template, tier } = await open();
    const { context } = account;
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await account.pass(
      launchTemplate.update(context, template, data, ["instanceType"]),
    );
    const { id, version } = next.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const rolling = autoScalingGroup.update(context, live, wanted, ["launchTemplate"]);
    const ending = expect(rolling).rejects.toMatchObject({
      message: expect.stringMatching(/^somebody cancelled the rollout/),
      code: "InstanceRefreshCancelled",
      remedy:
        "Another apply of this stack, or a person, cancelled it. Decide which stack file is right, then apply that one.",
    });
    await account.pass(context.clock.sleep(30_000));
    await account.sandbox.call("autoscaling", "CancelInstanceRefresh", {
      AutoScalingGroupName: live.physicalName,
    });
    await account.pass(ending);
  });

  test("whose running rollout is no longer wanted has it cancelled", async () => {
    const { account, live, fields, template, tier } = await open();
    const second = account.another();
    const change = async (instanceType: string, from: typeof template) =>
      account.pass(
        launchTemplate.update(second, from, { ...tier.template, instanceType }, ["instanceType"]),
      );
    const one = await change("t3.small", template);
    const to = (version: string) => ({ ...fields, launchTemplate: { id: one.id, version } });
    await rollOutInterrupted(account, live, to("2"), 30_000);
    await change("t3.medium", one);
    account.takeCalls();
    const after = await account.pass(
      autoScalingGroup.update(second, live, to("3"), ["launchTemplate"]),
    );
    expect(writesOf(account)).toEqual(["CancelInstanceRefresh", "StartInstanceRefresh"]);
    expect(after.fields.launchTemplate.version).toBe("3");
  });

  test("that is to stay as it is has a rollout cancelled that has replaced nobody yet", async () => {
    const { account, live, fields, template, tier } = await open();
    const second = account.another();
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await account.pass(
      launchTemplate.update(second, template, data, ["instanceType"]),
    );
    const to = (version: string) => ({ ...fields, launchTemplate: { id: next.id, version } });
    const before = await instancesOf(account);
    await rollOutInterrupted(account, live, to("2"), 2_000);
    account.takeCalls();
    await account.pass(autoScalingGroup.update(second, live, to("1"), ["launchTemplate"]));
    expect(writesOf(account)).toEqual(["CancelInstanceRefresh", "StartInstanceRefresh"]);
    await account.pass(second.clock.sleep(900_000));
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen.fields.launchTemplate.version).toBe("1");
    expect((await instancesOf(account)).map(({ InstanceId }) => InstanceId).toSorted()).toEqual(
      before.map(({ InstanceId }) => InstanceId).toSorted(),
    );
  });

  test("short of an instance is settling, and an update of nothing waits until it is not", async () => {
    const { account, fields } = await open();
    const [instance] = await instancesOf(account);
    await account.sandbox.call("ec2", "TerminateInstances", {
      InstanceIds: [instance?.InstanceId],
    });
    await account.pass(account.context.clock.sleep(20_000));
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen).toMatchObject({ status: "settling" });
    expect(seen.statusReason).toMatch(/^1 of 2 instances/);
    account.takeCalls();
    const after = await account.pass(autoScalingGroup.update(account.context, seen, fields, []));
    expect(after.status).toBe("ready");
    expect(writesOf(account)).toEqual([]);
  });

  test("whose instances never get healthy says which, in what state, and what was tried", async () => {
    const account = await openAccount();
    const { fields, template, tier } = await openGroup(account);
    const broken = { ...tier.template, securityGroupIds: [tier.closed] };
    const { context } = account;
    const next = await account.pass(
      launchTemplate.update(context, template, broken, ["securityGroupIds"]),
    );
    const wanted = { ...fields, launchTemplate: { id: next.id, version: next.outputs.version } };
    const making = account.pass(autoScalingGroup.create(context, names.group, wanted));
    await expect(making).rejects.toThrow(
      /waited \d+ s for every instance[\s\S]*\n {2}i-\w+: is [\s\S]*last scaling activities:\n {2}/,
    );
  });

  test("without capacity fails long before the deadline, with AWS's words", async () => {
    const account = await openAccount();
    const { fields } = await openGroup(account);
    account.sandbox.setFaults({ rules: [{ happening: "capacity" }] });
    const started = account.context.clock.now();
    const making = account.pass(autoScalingGroup.create(account.context, names.group, fields));
    await expect(making).rejects.toThrow(/cannot launch instances: [\s\S]*capacity/i);
    expect(account.context.clock.now() - started).toBeLessThan(10 * 60_000);
  });

  test("that an earlier, forgotten call made is taken as it is", async () => {
    const { account, live, fields } = await open();
    const again = await account.pass(
      autoScalingGroup.create(account.another(), names.group, fields),
    );
    expect(again).toEqual(live);
  });

  test("of somebody else with that name is named, and not touched", async () => {
    const { account, fields } = await open();
    const others = { ...account.context, stack: "others" };
    const sought = [{ ...names.group, fields }];
    const found = await account.pass(autoScalingGroup.findForeign(others, sought));
    expect(found).toMatchObject([{ physicalName: "afterpay-web" }]);
    await expect(
      account.pass(autoScalingGroup.create(others, names.group, fields)),
    ).rejects.toThrow(/does not carry the tags/);
  });

  test("is deleted with its instances, twice if need be", async () => {
    const { account, live } = await open();
    await account.pass(autoScalingGroup.delete(account.context, live));
    await account.pass(autoScalingGroup.delete(account.context, live));
    expect(await account.pass(autoScalingGroup.discover(account.context))).toEqual([]);
  });
});
