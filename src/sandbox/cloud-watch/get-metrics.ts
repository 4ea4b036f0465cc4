import {
  GetMetricData$,
  type GetMetricDataInput,
  GetMetricStatistics$,
  type GetMetricStatisticsInput,
  type MetricDataQuery,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { readStat } from "./alarm-queries.ts";
import { datapointsIn } from "./datapoints.ts";
import { checkName, readDimensions } from "./dimensions.ts";
import { badCombination, invalidParameter, missingParameter, validationError } from "./errors.ts";
import { type MetricStat, type PeriodValue, periodValues } from "./metrics.ts";
import { tokenChecked } from "./pages.ts";
import { checkStatistic, type Datapoint, isSimpleStatistic, statisticOf } from "./statistics.ts";
import { checkUnit } from "./units.ts";

/** "can include as many as 500 MetricDataQuery structures" (GetMetricData, API Reference). */
const MAX_QUERIES = 500;

/** "the default of 100,800 is used" (GetMetricData, API Reference). */
const MAX_DATAPOINTS = 100_800;

/** "The maximum number of data points returned from a single call is 1,440" (GetMetricStatistics, API Reference). */
const MAX_STATISTICS = 1440;

const getMetricData = operation<GetMetricDataInput>(
  GetMetricData$,
  [
    "MetricDataQueries.Id",
    "MetricDataQueries.Label",
    "MetricDataQueries.ReturnData",
    "MetricDataQueries.MetricStat",
    "StartTime",
    "EndTime",
    "ScanBy",
    "NextToken",
    "MaxDatapoints",
  ],
  (region, input) => {
    const queries = readDataQueries(input.MetricDataQueries);
    const span = readSpan(input.StartTime, input.EndTime);
    const isAscending = input.ScanBy === "TimestampAscending";
    const points = queries.flatMap(({ id, stat }) => {
      const values = valuesIn(region, stat, span);
      return (isAscending ? values : values.toReversed()).map((point) => ({ id, ...point }));
    });
    const ordered = points.map((point, index) => ({ ...point, position: index + 1 }));
    const { items, nextToken } = tokenChecked(() =>
      paged(region, ordered, ({ position }) => position, {
        size: input.MaxDatapoints,
        token: input.NextToken,
        maximum: MAX_DATAPOINTS,
      }),
    );
    return {
      MetricDataResults: queries.map(({ id, label }) => {
        const own = items.filter((item) => item.id === id);
        return {
          Id: id,
          Label: label,
          Timestamps: own.map(({ at }) => new Date(at)),
          Values: own.flatMap(({ value }) => value ?? []),
          StatusCode: nextToken === undefined ? ("Complete" as const) : ("PartialData" as const),
        };
      }),
      NextToken: nextToken,
      Messages: [],
    };
  },
);

interface DataQuery {
  readonly id: string;
  readonly label: string;
  readonly stat: MetricStat;
}

/** Those whose data are returned. @throws AwsError */
function readDataQueries(input: readonly MetricDataQuery[] = []): DataQuery[] {
  if (input.length > MAX_QUERIES) {
    throw validationError(
      `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
    );
  }
  const ids = input.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) {
    throw validationError(
      "The values for parameter id in parameter MetricDataQueries are not unique.",
    );
  }
  return input.flatMap(({ Id: id = "", MetricStat: stat, Label: label, ReturnData: returned }) => {
    if (!/^[a-z]\w{0,254}$/.test(id)) {
      throw validationError(
        `The value ${id} for parameter id is not matching the expected pattern.`,
      );
    }
    if (stat === undefined) {
      throw validationError("Either Expression or MetricStat must be specified.");
    }
    const read = readStat(stat);
    return returned === false ? [] : [{ id, label: label ?? read.name, stat: read }];
  });
}

/** The periods with a datapoint, the oldest first. */
function valuesIn(region: Region, stat: MetricStat, { start, end }: Span): PeriodValue[] {
  const period = stat.period * 1000;
  const from = Math.floor(start / period) * period;
  const count = Math.ceil((Math.min(end, region.now + FUTURE) - from) / period);
  return periodValues(region, stat, from, Math.max(0, count)).filter(
    ({ value }) => value !== undefined,
  );
}

/** Datapoints can be up to two hours in the future (PutMetricData, API Reference). */
const FUTURE = 2 * 60 * 60 * 1000;

const getMetricStatistics = operation<GetMetricStatisticsInput>(
  GetMetricStatistics$,
  [
    "Namespace",
    "MetricName",
    "Dimensions",
    "StartTime",
    "EndTime",
    "Period",
    "Statistics",
    "ExtendedStatistics",
    "Unit",
  ],
  (region, input) => {
    const metric = {
      namespace: checkName(input.Namespace, "Namespace"),
      name: checkName(input.MetricName, "MetricName"),
      dimensions: readDimensions(input.Dimensions),
    };
    const statistics = readStatistics(input);
    const { Period: seconds = 0, Unit: unit } = input;
    if (!Number.isInteger(seconds) || seconds < 1) {
      throw invalidParameter("The parameter Period must be greater than or equal to 1.");
    }
    if (seconds % 60 !== 0 && ![1, 5, 10, 20, 30].includes(seconds)) {
      throw invalidParameter("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
    }
    if (unit !== undefined) checkUnit(unit);
    const { start, end } = readSpan(input.StartTime, input.EndTime);
    const period = seconds * 1000;
    if ((end - start) / period > MAX_STATISTICS) {
      throw badCombination(
        `You have requested up to ${Math.ceil((end - start) / period)} datapoints, which exceeds the limit of ${MAX_STATISTICS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    // "Round down to the nearest whole minute" (GetMetricStatistics, API Reference).
    const from = Math.floor(start / 60_000) * 60_000;
    const points = datapointsIn(region, metric, from, end).filter(
      (point) => unit === undefined || point.unit === unit,
    );
    const groups = Map.groupBy(
      points,
      ({ at, unit }) => `${Math.floor((at - from) / period)} ${unit}`,
    );
    return {
      Label: metric.name,
      Datapoints: [...groups.values()].map((own) => answered(own, from, period, statistics)),
    };
  },
);

function answered(
  points: readonly Datapoint[],
  from: number,
  period: number,
  statistics: readonly string[],
) {
  const [{ at, unit } = { at: from, unit: "None" }] = points;
  const values = statistics.map((name) => [name, statisticOf(points, name)] as const);
  return {
    Timestamp: new Date(from + Math.floor((at - from) / period) * period),
    Unit: unit as StandardUnit,
    ...Object.fromEntries(values.filter(([name]) => isSimpleStatistic(name))),
    ...(values.some(([name]) => !isSimpleStatistic(name)) && {
      ExtendedStatistics: Object.fromEntries(values.filter(([name]) => !isSimpleStatistic(name))),
    }),
  };
}

/** "you must specify either Statistics or ExtendedStatistics, but not both" (GetMetricStatistics, API Reference). */
function readStatistics(input: GetMetricStatisticsInput): readonly string[] {
  const { Statistics: simple, ExtendedStatistics: extended } = input;
  if (simple !== undefined && extended !== undefined) {
    throw badCombination("Statistics and ExtendedStatistics cannot be specified together.");
  }
  const statistics: readonly string[] = simple ?? extended ?? [];
  if (statistics.length === 0) {
    throw missingParameter("At least one of the Statistics and ExtendedStatistics is required.");
  }
  for (const statistic of statistics) {
    checkStatistic(statistic);
    if (isSimpleStatistic(statistic) !== (simple !== undefined)) {
      throw invalidParameter(`The statistic ${statistic} is in the wrong parameter.`);
    }
  }
  return statistics;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** @throws AwsError for a span of time that ends before it begins. */
function readSpan(start: Date | undefined, end: Date | undefined): Span {
  if (start === undefined || end === undefined || start >= end) {
    throw validationError("The parameter StartTime must be less than the parameter EndTime.");
  }
  return { start: start.getTime(), end: end.getTime() };
}

/** Expressions of GetMetricData are refused by its list of parameters. */
export const getOperations = [getMetricData, getMetricStatistics];
