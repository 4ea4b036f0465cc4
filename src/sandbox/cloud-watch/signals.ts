import { defineSignal } from "../region.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** One action of an alarm, for the service that the ARN of the action names. */
export interface AlarmAction {
  /** The ARN of what acts: a scaling policy, a topic. */
  readonly action: string;
  /** The alarm's name. */
  readonly alarm: string;
  /** The alarm's ARN. */
  readonly arn: string;
  readonly state: AlarmState;
  readonly previous: AlarmState;
  readonly reason: string;
  readonly description: string | undefined;
  /** The newest evaluated datapoint. */
  readonly value: number | undefined;
  readonly threshold: number;
  /** Sandbox milliseconds. */
  readonly at: number;
}

/**
 * What a service publishes in this region may have changed: load, number of servers, health. So may what
 * it would do about an alarm, because a cooldown or a warm-up ended. Alarms that sleep wake up.
 */
export const metricsChanged = defineSignal<undefined>("metrics changed");

/**
 * An alarm acts. "Alarms invoke actions only when the state of the alarm changes. The exception is for alarms
 * with Auto Scaling actions": once a minute while the state persists ("Alarm actions", User Guide).
 */
export const alarmActs = defineSignal<AlarmAction>("an alarm acts");

/** An alarm is in another state. The subject is its name. */
export const alarmStateChanged = defineSignal<string>("the state of an alarm changed");

/** An alarm was created, changed or deleted, or somebody put data. */
export const alarmsChanged = defineSignal<undefined>("alarms changed");
