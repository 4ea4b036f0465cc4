import { ansible } from "./ansible.ts";
import type { Entry, Situation } from "./contestant.ts";
import { groupCount } from "./contestant.ts";
import { depthOf, openEndpoint } from "./endpoint.ts";
import { ours } from "./ours.ts";
import { inFolder } from "./reconcile.ts";
import { median, milliseconds, print, type Rows } from "./report.ts";
import { terraform } from "./terraform.ts";

const entries: readonly Entry[] = [ours, terraform, ansible];

/** Milliseconds that AWS takes for a call, about. */
const usualDelay = 50;
/** So long that a program's own work between two answers does not count. */
const longDelay = 1_000;
/** The median of so many runs counts; of a program that takes longer than `patience`, fewer. */
const rounds = 5;
const patience = 30_000;

/** Compares no-op plans side by side: each program has the same machine, endpoint and resources. */
export async function comparison(): Promise<void> {
  print("No-op plans of the example tier, side by side", await compare("example"));
  print(`No-op plans of ${groupCount} security groups, side by side`, await compare("groups"));
}

interface Measured {
  readonly name: string;
  readonly calls: number;
  readonly writes: number;
  readonly depth: number;
  readonly processor: number;
  readonly wall: number;
  readonly delayed: number;
}

async function compare(situation: Situation): Promise<Rows> {
  const measured: Measured[] = [];
  const notes: string[][] = [];
  for (const entry of entries) {
    const found = await measure(entry, situation).catch(failed);
    if ("missing" in found) notes.push([`not compared: ${found.missing}`]);
    else measured.push(found);
  }
  const [first] = measured;
  return [
    ["", "calls", "in sequence", "CPU", "time", `time at ${usualDelay} ms a call`],
    ...measured.map((each) => [
      each.name,
      `${each.calls}${each.writes > 0 ? ` (${each.writes} of them writes)` : ""}${ratio(each.calls, first?.calls)}`,
      `${each.depth}`,
      `${milliseconds(each.processor)}${ratio(each.processor, first?.processor)}`,
      `${milliseconds(each.wall)}${ratio(each.wall, first?.wall)}`,
      `${milliseconds(each.delayed)}${ratio(each.delayed, first?.delayed)}`,
    ]),
    ...notes,
  ];
}

/** One program that fails does not lose the figures of the others. */
function failed(error: unknown): { readonly missing: string } {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
  return { missing: "a program that failed; its output is on standard error" };
}

/** Compared with the first program. */
function ratio(value: number, base: number | undefined): string {
  return base === undefined || base === value ? "" : ` (${(value / base).toFixed(1)} ×)`;
}

function measure(
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
