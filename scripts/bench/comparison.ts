import { ansible } from "./ansible.ts";
import type { Entry, Situation } from "./contestant.ts";
import { groupCount } from "./contestant.ts";
import { type Measured, measurePlans, usualDelay } from "./no-op-plans.ts";
import { ours } from "./ours.ts";
import { milliseconds, print, type Rows } from "./report.ts";
import { terraform } from "./terraform.ts";

const entries: readonly Entry[] = [ours, terraform, ansible];

/** Compares no-op plans side by side: each program has the same machine, endpoint and resources. */
export async function comparison(): Promise<void> {
  print("No-op plans of the example tier, side by side", await compare("example"));
  print(`No-op plans of ${groupCount} security groups, side by side`, await compare("groups"));
}

async function compare(situation: Situation): Promise<Rows> {
  const measured: Measured[] = [];
  const notes: string[][] = [];
  for (const entry of entries) {
    const found = await measurePlans(entry, situation).catch(failed);
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
