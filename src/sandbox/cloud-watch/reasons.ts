import type { Region } from "../region.ts";
import type { Alarm } from "./alarms.ts";
import { periodOf } from "./measurement.ts";
import type { EvaluatedPeriod, Verdict } from "./verdict.ts";

/** The reason of a state, in CloudWatch's words. */
export function reasonOf(alarm: Alarm, { state, evaluated, missing }: Verdict): string {
  if (state === "INSUFFICIENT_DATA") {
    const unknown = alarm.evaluationPeriods - evaluated.length;
    return `Insufficient Data: ${counted(unknown, "datapoint")} ${unknown === 1 ? "was" : "were"} unknown.`;
  }
  const isAlarm = state === "ALARM";
  const decisive = evaluated.filter(({ isBreaching }) => isBreaching === isAlarm);
  if (decisive.length === 0) {
    const treated = isAlarm ? "Breaching" : "NonBreaching";
    return `Threshold Crossed: no datapoints were received for ${counted(missing, "period")} and ${counted(missing, "missing datapoint")} ${missing === 1 ? "was" : "were"} treated as [${treated}].`;
  }
  const needed = alarm.datapointsToAlarm ?? alarm.evaluationPeriods;
  const least = isAlarm ? needed : alarm.evaluationPeriods - needed + 1;
  const listed = decisive.map(({ at, value }) => `${double(value)} (${moment(at)})`).join(", ");
  return `Threshold Crossed: ${decisive.length} out of the last ${counted(evaluated.length, "datapoint")} [${listed}] ${decisive.length === 1 ? "was" : "were"} ${isAlarm ? "" : "not "}${comparisons[alarm.comparison] ?? ""} the threshold (${double(alarm.threshold)}) (minimum ${counted(least, "datapoint")} for ${isAlarm ? "OK -> ALARM" : "ALARM -> OK"} transition).`;
}

/** The same as JSON, as DescribeAlarms shows it. */
export function reasonDataOf(region: Region, alarm: Alarm, { evaluated }: Verdict): string {
  const { measured } = alarm;
  const oldest = evaluated.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: timestamp(region.now),
    ...(oldest !== undefined && { startDate: timestamp(oldest.at) }),
    ...("statistic" in measured && { statistic: measured.statistic }),
    period: periodOf(alarm) / 1000,
    recentDatapoints: evaluated.map(({ value }) => value).reverse(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map(evaluatedDatapoint),
  });
}

function evaluatedDatapoint({ at, value, samples }: EvaluatedPeriod) {
  return { timestamp: timestamp(at), ...(samples > 0 && { sampleCount: samples }), value };
}

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** CloudWatch writes 80.0 for 80. */
function double(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `22/11/26 10:04:00` */
function moment(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year = "", month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** `2026-11-22T10:04:00.000+0000` */
function timestamp(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}
