import type { Region } from "../region.ts";
import type { Alarm, AlarmQuery } from "./alarms.ts";
import { evaluateExpression, parseExpression } from "./expression.ts";
import { type MetricStat, type PeriodValue, periodValues } from "./metrics.ts";
import { EXTRA_PERIODS } from "./verdict.ts";

/** The metrics that an alarm watches. */
export function statsOf({ measured }: Alarm): readonly MetricStat[] {
  return "statistic" in measured ? [measured] : measured.flatMap(({ stat }) => stat ?? []);
}

/** The length of an alarm's periods, in milliseconds. */
export function periodOf(alarm: Alarm): number {
  return (statsOf(alarm)[0]?.period ?? 60) * 1000;
}

/** How many periods an evaluation retrieves. */
function rangeOf({ evaluationPeriods }: Alarm): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

/** How far back an evaluation looks, in milliseconds. */
export function lookBackOf(alarm: Alarm): number {
  return rangeOf(alarm) * periodOf(alarm);
}

/** What an alarm compares with its threshold: the periods of the evaluation range that ends now, the newest first. */
export function measure(region: Region, alarm: Alarm): PeriodValue[] {
  const { measured } = alarm;
  const from = region.now - lookBackOf(alarm);
  const values =
    "statistic" in measured
      ? periodValues(region, measured, from, rangeOf(alarm))
      : expressionValues(region, measured, from, rangeOf(alarm));
  return values.reverse();
}

function expressionValues(
  region: Region,
  queries: readonly AlarmQuery[],
  from: number,
  count: number,
): PeriodValue[] {
  const byId = new Map(queries.map((query) => [query.id, valuesOf(region, query, from, count)]));
  const expressions = new Map(
    queries.flatMap(({ id, expression }) =>
      expression === undefined ? [] : [[id, parseExpression(expression)] as const],
    ),
  );
  const valueAt = (id: string, index: number): number | undefined => {
    const expression = expressions.get(id);
    return expression === undefined
      ? byId.get(id)?.[index]?.value
      : evaluateExpression(expression, (other) => valueAt(other, index));
  };
  const watched = queries.find(({ returnData }) => returnData)?.id ?? "";
  const [first] = queries.flatMap(({ stat }) => stat ?? []);
  return Array.from({ length: count }, (_, index) => ({
    at: from + index * (first?.period ?? 60) * 1000,
    value: valueAt(watched, index),
    samples: 0,
  }));
}

function valuesOf(region: Region, { stat }: AlarmQuery, from: number, count: number) {
  return stat === undefined ? [] : periodValues(region, stat, from, count);
}
