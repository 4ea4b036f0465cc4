import type { AutoScalingGroup, Instance } from "@aws-sdk/client-auto-scaling";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { inWords } from "../shared/name-list.ts";
import { type HeldMember, heldNote } from "./lifecycle-hooks.ts";
import { rolledOut } from "./rollout-fields.ts";

/**
 * Whether an instance counts towards the group's desired capacity: it is in service or pending.
 * Instances on standby, detaching, in a warm pool or terminating do not count ("Amazon EC2 Auto
 * Scaling instance lifecycle").
 */
export function countsAsCapacity(lifecycle: string): boolean {
  return lifecycle === "InService" || lifecycle.startsWith("Pending");
}

/**
 * Whether the instance is terminating and no hook holds it: it is gone after draining and shutting
 * down.
 */
export function isLeaving(lifecycle: string): boolean {
  return lifecycle === "Terminating" || lifecycle === "Terminating:Proceed";
}

/** Notes on members that are protected, on standby, or held by a hook. */
export function memberNotes(
  group: AutoScalingGroup,
  held: readonly HeldMember[],
  region: string,
): readonly Note[] {
  const members = group.Instances ?? [];
  const place = { group: group.AutoScalingGroupName ?? "", region };
  const { standby, shielded } = setApart(members);
  return [
    ...(group.NewInstancesProtectedFromScaleIn === true ? [newProtectedNote(place)] : []),
    ...(shielded.length > 0 ? [protectedNote(shielded, place)] : []),
    ...surplusNotes(group, shielded, place),
    ...(standby.length > 0 ? [standbyNote(group, standby, place)] : []),
    ...staleNotes(group, shielded, (ids) => unprotect(ids, place)),
    ...staleNotes(group, standby, (ids) => exitStandby(group, ids, place)),
    ...held.map((each) => heldNote(each, place)),
  ];
}

/** Notes on those of these members that neither a rollout nor a smaller capacity removes. */
export function apartNotes(
  group: AutoScalingGroup,
  members: readonly Instance[],
  region: string,
): readonly Note[] {
  const place = { group: group.AutoScalingGroupName ?? "", region };
  const { standby, shielded } = setApart(members);
  return [
    ...(shielded.length > 0 ? [protectedNote(shielded, place)] : []),
    ...(standby.length > 0 ? [standbyNote(group, standby, place)] : []),
  ];
}

/** Members on standby, and protected members that count towards the capacity. */
function setApart(members: readonly Instance[]) {
  return {
    // Includes those entering standby.
    standby: members.filter(({ LifecycleState }) => LifecycleState?.endsWith("Standby")),
    shielded: members.filter(
      ({ LifecycleState = "", ProtectedFromScaleIn }) =>
        ProtectedFromScaleIn === true && countsAsCapacity(LifecycleState),
    ),
  };
}

interface Place {
  readonly group: string;
  readonly region: string;
}

function unprotect(ids: readonly string[], { group, region }: Place): string {
  return awsCommand(region, "autoscaling set-instance-protection", {
    "auto-scaling-group-name": group,
    "instance-ids": ids,
    "no-protected-from-scale-in": "",
  });
}

function protectedNote(members: readonly Instance[], place: Place): Note {
  const ids = idsOf(members);
  return {
    summary: `${inWords(ids)} ${areOrIs(ids)} protected from scale-in: a rollout does not replace ${themOrIt(ids)}, and a smaller capacity does not remove ${themOrIt(ids)}`,
    remedy: `To let a rollout replace ${themOrIt(ids)}, remove the protection first: ${unprotect(ids, place)}`,
    concerns: { fields: [...rolledOut, "min", "max", "desired"] },
  };
}

/**
 * AWS accepts a smaller capacity, but "the group can't terminate the required number of instances until
 * their instance scale-in protection settings are disabled" ("Use instance scale-in protection").
 */
function surplusNotes(
  group: AutoScalingGroup,
  shielded: readonly Instance[],
  place: Place,
): readonly Note[] {
  const capacity = group.DesiredCapacity ?? 0;
  if (shielded.length <= capacity) return [];
  const ids = idsOf(shielded);
  const run = ids.length === 1 ? "server runs" : "servers run";
  return [
    {
      summary: `${ids.length} ${run} for a capacity of ${capacity}: the group does not terminate servers that are protected from scale-in (${inWords(ids)})`,
      remedy: `To let the group terminate the surplus, remove the protection: ${unprotect(ids, place)}`,
    },
  ];
}

function newProtectedNote({ group, region }: Place): Note {
  const command = awsCommand(region, "autoscaling update-auto-scaling-group", {
    "auto-scaling-group-name": group,
    "no-new-instances-protected-from-scale-in": "",
  });
  return {
    summary:
      "the group protects every new server from scale-in: no rollout replaces such a server, and no smaller capacity removes it",
    remedy: `To stop protecting new servers: ${command}`,
  };
}

function standbyNote(group: AutoScalingGroup, members: readonly Instance[], place: Place): Note {
  const ids = idsOf(members);
  return {
    summary: `${inWords(ids)} ${areOrIs(ids)} on standby: ${theySubject(ids)} no requests, and neither a rollout nor a health check replaces ${themOrIt(ids)}`,
    remedy: `To put ${themOrIt(ids)} back into service: ${exitStandby(group, ids, place)}`,
  };
}

/**
 * Each returning instance raises the desired capacity by one. AWS refuses it beyond the maximum size
 * ("Temporarily remove instances from your Auto Scaling group").
 */
function exitStandby(
  { DesiredCapacity: capacity = 0, MaxSize: max = 0 }: AutoScalingGroup,
  ids: readonly string[],
  { group, region }: Place,
): string {
  const exit = awsCommand(region, "autoscaling exit-standby", {
    "auto-scaling-group-name": group,
    "instance-ids": ids,
  });
  const needed = capacity + ids.length;
  if (needed <= max) return exit;
  const raise = awsCommand(region, "autoscaling update-auto-scaling-group", {
    "auto-scaling-group-name": group,
    "max-size": String(needed),
  });
  return `${raise} and then: ${exit} (the next apply sets the group's size back to the stack file's)`;
}

/** After a rollout skipped these members, only this note says that they run an old version. */
function staleNotes(
  group: AutoScalingGroup,
  members: readonly Instance[],
  command: (ids: readonly string[]) => string,
): readonly Note[] {
  const wanted = group.LaunchTemplate;
  if (wanted === undefined) return [];
  return members.flatMap(({ InstanceId: id = "", LaunchTemplate: own }) => {
    if (own === undefined) return [];
    const same = own.LaunchTemplateId === wanted.LaunchTemplateId && own.Version === wanted.Version;
    if (same) return [];
    const runs =
      own.LaunchTemplateId === wanted.LaunchTemplateId
        ? `version ${own.Version} of the launch template, while the group uses version ${wanted.Version}`
        : `the launch template ${own.LaunchTemplateId}, while the group uses ${wanted.LaunchTemplateId}`;
    return [
      {
        summary: `${id} still runs ${runs}: a rollout does not replace it while it is protected or on standby`,
        remedy: `To let the next apply replace it: ${command([id])}`,
      },
    ];
  });
}

function idsOf(members: readonly Instance[]): readonly string[] {
  return members.map(({ InstanceId = "" }) => InstanceId).toSorted();
}

function areOrIs({ length }: readonly string[]): string {
  return length === 1 ? "is" : "are";
}

function themOrIt({ length }: readonly string[]): string {
  return length === 1 ? "it" : "them";
}

function theySubject({ length }: readonly string[]): string {
  return length === 1 ? "it gets" : "they get";
}
