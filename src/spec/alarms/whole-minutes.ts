import { quote } from "../finding.ts";
import { duration, showDuration } from "../shared/duration.ts";

const MINUTE = 60;
const DAY = 24 * 3600;

/**
 * How long something must last. CloudWatch gets the metrics each minute, and an alarm looks at a day at most
 * (EvaluationPeriods of PutMetricAlarm).
 */
export function wholeMinutes() {
  return duration({ least: MINUTE, most: DAY }).check((context) => {
    const seconds = context.value;
    if (seconds % MINUTE === 0) return;
    const near = showDuration(Math.round(seconds / MINUTE) * MINUTE);
    context.issues.push({
      code: "custom",
      message: `${quote(`${seconds}s`)} is no number of whole minutes, which alarms count in`,
      params: { help: `write ${near}` },
      input: seconds,
    });
  });
}
