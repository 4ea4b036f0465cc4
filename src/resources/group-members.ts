import type { AutoScalingGroup, Instance } from "@aws-sdk/client-auto-scaling";
import type { Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import { type HeldMember, heldNote } from "./lifecycle-hooks.ts";
import { inWords } from "./name-list.ts";
import { rolledOut } from "./rollout-fields.ts";

/**
 * Whether an instance counts towards the group's desired capacity: it is on its way into service, or
 * there. What somebody put on standby or detaches, what waits in a warm pool and what is on its way out
 * counts neither for it nor against it ("Amazon EC2 Auto Scaling instance lifecycle").
 */
export function countsAsCapacity(lifecycle: string): boolean {
  return lifecycle === "InService" || lifecycle.startsWith("Pending");
}

/** On its way out, with nothing that holds it: gone within a drain and a shutdown. */
export function isLeaving(lifecycle: string): boolean {
  return lifecycle === "Terminating" || lifecycle === "Terminating:Proceed";
}

/** What a plan and a status tell of members that somebody has set apart, or that a hook holds. */
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

/** Of these members, which neither a rollout nor a smaller capacity removes, and why. */
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

/** Those on standby, and those that count and are protected. */
function setApart(members: readonly Instance[]) {
  return {
    // Those that enter it, too.
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
    summary: `${inWords(ids)} ${areOrIs(ids)} protected from scale-in: a rollout leaves ${themOrIt(ids)} as ${theyOrIt(ids)}, and so does a smaller capacity`,
    remedy: `To have ${themOrIt(ids)} replaced, too, take the protection off first: ${unprotect(ids, place)}`,
    concerns: { fields: [...rolledOut, "min", "max", "desired"] },
  };
}

/**
 * A smaller capacity is set, and "the group can't terminate the required number of instances until
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
      summary: `${ids.length} ${run} for a capacity of ${capacity}: the group removes none that is protected from scale-in, as ${inWords(ids)} ${areOrIs(ids)}`,
      remedy: `To have the group remove what is too much, take the protection off: ${unprotect(ids, place)}`,
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
    remedy: `When that is not wanted, let it protect no new ones: ${command}`,
  };
}

function standbyNote(group: AutoScalingGroup, members: readonly Instance[], place: Place): Note {
  const ids = idsOf(members);
  return {
    summary: `${inWords(ids)} ${areOrIs(ids)} on standby: ${theySubject(ids)} no requests, and neither a rollout nor a repair touches ${themOrIt(ids)}`,
    remedy: `To put ${themOrIt(ids)} back into service: ${exitStandby(group, ids, place)}`,
  };
}

/**
 * Each that comes back raises the desired capacity by one, and AWS refuses it beyond the maximum
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
  return `${raise} and then: ${exit} (the next apply takes the capacity back to what the file says)`;
}

/** Once a rollout has left them, nothing else tells that they are not as wanted. */
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
        ? `version ${own.Version} of the launch template, and the group's is ${wanted.Version}`
        : `the launch template ${own.LaunchTemplateId}, and the group's is ${wanted.LaunchTemplateId}`;
    return [
      {
        summary: `${id} still runs ${runs}: a rollout leaves it alone as long as it is set apart`,
        remedy: `Let it take part again; the next apply replaces it: ${command([id])}`,
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

function theyOrIt({ length }: readonly string[]): string {
  return length === 1 ? "it is" : "they are";
}

function theySubject({ length }: readonly string[]): string {
  return length === 1 ? "it gets" : "they get";
}
