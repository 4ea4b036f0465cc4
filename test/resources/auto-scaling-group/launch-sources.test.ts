import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { launchFrom } from "../../../src/resources/auto-scaling-group/changes.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { fieldsOf } from "../../../src/resources/auto-scaling-group/live.ts";
import { templatesRunning } from "../../../src/resources/auto-scaling-group/running-templates.ts";
import { openAccount, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";

const template = { LaunchTemplateId: "lt-1", Version: "3" };

function groupWith(more: Partial<AutoScalingGroup>): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "EC2",
    CreatedTime: new Date(0),
    ...more,
  };
}

describe("what a group launches from", () => {
  test.each(["$Latest", "$Default"])(
    "is told where it is %s, whatever its servers run",
    (version) => {
      const because = (running: string, other?: string) =>
        autoScalingGroup.fields.launchTemplate.because?.(
          {
            id: "lt-1",
            version: running,
            ...(other !== undefined && { others: [{ id: "lt-1", version: other }] }),
          },
          { id: "lt-1", version: "1" },
        );
      const words = `the group launches from ${version}, which changes with the launch template: set version 1, and replace servers that run another version`;
      expect(because(version)).toBe(words);
      expect(because(version, "1")).toBe(words);
      expect(because("1", "2")).toMatch(/^not all instances run the same launch template version/);
    },
  );

  test("is its launch template, with nothing around it", () => {
    expect(fieldsOf(groupWith({ LaunchTemplate: template }))).toMatchObject({
      launchTemplate: { id: "lt-1", version: "3" },
      mixedInstancesPolicy: null,
      launchConfiguration: null,
    });
  });

  test("may be a policy's template, with types beside it", () => {
    const Overrides = [{ InstanceType: "t3.large" }];
    const fields = fieldsOf(
      groupWith({
        MixedInstancesPolicy: {
          LaunchTemplate: { LaunchTemplateSpecification: template, Overrides },
        },
      }),
    );
    expect(fields.mixedInstancesPolicy).toMatchObject({ instanceTypes: ["t3.large"] });
    expect(fields.launchTemplate).toEqual({ id: "lt-1", version: "3" });
  });

  test("may be a launch configuration, of which its instances tell, too", () => {
    const group = groupWith({
      LaunchConfigurationName: "by-hand",
      Instances: [
        {
          InstanceId: "i-1",
          AvailabilityZone: "a",
          LifecycleState: "InService",
          HealthStatus: "Healthy",
          ProtectedFromScaleIn: false,
          LaunchConfigurationName: "by-hand",
        },
      ],
    });
    expect(fieldsOf(group).launchConfiguration).toBe("by-hand");
    const own = { id: "launch configuration by-hand", version: "none" };
    expect(templatesRunning(group)).toEqual([own]);
    expect(templatesRunning({ ...group, Instances: [] })).toEqual([own]);
  });
});

test("a policy that is still there after a rollout is replaced by the template alone", async () => {
  const account = await openAccount();
  const { context, pass, sandbox } = account;
  const { fields } = await openGroup(account);
  const { id, version } = fields.launchTemplate;
  const alone = { template: { id, version }, mixed: null };
  const live = await pass(autoScalingGroup.create(context, names.group, fields));
  await sandbox.call("autoscaling", "UpdateAutoScalingGroup", {
    AutoScalingGroupName: live.physicalName,
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: id, Version: version },
        Overrides: [{ InstanceType: "t3.small" }],
      },
    },
  });
  const found = await theOnly(account, autoScalingGroup);
  expect(found.fields).toMatchObject({
    mixedInstancesPolicy: { instanceTypes: ["t3.small"], onDemandBase: 0, spotShare: 0 },
    launchTemplate: fields.launchTemplate,
  });
  await pass(launchFrom(context, live.physicalName, alone));
  expect((await theOnly(account, autoScalingGroup)).fields.mixedInstancesPolicy).toBeNull();
  account.takeCalls();
  await pass(launchFrom(context, live.physicalName, alone));
  expect(account.takeCalls().map(({ operation }) => operation)).toEqual([
    "autoscaling:DescribeAutoScalingGroups",
  ]);
});
