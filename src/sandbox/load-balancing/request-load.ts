import type { Statistics } from "../region.ts";

/** The requests to a load balancer, and how its servers answer them. Plain JSON. */
export interface RequestLoad {
  readonly perMinute: number;
  /** How many percent of the requests the servers answer with 5xx. Absent: none. */
  readonly errorPercent?: number | undefined;
  /** What a server needs for an answer. Absent: the usual time. */
  readonly latencySeconds?: number | undefined;
}

/** What a server that is not slow needs for an answer, in seconds. */
const USUAL_LATENCY = 0.02;

/** The 5xx answers a minute among so many answers of the servers. */
export function errorsAmong(answered: number, { errorPercent = 0 }: RequestLoad): number {
  return (answered * errorPercent) / 100;
}

/** "Reporting criteria: There is a nonzero value." Each is a sample of 1. */
export function countStatistics(count: number): Statistics | undefined {
  return count === 0 ? undefined : { sum: count, count, minimum: 1, maximum: 1 };
}

/** The times of so many answers, which are all alike. */
export function latencyStatistics(answered: number, load: RequestLoad): Statistics | undefined {
  if (answered === 0) return undefined;
  const { latencySeconds: seconds = USUAL_LATENCY } = load;
  return { sum: seconds * answered, count: answered, minimum: seconds, maximum: seconds };
}
