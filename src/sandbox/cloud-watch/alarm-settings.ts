import { ComparisonOperator, type PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { notModelled } from "../error.ts";
import { checkPeriod, readQueries } from "./alarm-queries.ts";
import type { Alarm, MissingDataTreatment } from "./alarms.ts";
import { checkName, readDimensions } from "./dimensions.ts";
import { badCombination, failedConstraint, missingParameter, validationError } from "./errors.ts";
import type { MetricStat } from "./metrics.ts";
import { checkStatistic, isSimpleStatistic } from "./statistics.ts";
import { checkUnit } from "./units.ts";

const hour = 3600;
const day = 24 * hour;

/** "Array Members: Maximum number of 5 items" (PutMetricAlarm, API Reference). */
const MAX_ACTIONS = 5;

/** The alarm that a request defines. @throws AwsError */
export function readAlarm(input: PutMetricAlarmInput): Alarm {
  const evaluationPeriods = atLeastOne(input.EvaluationPeriods, "evaluationPeriods");
  const datapointsToAlarm = input.DatapointsToAlarm;
  if (datapointsToAlarm !== undefined) {
    atLeastOne(datapointsToAlarm, "datapointsToAlarm");
    if (datapointsToAlarm > evaluationPeriods) {
      throw validationError("DatapointsToAlarm cannot be greater than EvaluationPeriods");
    }
  }
  const measured = readMeasured(input);
  checkSpan("period" in measured ? measured.period : periodOf(measured), evaluationPeriods);
  if (input.Threshold === undefined) {
    throw missingParameter("The parameter Threshold is required for this type of alarm.");
  }
  const missingData = readMissingData(input.TreatMissingData);
  const lowSamples = readLowSamples(input, measured);
  return {
    name: readAlarmName(input.AlarmName),
    ...(input.AlarmDescription !== undefined && { description: readDescription(input) }),
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      OK: readActions(input.OKActions, "oKActions"),
      ALARM: readActions(input.AlarmActions, "alarmActions"),
      INSUFFICIENT_DATA: readActions(input.InsufficientDataActions, "insufficientDataActions"),
    },
    measured,
    comparison: readComparison(input.ComparisonOperator),
    threshold: input.Threshold,
    evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
    ...(missingData !== undefined && { missingData }),
    ...(lowSamples !== undefined && { lowSamples }),
  };
}

/** @throws AwsError for a name that is no alarm's. */
export function readAlarmName(name = ""): string {
  if (name.length < 1 || name.length > 255) {
    throw failedConstraint(
      name,
      "alarmName",
      "Member must have length less than or equal to 255 and greater than or equal to 1",
    );
  }
  // "can't contain ASCII control characters" (PutMetricAlarm, API Reference).
  if ([...name].some((letter) => letter < " " || letter === "\u007f")) {
    throw validationError("AlarmName must not contain control characters");
  }
  return name;
}

function readDescription({ AlarmDescription: description = "" }: PutMetricAlarmInput): string {
  if (description.length > 1024) {
    throw failedConstraint(
      description,
      "alarmDescription",
      "Member must have length less than or equal to 1024",
    );
  }
  return description;
}

function readMeasured(input: PutMetricAlarmInput): Alarm["measured"] {
  const { Metrics: metrics, MetricName: name } = input;
  if (metrics === undefined) return readMetric(input);
  const others = [
    name,
    input.Namespace,
    input.Dimensions,
    input.Period,
    input.Unit,
    input.Statistic,
    input.ExtendedStatistic,
  ];
  if (others.some((value) => value !== undefined)) {
    throw badCombination(
      "Metrics cannot be specified together with MetricName, Namespace, Dimensions, Period, Unit, Statistic or ExtendedStatistic.",
    );
  }
  return readQueries(metrics);
}

