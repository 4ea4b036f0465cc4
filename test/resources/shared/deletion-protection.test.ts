import { describe, expect, test } from "vitest";
import {
  groupProtection,
  imageProtection,
  instanceProtection,
} from "../../../src/resources/shared/deletion-protection.ts";

const region = "eu-west-1";
const byFile =
  "To delete it, write protect: false under scaling in the stack file, apply that alone, without what replaces the object, then run the same command again. Without the file: ";
const takeOff = "To delete it, remove the protection, then run the same command again: ";

describe("what is protected from deletion is said before the first delete", () => {
  const group = {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: new Date(0),
  };

  test("of a group", () => {
    const level = "prevent-force-deletion" as const;
    expect(groupProtection({ ...group, DeletionProtection: level }, region)).toEqual([
      {
        severity: "error",
        summary:
          "the group's deletion protection is prevent-force-deletion: AWS refuses to delete the group together with its servers",
        remedy: `${byFile}aws autoscaling update-auto-scaling-group --auto-scaling-group-name web --deletion-protection none --region eu-west-1`,
        concerns: { deletion: true },
      },
    ]);
    expect(groupProtection(group, region)).toEqual([]);
    expect(groupProtection({ ...group, DeletionProtection: "none" }, region)).toEqual([]);
  });

  test("of an instance, by either protection", () => {
    const command = "aws ec2 modify-instance-attribute --instance-id i-1";
    expect(instanceProtection("i-1", region)).toEqual([
      {
        severity: "error",
        summary: "i-1 has termination or stop protection: AWS refuses to terminate it",
        remedy: `${takeOff}${command} --no-disable-api-termination --region eu-west-1 and ${command} --no-disable-api-stop --region eu-west-1`,
        concerns: { deletion: true },
      },
    ]);
  });

  test.each([
    [
      "enabled-with-cooldown",
      " If the protection has a cooldown, AWS refuses for another 24 hours after that.",
    ],
    ["enabled-without-cooldown", ""],
  ])("of an image, %s, which an apply leaves alone", (level, meanwhile) => {
    const command =
      "aws ec2 disable-image-deregistration-protection --image-id ami-1 --region eu-west-1";
    const image = { ImageId: "ami-1", DeregistrationProtection: level };
    const summary = `ami-1 is protected from deregistration (${level})`;
    expect(imageProtection(image, region)).toEqual([
      {
        severity: "error",
        summary: `${summary}: AWS refuses to deregister it`,
        remedy: `${takeOff}${command}${meanwhile && `.${meanwhile}`}`,
        concerns: { deletion: true },
      },
      {
        summary: `${summary}, so it stays with its snapshots although image.keep allows fewer images`,
        remedy: `To let the next apply deregister it, remove the protection: ${command}.${meanwhile} To keep it, raise image.keep in the stack file.`,
        concerns: { pruning: true },
      },
    ]);
  });

  test.each([undefined, "disabled"])("of no image whose protection is %s", (level) => {
    const image = { ImageId: "ami-1", DeregistrationProtection: level };
    expect(imageProtection(image, region)).toEqual([]);
  });
});
