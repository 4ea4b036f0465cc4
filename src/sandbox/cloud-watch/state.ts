import type { Region } from "../region.ts";
import type { StoredAlarm } from "./alarms.ts";
import { record } from "./history.ts";
import { type AlarmState, alarmActs, alarmStateChanged } from "./signals.ts";

/** A state and why an alarm is in it. */
interface StateUpdate {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  /** The newest evaluated datapoint. */
  readonly value: number | undefined;
}

/** Sets the state of an alarm. If it is another one, its actions follow. */
export function setState(region: Region, stored: StoredAlarm, update: StateUpdate): void {
  const { state: previous } = stored;
  const before = written(previous, stored.reason, stored.reasonData);
  stored.state = update.state;
  stored.reason = update.reason;
  if (update.reasonData === undefined) delete stored.reasonData;
  else stored.reasonData = update.reasonData;
  stored.stateUpdatedAt = region.now;
  if (previous === update.state) return;
  stored.stateChangedAt = region.now;
  record(
    region,
    stored.alarm.name,
    "StateUpdate",
    `Alarm updated from ${previous} to ${update.state}`,
    { oldState: before, newState: written(update.state, update.reason, update.reasonData) },
  );
  region.signal(alarmStateChanged, stored.alarm.name);
  for (const action of actionsOf(stored)) act(region, stored, previous, action, update.value);
}

/** The actions of the present state that are invoked again while it lasts; see `alarmActs`. */
export function repeatedActions(stored: StoredAlarm): string[] {
  return actionsOf(stored).filter((action) => /^arn:[\w-]+:autoscaling:/.test(action));
}

/** Invokes the repeated actions of the present state again. */
export function actAgain(region: Region, stored: StoredAlarm, value: number | undefined): void {
  for (const action of repeatedActions(stored)) act(region, stored, stored.state, action, value);
}

function actionsOf({ alarm, state }: StoredAlarm): readonly string[] {
  return alarm.actionsEnabled ? alarm.actions[state] : [];
}

function act(
  region: Region,
  { alarm, arn, state, reason }: StoredAlarm,
  previous: AlarmState,
  action: string,
  value: number | undefined,
): void {
  region.signal(alarmActs, {
    action,
    alarm: alarm.name,
    arn,
    state,
    previous,
    reason,
    description: alarm.description,
    value,
    threshold: alarm.threshold,
    at: region.now,
  });
}

function written(state: AlarmState, reason: string, data: string | undefined): object {
  const parsed: unknown = data === undefined ? undefined : JSON.parse(data);
  return { stateValue: state, stateReason: reason, stateReasonData: parsed };
}
