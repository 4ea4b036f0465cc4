import {
  type MetricDatum,
  PutMetricData$,
  type PutMetricDataInput,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { putDatapoint } from "./datapoints.ts";
import { checkName, readDimensions } from "./dimensions.ts";
import { badCombination, invalidParameter, missingParameter } from "./errors.ts";
import type { Statistics } from "./metric-source.ts";
import { alarmsChanged } from "./signals.ts";
import { checkUnit } from "./units.ts";

/** "The array can include no more than 1000 metrics per call" (PutMetricData, API Reference). */
const MAX_METRICS = 1000;

/** "You can include up to 150 unique values in each PutMetricData action" (MetricDatum, API Reference). */
const MAX_VALUES = 150;

/** "Values must be in the range of -2^360 to 2^360" (MetricDatum, API Reference). */
const GREATEST = 2 ** 360;

const hour = 60 * 60 * 1000;

/**
 * Namespaces of AWS are accepted, too: "you should not specify a namespace that begins with AWS/". So people set what
 * the servers and load balancers of the sandbox publish.
 */
export const putMetricData = operation<PutMetricDataInput>(
  PutMetricData$,
  ["Namespace", "MetricData"],
  (region, input) => {
    const namespace = checkName(input.Namespace, "Namespace");
    const data = input.MetricData ?? [];
    if (data.length === 0) throw missingParameter("The parameter MetricData is required.");
    if (data.length > MAX_METRICS) {
      throw invalidParameter(
        `The collection MetricData must not have a size greater than ${MAX_METRICS}.`,
      );
    }
    const points = data.map((datum) => readDatum(region, namespace, datum));
    for (const { metric, point } of points) putDatapoint(region, metric, point);
    region.signal(alarmsChanged, undefined);
    return {};
  },
);

function readDatum(region: Region, namespace: string, datum: MetricDatum) {
  const { Unit: unit = "None", StorageResolution: resolution = 60 } = datum;
  checkUnit(unit);
  if (resolution !== 1 && resolution !== 60) {
    throw invalidParameter(`The value ${resolution} for parameter StorageResolution is invalid.`);
  }
  const metric = {
    namespace,
    name: checkName(datum.MetricName, "MetricName"),
    dimensions: readDimensions(datum.Dimensions),
  };
  const time = readTime(region, datum.Timestamp);
  const at = Math.floor(time / (resolution * 1000)) * resolution * 1000;
  return { metric, point: { ...readValues(datum), at, unit } };
}

/**
 * "You can specify time stamps that are as much as two weeks before the current date, and as much as 2 hours after the
 * current day and time" (PutMetricData, API Reference).
 */
function readTime(region: Region, timestamp: Date | undefined): number {
  const time = timestamp?.getTime() ?? region.now;
  if (time < region.now - 14 * 24 * hour || time > region.now + 2 * hour) {
    throw invalidParameter(
      "The value for parameter MetricData.member.Timestamp must be between two weeks in the past and two hours in the future.",
    );
  }
  return time;
}

function readValues(datum: MetricDatum): Statistics {
  const { Value: value, Values: values, StatisticValues: set } = datum;
  const given = [value, values, set].filter((one) => one !== undefined);
  if (given.length === 0) {
    throw missingParameter("At least one of Value, Values and StatisticValues must be specified.");
  }
  if (given.length > 1) {
    throw badCombination("Value, Values and StatisticValues are mutually exclusive.");
  }
  if (set === undefined) return distributed(values ?? [value ?? 0], datum.Counts);
  const [sum, count, minimum, maximum] = [
    inRange(set.Sum ?? 0),
    inRange(set.SampleCount ?? 0),
    inRange(set.Minimum ?? 0),
    inRange(set.Maximum ?? 0),
  ];
  if (count <= 0) throw invalidParameter("The value of SampleCount must be greater than 0.");
  if (minimum > maximum) throw invalidParameter("Minimum must not be greater than Maximum.");
  // "The Min and Max are equal, and Sum is equal to Min multiplied by SampleCount": only then are the percentiles of a
  // statistic set known (PutMetricData, API Reference).
  const isOneValue = minimum === maximum && sum === minimum * count;
  const distribution = isOneValue ? [{ value: minimum, count }] : undefined;
  return { sum, count, minimum, maximum, ...(distribution !== undefined && { distribution }) };
}

function distributed(values: readonly number[], counts: readonly number[] | undefined): Statistics {
  if (values.length === 0 || values.length > MAX_VALUES) {
    throw invalidParameter(`The collection Values must have a size from 1 to ${MAX_VALUES}.`);
  }
  if (counts !== undefined && counts.length !== values.length) {
    throw invalidParameter("Counts must have as many items as Values.");
  }
  const distribution = values.map((value, index) => ({
    value: inRange(value),
    count: inRange(counts?.[index] ?? 1),
  }));
  if (distribution.some(({ count }) => count <= 0)) {
    throw invalidParameter("The values of Counts must be greater than 0.");
  }
  return {
    sum: distribution.reduce((sum, { value, count }) => sum + value * count, 0),
    count: distribution.reduce((sum, { count }) => sum + count, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    distribution,
  };
}

function inRange(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) > GREATEST) {
    throw invalidParameter(`The value ${value} is not between -2^360 and 2^360.`);
  }
  return value;
}
