import {
  type Alarm,
  alarmArn,
  alarms as alarmTable,
  findAlarm,
  putAlarm,
  removeAlarms,
} from "../cloud-watch/alarms.ts";
import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import type { Group } from "./group.ts";
import {
  isTracking,
  type ScalingPolicy,
  type TrackingAlarms,
  type TrackingPolicy,
} from "./scaling-policy.ts";
import { trackedMetric } from "./tracked-metric.ts";

/** The names of the alarms of a policy. Those that it already has are kept. */
export function alarmNames(
  region: Region,
  group: Group,
  scaleIn: boolean,
  before: TrackingAlarms | undefined,
): TrackingAlarms {
  const name = (direction: "High" | "Low") =>
    `TargetTracking-${group.name}-Alarm${direction}-${uuid(region)}`;
  const high = before?.high ?? name("High");
  return scaleIn ? { high, low: before?.low ?? name("Low") } : { high };
}

/** Creates the alarms of a target tracking policy that are missing, and updates the others. */
export function putTrackingAlarms(region: Region, group: Group, policy: TrackingPolicy): void {
  const { alarms, target } = policy.scaling;
  putAlarm(
    region,
    trackingAlarm(group, policy, {
      name: alarms.high,
      comparison: "GreaterThanThreshold",
      threshold: target,
      evaluationPeriods: 3,
    }),
  );
  if (alarms.low === undefined) return;
  putAlarm(
    region,
    trackingAlarm(group, policy, {
      name: alarms.low,
      comparison: "LessThanThreshold",
      threshold: target * 0.9,
      evaluationPeriods: 15,
    }),
  );
}

/** With the description that AWS gives its own alarms. */
function trackingAlarm(
  group: Group,
  { arn, scaling }: TrackingPolicy,
  limit: Pick<Alarm, "name" | "comparison" | "threshold" | "evaluationPeriods">,
): Alarm {
  return {
    ...limit,
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${arn}.`,
    actionsEnabled: true,
    actions: { ALARM: [arn], OK: [], INSUFFICIENT_DATA: [] },
    measured: { ...trackedMetric(group, scaling), period: 60 },
    missingData: "missing",
  };
}

/** The alarms of a policy, as answers have them: its own ones, or those that people made for it. */
export function describeAlarms(region: Region, policy: ScalingPolicy) {
  return alarmsOf(region, policy).map((AlarmName) => ({
    AlarmName,
    AlarmARN: alarmArn(region, AlarmName),
  }));
}

function alarmsOf(region: Region, policy: ScalingPolicy): string[] {
  if (isTracking(policy)) {
    const { high, low } = policy.scaling.alarms;
    return low === undefined ? [high] : [high, low];
  }
  return region
    .table(alarmTable)
    .all()
    .map(({ alarm }) => alarm)
    .filter(({ actions }) => Object.values(actions).some((arns) => arns.includes(policy.arn)))
    .map(({ name }) => name);
}

/**
 * A policy goes. Its own alarms go with it. "Deleting a step scaling policy or a simple scaling policy
 * deletes the underlying alarm action, but it does not delete the CloudWatch alarm, even if it no longer has
 * an associated action" (User Guide, "Delete a scaling policy").
 *
 * @param orphans whether alarms that have no action left go, too: "Deleting a group deletes […] any alarm
 * that no longer has an associated action" (API reference of DeleteAutoScalingGroup).
 */
export function forgetAlarms(
  region: Region,
  policy: ScalingPolicy,
  orphans: "keep" | "delete",
): void {
  const names = alarmsOf(region, policy);
  if (isTracking(policy)) {
    removeAlarms(region, names);
    return;
  }
  for (const name of names) {
    const alarm = findAlarm(region, name)?.alarm;
    if (alarm === undefined) continue;
    const left = (arns: readonly string[]) => arns.filter((arn) => arn !== policy.arn);
    const actions = {
      ALARM: left(alarm.actions.ALARM),
      OK: left(alarm.actions.OK),
      INSUFFICIENT_DATA: left(alarm.actions.INSUFFICIENT_DATA),
    };
    const isOrphan = Object.values(actions).every((arns) => arns.length === 0);
    if (isOrphan && orphans === "delete") removeAlarms(region, [name]);
    else putAlarm(region, { ...alarm, actions });
  }
}
