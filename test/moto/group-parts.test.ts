import {
  CreateAutoScalingGroupCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  PutLifecycleHookCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type {
  AutoScalingGroupFields,
  GroupUpdate,
} from "../../src/resources/auto-scaling-group/fields.ts";
import {
  dropHooks,
  lookUpHooks,
  setHooks,
} from "../../src/resources/auto-scaling-group/group-hooks.ts";
import { toLiveGroup } from "../../src/resources/auto-scaling-group/live.ts";
import { lookAtGroup } from "../../src/resources/auto-scaling-group/look-ups.ts";
import { recordedParts } from "../../src/resources/auto-scaling-group/recorded-parts.ts";
import {
  lookUpPolicies,
  noPolicies,
  setPolicies,
} from "../../src/resources/auto-scaling-group/scaling-policies.ts";
import {
  lookUpSchedule,
  setSchedule,
} from "../../src/resources/auto-scaling-group/scheduled-actions.ts";
import type { ResourceContext } from "../../src/resources/shared/context.ts";
import { ours } from "../resources/answers.ts";
import { fields as withoutParts } from "../resources/auto-scaling-group/web-group.ts";
import { python } from "./account.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";
import { contextOf } from "./resource-context.ts";

/** The parts of a group that have calls of their own, at an Auto Scaling that others have written. */

const name = "afterpay-web";

let moto: MotoServer;
let context: ResourceContext;

beforeAll(async () => {
  moto = await startMoto(python());
});

afterAll(() => moto.stop());

beforeEach(async () => {
  await moto.reset();
  context = contextOf(moto.url);
  const { ec2, autoScaling } = context.clients;
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: { ImageId: "ami-0a1b2c3d4e5f60002", InstanceType: "t3.micro" },
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateName: name, Version: "1" },
      MinSize: 0,
      MaxSize: 4,
      AvailabilityZones: ["ap-southeast-2a"],
      Tags: ours("auto-scaling-group/web", {}).map((tag) => ({ ...tag, PropagateAtLaunch: true })),
    }),
  );
});

async function update(more: Partial<AutoScalingGroupFields>): Promise<GroupUpdate> {
  const group = await lookAtGroup(context, name);
  if (group === undefined) throw new Error("the group does not exist");
  const fields = { ...withoutParts, ...more };
  const live = toLiveGroup(group, context, "ready");
  return { context, live, fields, eventual: fields };
}

/** In the order of an update of the group. */
async function changeHooks(hooks: AutoScalingGroupFields["hooks"]): Promise<void> {
  const input = await update({ hooks });
  await dropHooks(input);
  await setHooks(input);
}

async function parts() {
  const group = await lookAtGroup(context, name);
  return group && recordedParts(group);
}

test("targets are set, found, changed and deleted, and other people's policies stay", async () => {
  const { autoScaling } = context.clients;
  const other = { PolicyName: "by-hand", AdjustmentType: "ChangeInCapacity", ScalingAdjustment: 1 };
  await autoScaling.send(new PutScalingPolicyCommand({ AutoScalingGroupName: name, ...other }));
  const requestSource = {
    loadBalancer: "app/web/0123456789abcdef",
    targetGroup: "targetgroup/web/0123456789abcdef",
  };
  const both = {
    ...noPolicies,
    cpuTarget: 50,
    requestTarget: 1000,
    requestSource,
    scaleIn: true,
  };
  await setPolicies(await update(both));
  expect(await lookUpPolicies(context, name)).toEqual(both);
  expect(await parts()).toEqual(["policies"]);

  const one = { ...noPolicies, cpuTarget: 60, scaleIn: false };
  await setPolicies(await update(one));
  expect(await lookUpPolicies(context, name)).toEqual(one);

  await setPolicies(await update(noPolicies));
  expect(await lookUpPolicies(context, name)).toEqual(noPolicies);
  expect(await parts()).toEqual([]);
  const { ScalingPolicies } = await autoScaling.send(new DescribePoliciesCommand({}));
  expect(ScalingPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(["by-hand"]);
});

test("a schedule is set, found, changed and deleted, and other people's actions stay", async () => {
  const { autoScaling } = context.clients;
  await autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName: name,
      ScheduledActionName: "sale",
      Recurrence: "0 0 1 1 *",
      MinSize: 4,
    }),
  );
  const days = { name: "days", at: "0 7 * * *", zone: "Australia/Sydney", min: 3, max: 6 };
  const nights = { name: "nights", at: "0 20 * * *", zone: "Etc/UTC", min: 1, max: null };
  const schedule = [
    { ...days, servers: null },
    { ...nights, servers: 2 },
  ];
  await setSchedule(await update({ schedule }));
  expect(await lookUpSchedule(context, name)).toEqual(schedule);
  expect(await parts()).toEqual(["schedule"]);

  const changed = [{ ...days, max: null, servers: null }];
  await setSchedule(await update({ schedule: changed }));
  expect(await lookUpSchedule(context, name)).toEqual(changed);

  await setSchedule(await update({ schedule: [] }));
  expect(await parts()).toEqual([]);
  const { ScheduledUpdateGroupActions: left } = await autoScaling.send(
    new DescribeScheduledActionsCommand({}),
  );
  expect(left?.map(({ ScheduledActionName }) => ScheduledActionName)).toEqual(["sale"]);
});

test("hooks are set, found, changed and deleted, and other people's hooks stay", async () => {
  const { autoScaling } = context.clients;
  await autoScaling.send(
    new PutLifecycleHookCommand({
      AutoScalingGroupName: name,
      LifecycleHookName: "by-hand",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    }),
  );
  const launch = { at: "launch", timeout: 300, failed: "abandon" } as const;
  const terminate = { at: "terminate", timeout: 60, failed: "continue" } as const;
  await changeHooks([launch, terminate]);
  // moto answers a target of its own, which nobody has set.
  const invented = { other: "tells arn:aws:sqs:us-east-1:123456789012:my-queue" };
  expect(await lookUpHooks(context, name)).toEqual([
    { ...launch, ...invented },
    { ...terminate, ...invented },
  ]);
  expect(await parts()).toEqual(["hooks"]);

  const slower = { ...launch, timeout: 600 };
  await changeHooks([slower]);
  expect(await lookUpHooks(context, name)).toEqual([{ ...slower, ...invented }]);

  await changeHooks([]);
  expect(await parts()).toEqual([]);
  const { LifecycleHooks } = await autoScaling.send(
    new DescribeLifecycleHooksCommand({ AutoScalingGroupName: name }),
  );
  expect(LifecycleHooks?.map(({ LifecycleHookName }) => LifecycleHookName)).toEqual(["by-hand"]);
});
