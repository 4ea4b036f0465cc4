import type { MetricDataQuery, MetricStat as MetricStatInput } from "@aws-sdk/client-cloudwatch";
import type { AlarmQuery } from "./alarms.ts";
import { checkName, readDimensions } from "./dimensions.ts";
import { failedConstraint, validationError } from "./errors.ts";
import { idsIn, parseExpression } from "./expression.ts";
import type { MetricStat } from "./metrics.ts";
import { checkStatistic } from "./statistics.ts";
import { checkUnit } from "./units.ts";

/** "The 20 structures can include as many as 10 structures that contain a MetricStat" (MetricDataQuery, API Reference). */
const MAX_EACH = 10;

/** The queries of an alarm on a metric math expression. @throws AwsError */
export function readQueries(input: readonly MetricDataQuery[]): AlarmQuery[] {
  const queries = input.map(readQuery);
  const ids = queries.map(({ id }) => id);
  if (new Set(ids).size < ids.length) {
    throw validationError("The values for parameter id in parameter metrics are not unique.");
  }
  const stats = queries.flatMap(({ stat }) => stat ?? []);
  if (stats.length > MAX_EACH || queries.length - stats.length > MAX_EACH) {
    throw validationError(
      `Metrics list must contain no more than ${MAX_EACH} metrics and ${MAX_EACH} expressions.`,
    );
  }
  if (stats.length === 0) throw validationError("Metrics list must contain at least one metric.");
  if (queries.filter(({ returnData }) => returnData).length !== 1) {
    throw validationError("Exactly one element of the metrics list should return data.");
  }
  // "Each metric must be using the same period" ("Alarms on math expressions", User Guide).
  if (new Set(stats.map(({ period }) => period)).size > 1) {
    throw validationError("Period must be the same for all metrics in the metrics list.");
  }
  checkReferences(queries);
  return queries;
}

function readQuery(input: MetricDataQuery): AlarmQuery {
  const { Id: id = "", Expression: expression, MetricStat: stat, Label: label } = input;
  if (!/^[a-z]\w{0,254}$/.test(id)) {
    throw validationError(`The value ${id} for parameter id is not matching the expected pattern.`);
  }
  if ((expression === undefined) === (stat === undefined)) {
    throw validationError(
      `Exactly one of the parameters expression and metricStat must be specified for ${id}.`,
    );
  }
  return {
    id,
    ...(label !== undefined && { label }),
    returnData: input.ReturnData ?? true,
    ...(stat !== undefined && { stat: readStat(stat) }),
    ...(expression !== undefined && { expression }),
  };
}

/** A metric of a query. @throws AwsError */
export function readStat(input: MetricStatInput): MetricStat {
  const { Metric: metric, Period: period, Stat: statistic = "", Unit: unit } = input;
  checkPeriod(period ?? 0);
  checkStatistic(statistic);
  if (unit !== undefined) checkUnit(unit);
  return {
    namespace: checkName(metric?.Namespace, "Namespace"),
    name: checkName(metric?.MetricName, "MetricName"),
    dimensions: readDimensions(metric?.Dimensions),
    period: period ?? 0,
    statistic,
    ...(unit !== undefined && { unit }),
  };
}

/** "Valid values are 10, 20, 30, and any multiple of 60" (PutMetricAlarm, API Reference). */
export function checkPeriod(period: number): void {
  if (!Number.isInteger(period) || period < 1) {
    throw failedConstraint(period, "period", "Member must have value greater than or equal to 1");
  }
  if (![10, 20, 30].includes(period) && period % 60 !== 0) {
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
  }
}

/** Every id exists, and no expression refers to itself. */
function checkReferences(queries: readonly AlarmQuery[]): void {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const follow = ({ id, expression }: AlarmQuery, path: readonly string[]): void => {
    if (path.includes(id)) {
      throw validationError(`Error in expression '${id}': it refers to itself.`);
    }
    if (expression === undefined) return;
    for (const other of idsIn(parseExpression(expression))) {
      const query = byId.get(other);
      if (query === undefined) {
        throw validationError(
          `Error in expression '${id}': the following ids are not defined: ${other}`,
        );
      }
      follow(query, [...path, id]);
    }
  };
  for (const query of queries) follow(query, []);
}
