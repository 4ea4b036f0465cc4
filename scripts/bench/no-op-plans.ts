import type { Entry, Situation } from "./contestant.ts";
import { depthOf, openEndpoint } from "./endpoint.ts";
import { inFolder } from "./reconcile.ts";
import { median } from "./report.ts";

/** Milliseconds that AWS takes for a call, about. */
export const usualDelay = 50;
/** So long that a program's own work between two answers does not count. */
const longDelay = 1_000;
/** The median of so many runs counts; of a program that takes longer than `patience`, fewer. */
const rounds = 5;
const patience = 30_000;

/** The plans of one program where nothing differs. */
export interface Measured {
  readonly name: string;
  readonly calls: number;
  readonly writes: number;
  /** The number of calls in sequence. */
  readonly depth: number;
  /** Milliseconds of CPU time. */
  readonly processor: number;
  /** Milliseconds, where a call takes no time but the endpoint's own. */
  readonly wall: number;
  /** Milliseconds, where each call takes `usualDelay` longer. */
  readonly delayed: number;
}

/** Creates the situation with the program, and measures its plans. */
export function measurePlans(
  entry: Entry,
  situation: Situation,
): Promise<Measured | { readonly missing: string }> {
  return inFolder(async (folder) => {
    const endpoint = await openEndpoint();
    try {
      const env = {
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_REGION: endpoint.region,
        AWS_ACCESS_KEY_ID: "AKIDBENCH",
        AWS_SECRET_ACCESS_KEY: "not a secret",
        AWS_EC2_METADATA_DISABLED: "true",
      };
      const contestant = await entry({ folder, situation, env });
      if ("missing" in contestant) return contestant;
      await contestant.create();
      await endpoint.settle();
      const plan = async (delay: number) => {
        endpoint.delay(delay);
        endpoint.takeCalls();
        const ran = await contestant.plan();
        return { ...ran, calls: endpoint.takeCalls() };
      };
      const plans = async (delay: number) => {
        const ran: Awaited<ReturnType<typeof plan>>[] = [];
        const started = performance.now();
        while (ran.length < rounds && performance.now() - started < patience) {
          ran.push(await plan(delay));
        }
        return ran;
      };
      const fast = await plans(0);
      const slow = await plans(usualDelay);
      const { calls } = await plan(longDelay);
      return {
        name: contestant.name,
        calls: calls.length,
        writes: calls.filter(({ operation }) => !/^(Describe|Get|List)/.test(operation)).length,
        depth: depthOf(calls),
        processor: median(fast.map(({ processor }) => processor)),
        wall: median(fast.map((ran) => ran.milliseconds)),
        delayed: median(slow.map((ran) => ran.milliseconds)),
      };
    } finally {
      await endpoint.close();
    }
  });
}
