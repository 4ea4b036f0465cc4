import {
  type DimensionFilter,
  ListMetrics$,
  type ListMetricsInput,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { type MetricName, metricId, putMetrics } from "./datapoints.ts";
import { writtenDimensions } from "./dimensions.ts";
import { invalidParameter } from "./errors.ts";
import { tokenChecked } from "./pages.ts";

/** "Up to 500 results are returned for any one call" (ListMetrics, API Reference). */
const MAX_METRICS = 500;

const hour = 60 * 60 * 1000;

/** "ListMetrics doesn't return information about metrics if those metrics haven't reported data in the past two weeks." */
const twoWeeks = 14 * 24 * hour;

export const listMetrics = operation<ListMetricsInput>(
  ListMetrics$,
  ["Namespace", "MetricName", "Dimensions", "RecentlyActive", "NextToken"],
  (region, input) => {
    if (input.RecentlyActive !== undefined && input.RecentlyActive !== "PT3H") {
      throw invalidParameter("The only valid value for parameter RecentlyActive is PT3H.");
    }
    const since = region.now - (input.RecentlyActive === undefined ? twoWeeks : 3 * hour);
    const known = [...put(region, since), ...published(region)];
    const distinct = [...new Map(known.map((metric) => [metricId(metric), metric])).values()];
    const found = distinct
      .filter(({ namespace }) => input.Namespace === undefined || namespace === input.Namespace)
      .filter(({ name }) => input.MetricName === undefined || name === input.MetricName)
      .filter((metric) => (input.Dimensions ?? []).every((filter) => hasDimension(metric, filter)))
      .map((metric, index) => ({ ...metric, position: index + 1 }));
    const { items, nextToken } = tokenChecked(() =>
      paged(region, found, ({ position }) => position, {
        size: undefined,
        token: input.NextToken,
        maximum: MAX_METRICS,
      }),
    );
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: writtenDimensions(dimensions),
      })),
      NextToken: nextToken,
    };
  },
);

function put(region: Region, since: number): MetricName[] {
  return region
    .table(putMetrics)
    .all()
    .filter(({ lastPut }) => lastPut >= since);
}

/** What services publish now. */
function published(region: Region): MetricName[] {
  return region.world.metricSources.flatMap((source) =>
    (source.published?.(region) ?? [])
      .filter((dimensions) => source.value(region, dimensions) !== undefined)
      .map((dimensions) => ({ namespace: source.namespace, name: source.name, dimensions })),
  );
}

function hasDimension({ dimensions }: MetricName, { Name, Value }: DimensionFilter): boolean {
  const value = dimensions[Name ?? ""];
  return value !== undefined && (Value === undefined || value === Value);
}
