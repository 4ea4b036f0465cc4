import type { RefreshPreferences as PreferencesInput } from "@aws-sdk/client-auto-scaling";
import { alarms, findAlarm } from "../cloud-watch/alarms.ts";
import type { Region } from "../region.ts";
import { validationError } from "./group.ts";
import type { InstanceRefresh } from "./refresh-record.ts";

/** "You can specify up to 10 alarms" (AlarmSpecification, API Reference). */
const MAX_ALARMS = 10;

/** Two days: "Valid Range: Minimum value of 0. Maximum value of 172800" (RefreshPreferences, API Reference). */
const MAX_BAKE_SECONDS = 172_800;

/** The alarms that a refresh is to watch, by name. @throws AwsError ValidationError. */
export function readAlarmNames(region: Region, input: PreferencesInput): readonly string[] {
  const names = [...new Set(input.AlarmSpecification?.Alarms)];
  if (names.length > MAX_ALARMS) {
    throw validationError(
      `You can specify up to ${MAX_ALARMS} alarms in the AlarmSpecification, got ${names.length}.`,
    );
  }
  const unknown = names.filter((name) => region.table(alarms).use(name) === undefined);
  if (unknown.length > 0) {
    throw validationError(`The CloudWatch alarms [${unknown.join(", ")}] do not exist.`);
  }
  return names;
}

/** @throws AwsError ValidationError. */
export function readBakeTime(seconds: number | undefined): number {
  if (seconds === undefined) return 0;
  const constraint =
    seconds < 0
      ? "greater than or equal to 0"
      : seconds > MAX_BAKE_SECONDS
        ? `less than or equal to ${MAX_BAKE_SECONDS}`
        : undefined;
  if (constraint === undefined) return seconds;
  throw validationError(
    `1 validation error detected: Value '${seconds}' at 'preferences.bakeTime' failed to satisfy constraint: Member must have value ${constraint}`,
  );
}

/**
 * Why the alarms of a refresh end it. "CloudWatch alarms can be used to identify any issues and fail the operation if an
 * alarm threshold is met" (RefreshPreferences, API Reference): also one that was in ALARM before. An alarm that somebody
 * has deleted does not count.
 */
export function alarmFailure(region: Region, refresh: InstanceRefresh): string | undefined {
  if (refresh.rollback !== undefined) return undefined;
  const ringing = (refresh.preferences.alarms ?? []).filter(
    (name) => findAlarm(region, name)?.state === "ALARM",
  );
  if (ringing.length === 0) return undefined;
  return `The following CloudWatch alarms are in the ALARM state: [${ringing.join(", ")}].`;
}
