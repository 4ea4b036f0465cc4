import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Image } from "@aws-sdk/client-ec2";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import { unprotectCommands } from "./instances.ts";

/**
 * AWS refuses to delete a protected object. This is an error before the first delete: a half-deleted
 * tier is worse than a complete one.
 */
function protectionNote(summary: string, command: string): Note {
  return noteWith(
    summary,
    `To delete it, remove the protection, then run the same command again: ${command}`,
  );
}

/** The protection that a stack file sets and removes. */
function protectionByFile(summary: string, command: string): Note {
  return noteWith(
    summary,
    `To delete it, write protect: false under scaling in the stack file, apply that alone, without what replaces the object, then run the same command again. Without the file: ${command}`,
  );
}

function noteWith(summary: string, remedy: string): Note {
  return { severity: "error", summary, remedy, concerns: { deletion: true } };
}

/** For an Auto Scaling group, which is deleted together with its instances (ForceDelete). */
export function groupProtection(group: AutoScalingGroup, region: string): readonly Note[] {
  const { DeletionProtection: level = "none", AutoScalingGroupName: name = "" } = group;
  if (level === "none") return [];
  const command = awsCommand(region, "autoscaling update-auto-scaling-group", {
    "auto-scaling-group-name": name,
    "deletion-protection": "none",
  });
  return [
    protectionByFile(
      `the group's deletion protection is ${level}: AWS refuses to delete the group together with its servers`,
      command,
    ),
  ];
}

/** For an application load balancer. */
export function loadBalancerProtection(arn: string, region: string): readonly Note[] {
  const command = awsCommand(region, "elbv2 modify-load-balancer-attributes", {
    "load-balancer-arn": arn,
    attributes: "Key=deletion_protection.enabled,Value=false",
  });
  return [
    protectionByFile(
      "the load balancer has deletion protection: AWS refuses to delete it",
      command,
    ),
  ];
}

/** For an instance outside a group. Auto Scaling itself ignores this protection. */
export function instanceProtection(id: string, region: string): readonly Note[] {
  const commands = unprotectCommands(id, region).join(" and ");
  return [
    protectionNote(
      `${id} has termination or stop protection: AWS refuses to terminate it`,
      commands,
    ),
  ];
}

/**
 * For an image. Whoever protects an image wants it to stay, so an apply does not delete it when it
 * exceeds `image.keep`.
 */
export function imageProtection(image: Image, region: string): readonly Note[] {
  const { DeregistrationProtection: level = "disabled", ImageId: id = "" } = image;
  if (level === "disabled") return [];
  const command = awsCommand(region, "ec2 disable-image-deregistration-protection", {
    "image-id": id,
  });
  const summary = `${id} is protected from deregistration (${level})`;
  // "… enforces deregistration protection for 24 hours after deregistration protection is disabled"
  // ("EnableImageDeregistrationProtection", API reference).
  const meanwhile =
    level === "enabled-without-cooldown"
      ? ""
      : " If the protection has a cooldown, AWS refuses for another 24 hours after that.";
  return [
    protectionNote(
      `${summary}: AWS refuses to deregister it`,
      `${command}${meanwhile && `.${meanwhile}`}`,
    ),
    {
      summary: `${summary}, so it stays with its snapshots although image.keep allows fewer images`,
      remedy: `To let the next apply deregister it, remove the protection: ${command}.${meanwhile} To keep it, raise image.keep in the stack file.`,
      concerns: { pruning: true },
    },
  ];
}
