import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { lookAtGroup } from "../../../src/resources/auto-scaling-group/look-ups.ts";
import { waitUntilHealthy } from "../../../src/resources/auto-scaling-group/wait-until-healthy.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";

describe("a rollout under way", () => {
  test("ends when somebody suspends what it needs, and goes on once that is resumed", async () => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields, tier, template } = await openGroup(account);
    const live = await pass(autoScalingGroup.create(context, names.group, fields));
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
    const { id, version } = next.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const rolling = autoScalingGroup.update(context, live, wanted, ["launchTemplate"]);
    const ending = expect(rolling).rejects.toThrow(
      /the rollout of afterpay-web has to replace instances, but this process is suspended: InstanceRefresh \(User/,
    );
    await pass(context.clock.sleep(30_000));
    const processes = {
      AutoScalingGroupName: live.physicalName,
      ScalingProcesses: ["InstanceRefresh"],
    };
    await sandbox.call("autoscaling", "SuspendProcesses", processes);
    const suspendedAt = context.clock.now();
    await pass(ending);
    expect(context.clock.now() - suspendedAt).toBeLessThan(30_000);
    const found = await theOnly(account, autoScalingGroup);
    expect(found.notes?.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^InstanceRefresh is suspended/),
    ]);
    expect(found.fields.suspended).toMatchObject([{ process: "InstanceRefresh" }]);
    await sandbox.call("autoscaling", "ResumeProcesses", processes);
    account.takeCalls();
    await pass(autoScalingGroup.update(context, found, wanted, ["launchTemplate"]));
    const calls = account.takeCalls().map(({ operation }) => operation);
    expect(calls).not.toContain("autoscaling:StartInstanceRefresh");
    expect((await theOnly(account, autoScalingGroup)).fields.launchTemplate).toEqual({
      id,
      version,
    });
  });
});

describe("a wait for health with health checks suspended", () => {
  test("leaves a new server its grace period, and no longer", async () => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields, tier, template } = await openGroup(account);
    // Behind this group, nobody's checks come through.
    const data = { ...tier.template, securityGroupIds: [tier.closed] };
    const broken = await pass(launchTemplate.update(context, template, data, ["securityGroupIds"]));
    const { id, version } = broken.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const startedAt = context.clock.now();
    const creating = autoScalingGroup.create(context, names.group, wanted);
    const ending = expect(creating).rejects.toThrow(
      /fails its health checks and has to be replaced, but this process is suspended: HealthCheck/,
    );
    await pass(context.clock.sleep(10_000));
    await sandbox.call("autoscaling", "SuspendProcesses", {
      AutoScalingGroupName: names.group.physicalName,
      ScalingProcesses: ["HealthCheck"],
    });
    await pass(ending);
    const seconds = (context.clock.now() - startedAt) / 1000;
    expect(seconds).toBeGreaterThan(fields.healthCheckGrace);
    expect(seconds).toBeLessThan(fields.healthCheckGrace + 60);
  });

  test.each([
    ["behind a load balancer", true],
    ["without one", false],
  ])("ends at once for a server that is gone, %s", async (_, balanced) => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields } = await openGroup(account);
    const wanted: typeof fields = balanced
      ? fields
      : { ...fields, healthCheckType: "EC2", loadBalancers: [] };
    const made = await pass(autoScalingGroup.create(context, names.group, wanted));
    await sandbox.call("autoscaling", "SuspendProcesses", {
      AutoScalingGroupName: made.physicalName,
      ScalingProcesses: ["HealthCheck"],
    });
    const { Instances: [{ InstanceId: id = "" } = {}] = [] } =
      (await look(account, made.physicalName)) ?? {};
    await pass(account.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await pass(context.clock.sleep(120_000));
    const startedAt = context.clock.now();
    const waiting = waitUntilHealthy(context, made.physicalName, 120, () =>
      look(account, made.physicalName),
    );
    await expect(pass(waiting)).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(
          `^${id} is terminated in EC2 and has to be replaced, but this process is suspended: HealthCheck`,
        ),
      ),
      remedy: expect.stringContaining("--scaling-processes HealthCheck"),
    });
    expect(context.clock.now() - startedAt).toBeLessThan(10_000);
  });
});

function look({ context }: Account, name: string) {
  return lookAtGroup(context, name);
}