function readMetric(input: PutMetricAlarmInput): MetricStat {
  const { Statistic: simple, ExtendedStatistic: extended, Period: period, Unit: unit } = input;
  if (input.MetricName === undefined) {
    throw missingParameter("Either MetricName or Metrics must be specified.");
  }
  if (input.Namespace === undefined) {
    throw missingParameter("The parameter Namespace is required.");
  }
  if (period === undefined) throw missingParameter("The parameter Period is required.");
  if (simple !== undefined && extended !== undefined) {
    throw badCombination("Statistic and ExtendedStatistic cannot be specified together.");
  }
  const statistic = simple ?? extended;
  if (statistic === undefined) {
    throw missingParameter("Either Statistic or ExtendedStatistic must be specified.");
  }
  checkStatistic(statistic);
  if (isSimpleStatistic(statistic) !== (simple !== undefined)) {
    throw validationError(`The statistic ${statistic} is in the wrong parameter.`);
  }
  checkPeriod(period);
  if (unit !== undefined) checkUnit(unit);
  return {
    namespace: checkName(input.Namespace, "Namespace"),
    name: checkName(input.MetricName, "MetricName"),
    dimensions: readDimensions(input.Dimensions),
    period,
    statistic,
    ...(unit !== undefined && { unit }),
  };
}

function periodOf(queries: Exclude<Alarm["measured"], MetricStat>): number {
  return queries.find(({ stat }) => stat !== undefined)?.stat?.period ?? 0;
}

/** "An alarm's total current evaluation period can be no longer than …" (PutMetricAlarm, API Reference). */
function checkSpan(period: number, evaluationPeriods: number): void {
  const longest = period < hour ? day : 7 * day;
  if (period * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than ${longest === day ? "a day" : "seven days"} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
}

function readActions(actions: readonly string[] = [], member: string): string[] {
  if (actions.length > MAX_ACTIONS) {
    throw failedConstraint(
      `[${actions.join(", ")}]`,
      member,
      `Member must have length less than or equal to ${MAX_ACTIONS}`,
    );
  }
  for (const action of actions) {
    if (!/^arn:[\w-]+:[\w-]+:[\w-]*:[^:]*:.+$/.test(action) || action.length > 1024) {
      throw validationError(`Invalid arn syntax: ${action}`);
    }
    // They would stop, reboot or terminate instances.
    if (/^arn:[\w-]+:(automate|swf):/.test(action)) throw notModelled(`The action ${action}`);
  }
  return [...actions];
}

function readComparison(comparison: ComparisonOperator | undefined): Alarm["comparison"] {
  if (comparison === undefined) {
    throw missingParameter("The parameter ComparisonOperator is required.");
  }
  const known: readonly string[] = Object.values(ComparisonOperator);
  if (!known.includes(comparison)) {
    throw failedConstraint(
      comparison,
      "comparisonOperator",
      `Member must satisfy enum value set: [${known.join(", ")}]`,
    );
  }
  // "used only for alarms based on anomaly detection models" (PutMetricAlarm, API Reference).
  if (/Lower|Upper/.test(comparison)) throw notModelled(`The comparison ${comparison}`);
  return comparison;
}

const treatments: readonly MissingDataTreatment[] = [
  "breaching",
  "notBreaching",
  "ignore",
  "missing",
];

function readMissingData(value: string | undefined): MissingDataTreatment | undefined {
  if (value === undefined) return undefined;
  const treatment = treatments.find((candidate) => candidate === value);
  if (treatment === undefined) {
    throw validationError(
      `Option ${value} is not supported, supported options for TreatMissingData are [${treatments.join(", ")}].`,
    );
  }
  return treatment;
}

function readLowSamples(
  { EvaluateLowSampleCountPercentile: value }: PutMetricAlarmInput,
  measured: Alarm["measured"],
): Alarm["lowSamples"] {
  if (value === undefined) return undefined;
  if (value !== "evaluate" && value !== "ignore") {
    throw validationError(
      `Option ${value} is not supported, supported options for EvaluateLowSampleCountPercentile are [evaluate, ignore].`,
    );
  }
  if (!("statistic" in measured) || isSimpleStatistic(measured.statistic)) {
    throw validationError(
      "EvaluateLowSampleCountPercentile can only be used with a percentile statistic.",
    );
  }
  return value;
}

function atLeastOne(value: number | undefined, member: string): number {
  if (value === undefined) {
    throw missingParameter(
      `The parameter ${member.charAt(0).toUpperCase()}${member.slice(1)} is required.`,
    );
  }
  if (!Number.isInteger(value) || value < 1) {
    throw failedConstraint(value, member, "Member must have value greater than or equal to 1");
  }
  return value;
}
