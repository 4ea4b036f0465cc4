import type { DesiredFields } from "../../engine/resource.ts";
import { type AlarmFields, normalMetrics } from "./fields.ts";

/** A metric as a plan shows it: without what follows from the rest. */
export function shownMetrics({ metrics }: Pick<DesiredFields<AlarmFields>, "metrics">): unknown {
  const normal = normalMetrics(metrics);
  if (!isList(normal)) return normal;
  const named = normal.length > 1;
  return normal.map((each) => {
    const { id, metric, expression } = each;
    if (metric === null || metric === undefined) return { id, expression };
    const { namespace, name, statistic, period, dimensions, unit } = metric;
    return {
      ...(named && { id }),
      metric: `${namespace} ${name}, ${statistic} in ${period} s`,
      ...(unit !== null && { unit }),
      of: dimensions,
    };
  });
}

interface Shown {
  readonly id: string;
  readonly metric: Readonly<Record<string, unknown>> | null;
  readonly expression: unknown;
}

/** Only their dimensions refer to other resources. */
function isList(metrics: unknown): metrics is readonly Shown[] {
  return Array.isArray(metrics);
}
