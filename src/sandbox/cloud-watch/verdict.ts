import type { Alarm } from "./alarms.ts";
import type { PeriodValue } from "./metrics.ts";
import type { AlarmState } from "./signals.ts";
import { percentileOf } from "./statistics.ts";

/**
 * An alarm also retrieves older periods than its evaluation periods, for those without data. AWS's examples retrieve
 * two more ("How alarm state is evaluated when data is missing", User Guide).
 */
export const EXTRA_PERIODS = 2;

/** A period with a datapoint. */
export interface EvaluatedPeriod extends PeriodValue {
  readonly value: number;
  readonly isBreaching: boolean;
}

export interface Verdict {
  readonly state: AlarmState;
  /** The datapoints that it considers, the newest first. */
  readonly evaluated: readonly EvaluatedPeriod[];
  /** How many evaluation periods have no datapoint. */
  readonly missing: number;
}

/**
 * The state of an alarm by its evaluation range, the newest period first.
 *
 * With as many datapoints as evaluation periods, the newest of them decide. With fewer, all of them do, and missing
 * ones are filled in: "CloudWatch uses missing data points only as few times as possible" (User Guide, "Configuring how
 * CloudWatch alarms treat missing data"). Its tables of examples are in the tests.
 */
export function judge(alarm: Alarm, range: readonly PeriodValue[], present: AlarmState): Verdict {
  const evaluated = range
    .flatMap((period) => evaluatedPeriod(alarm, period))
    .slice(0, alarm.evaluationPeriods);
  const missing = alarm.evaluationPeriods - evaluated.length;
  const verdict = (state: AlarmState): Verdict => ({ state, evaluated, missing });
  if (hasLowSamples(alarm, evaluated)) return verdict(present);
  const needed = alarm.datapointsToAlarm ?? alarm.evaluationPeriods;
  const breaching = evaluated.filter(({ isBreaching }) => isBreaching).length;
  if (breaching >= needed) return verdict("ALARM");
  if (missing === 0) return verdict("OK");
  switch (alarm.missingData ?? "missing") {
    case "breaching":
      return verdict(breaching + missing >= needed ? "ALARM" : "OK");
    case "notBreaching":
      return verdict("OK");
    case "ignore":
      return verdict(breaching < evaluated.length ? "OK" : present);
    case "missing":
      if (breaching < evaluated.length) return verdict("OK");
      if (evaluated.length === 0) return verdict("INSUFFICIENT_DATA");
      return verdict(isPremature(range, evaluated, needed) ? waiting(present) : "ALARM");
  }
}

/**
 * There are too few datapoints, and all of them breach. Alarms "always go into ALARM state when the oldest
 * available breaching datapoint during the Evaluation Periods number of data points is at least as old as the value of
 * Datapoints to Alarm" ("Avoiding premature transitions to alarm state", User Guide).
 */
function isPremature(
  range: readonly PeriodValue[],
  evaluated: readonly EvaluatedPeriod[],
  needed: number,
): boolean {
  const oldest = evaluated.at(-1)?.at;
  return range.findIndex(({ at }) => at === oldest) + 1 < needed;
}

/** The documentation is about going into ALARM. An alarm that is in ALARM remains so. */
function waiting(present: AlarmState): AlarmState {
  return present === "ALARM" ? "ALARM" : "INSUFFICIENT_DATA";
}

function evaluatedPeriod(alarm: Alarm, period: PeriodValue): EvaluatedPeriod[] {
  const { value } = period;
  return value === undefined ? [] : [{ ...period, value, isBreaching: breaches(alarm, value) }];
}

function breaches({ comparison, threshold }: Alarm, value: number): boolean {
  switch (comparison) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
    default:
      throw new Error(`The comparison ${comparison} is not modelled.`);
  }
}

/**
 * "For percentiles between 0.5 and 1.00, this setting is used when there are fewer than 10/(1-percentile) data points"
 * ("Percentile-based CloudWatch alarms and low data samples", User Guide).
 */
function hasLowSamples(
  { measured, lowSamples }: Alarm,
  evaluated: readonly EvaluatedPeriod[],
): boolean {
  if (lowSamples !== "ignore" || !("statistic" in measured)) return false;
  const share = (percentileOf(measured.statistic) ?? 100) / 100;
  const samples = evaluated.reduce((total, period) => total + period.samples, 0);
  return samples < 10 / (share >= 0.5 ? 1 - share : share);
}
