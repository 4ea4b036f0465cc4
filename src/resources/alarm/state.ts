import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Note } from "../../engine/resource.ts";

/** For so long, data may be missing without a reason to tell anybody: metrics of a new object take some minutes. */
const usuallyMissing = 60 * 60_000;

/** What people have to know of an alarm's state, which is no difference from the stack file. */
export function stateNotes(
  { StateValue: state, StateReason, AlarmDescription, ...found }: MetricAlarm,
  now: number,
): readonly Note[] {
  const since = (found.StateTransitionedTimestamp ?? found.StateUpdatedTimestamp)?.getTime();
  const time = since === undefined ? "" : ` since ${minuteOf(since)}`;
  const why = StateReason === undefined ? "" : ` AWS says: ${StateReason}`;
  if (state === "ALARM") {
    return [
      {
        summary: `the alarm is on${time}. ${AlarmDescription ?? ""}${why}`,
        remedy: "Find the cause. The alarm ends by itself when its metric is normal again.",
      },
    ];
  }
  if (state !== "INSUFFICIENT_DATA" || since === undefined || now - since < usuallyMissing)
    return [];
  return [
    {
      summary: `the alarm has no data${time}, so it cannot go off.${why}`,
      remedy:
        "Check whether what the alarm watches still exists and publishes its metric. If the plan shows differences, apply first.",
    },
  ];
}

/** `2026-01-05 01:00 UTC`. */
function minuteOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
