import { describe, expect, test } from "vitest";
import {
  groupProtection,
  imageProtection,
  instanceProtection,
} from "../../src/resources/deletion-protection.ts";

const region = "eu-west-1";
const takeOff = "If it is to go, take the protection off, then run the same command again: ";

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
          "the group's deletion protection is prevent-force-deletion: AWS refuses to delete it together with its servers",
        remedy: `${takeOff}aws autoscaling update-auto-scaling-group --auto-scaling-group-name web --deletion-protection none --region eu-west-1`,
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
        summary: "i-1 is protected from being terminated or stopped: AWS refuses it",
        remedy: `${takeOff}${command} --no-disable-api-termination --region eu-west-1 and ${command} --no-disable-api-stop --region eu-west-1`,
        concerns: { deletion: true },
      },
    ]);
  });

  test("of an image", () => {
    const image = { ImageId: "ami-1", DeregistrationProtection: "enabled-with-cooldown" };
    expect(imageProtection(image, region)).toEqual([
      {
        severity: "error",
        summary:
          "ami-1 is protected from being deregistered (enabled-with-cooldown): AWS refuses it",
        remedy: `If an apply is to leave it beside its successor, raise image.keep in the stack file. ${takeOff}aws ec2 disable-image-deregistration-protection --image-id ami-1 --region eu-west-1`,
        concerns: { deletion: true },
      },
    ]);
    expect(imageProtection({ ImageId: "ami-1" }, region)).toEqual([]);
    expect(
      imageProtection({ ImageId: "ami-1", DeregistrationProtection: "disabled" }, region),
    ).toEqual([]);
  });
});
