/** The world collects the sources of all services, so their types are beside those of a region. */
export type { MetricSource, Statistics } from "../region.ts";
