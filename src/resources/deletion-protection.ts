import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Image } from "@aws-sdk/client-ec2";
import type { Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import { unprotectCommands } from "./instances.ts";

/**
 * What somebody has protected, AWS refuses to delete. It is told as an error before the first delete:
 * a tier half gone is worse than one that stands.
 */
function protectionNote(summary: string, command: string): Note {
  return {
    severity: "error",
    summary,
    remedy: `If it is to go, take the protection off, then run the same command again: ${command}`,
    concerns: { deletion: true },
  };
}

/** Of an Auto Scaling group, which is deleted with its instances, by force. */
export function groupProtection(group: AutoScalingGroup, region: string): readonly Note[] {
  const { DeletionProtection: level = "none", AutoScalingGroupName: name = "" } = group;
  if (level === "none") return [];
  const command = awsCommand(region, "autoscaling update-auto-scaling-group", {
    "auto-scaling-group-name": name,
    "deletion-protection": "none",
  });
  return [
    protectionNote(
      `the group's deletion protection is ${level}: AWS refuses to delete it together with its servers`,
      command,
    ),
  ];
}

/** Of an instance that no group terminates: Auto Scaling itself would not be kept from it. */
export function instanceProtection(id: string, region: string): readonly Note[] {
  const commands = unprotectCommands(id, region).join(" and ");
  return [
    protectionNote(`${id} is protected from being terminated or stopped: AWS refuses it`, commands),
  ];
}

/**
 * Of an image: "disabled", or how it is enabled. Whoever protects one wants it to stay, so an apply
 * that no longer keeps it leaves it alone.
 */
export function imageProtection(image: Image, region: string): readonly Note[] {
  const { DeregistrationProtection: level = "disabled", ImageId: id = "" } = image;
  if (level === "disabled") return [];
  const command = awsCommand(region, "ec2 disable-image-deregistration-protection", {
    "image-id": id,
  });
  const summary = `${id} is protected from being deregistered (${level})`;
  // "… enforces deregistration protection for 24 hours after deregistration protection is disabled"
  // ("EnableImageDeregistrationProtection", API reference).
  const meanwhile =
    level === "enabled-without-cooldown"
      ? ""
      : " With a cooldown, AWS goes on to refuse it for 24 hours after that.";
  return [
    protectionNote(`${summary}: AWS refuses it`, `${command}${meanwhile && `.${meanwhile}`}`),
    {
      summary: `${summary}, so it stays with its snapshots, though the stack file keeps fewer images`,
      remedy: `To have the next apply deregister it, take the protection off: ${command}.${meanwhile} To keep it for good, raise image.keep in the stack file.`,
      concerns: { pruning: true },
    },
  ];
}
