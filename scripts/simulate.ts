/**
 * Simulates faults during applies.
 * `--seeds A-B` runs a range of seeds. `--seed N` runs one seed and prints everything it does.
 * `--exhaustive` crashes at every API call. `--mutants` plants faults in copies of the product and
 * checks that the simulation catches each of them. The exit code is 1 when anything fails.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { swept } from "../test/simulation/journeys.ts";
import {
  add,
  failuresOf,
  runSeeds,
  summaryOf,
  sweepCrashes,
  type Tally,
} from "../test/simulation/simulation.ts";

/** What one worker process does. */
type Share =
  | { readonly seeds: readonly [number, number] }
  | { readonly everyRead: number; readonly only: readonly string[] };

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    exhaustive: { type: "boolean", default: false },
    /** With --exhaustive: crash only at every n-th read call. */
    "every-read": { type: "string", default: "1" },
    /** With --exhaustive: run only this journey. */
    journey: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    /** Stop at the first failure. */
    first: { type: "boolean", default: false },
    /** Plant faults in copies of the product, and print which seed catches each fault. */
    mutants: { type: "boolean", default: false },
    mutant: { type: "string" },
    share: { type: "string" },
  },
});

if (values.share !== undefined) {
  process.send?.(await work(JSON.parse(values.share) as Share));
} else if (values.mutants) {
  const { huntMutants } = await import("../test/simulation/mutants.ts");
  const missed = await huntMutants(say, values.mutant);
  if (missed.length > 0) process.exitCode = 1;
} else if (values.seed !== undefined) {
  const seed = Number(values.seed);
  end(await runSeeds(seed, seed, { log: say }));
} else if (values.exhaustive) {
  const everyRead = Number(values["every-read"]);
  const names = swept.map(({ name }) => name);
  const chosen = values.journey === undefined ? names : [values.journey];
  end(await divide(chosen.map((name) => ({ everyRead, only: [name] }))));
} else {
  const [first = 1, last = first] = (values.seeds ?? "1-200").split("-").map(Number);
  const shares: Share[] = [];
  // Each worker first runs every journey without faults, so it gets enough seeds to make that worthwhile.
  const atOnce = Math.min(100, Math.ceil((last - first + 1) / Number(values.workers)));
  for (let from = first; from <= last; from += atOnce) {
    shares.push({ seeds: [from, Math.min(last, from + atOnce - 1)] });
  }
  end(await divide(shares));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function work(share: Share): Promise<Tally> {
  const options = { untilFailure: values.first };
  return "seeds" in share
    ? runSeeds(...share.seeds, options)
    : sweepCrashes({ ...share, ...options });
}

/** Virtual time belongs to a whole process, so each core gets its own processes. */
async function divide(shares: readonly Share[]): Promise<Tally> {
  const tallies: Tally[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < shares.length; index = next++) {
      const tally = await inProcess(shares[index] as Share);
      tallies[index] = tally;
      if (values.first && tally.failures.length > 0) next = shares.length;
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, worker));
  // With --first, the shares after the first failure have no result.
  return tallies.filter((tally) => tally !== undefined).reduce(add);
}

function inProcess(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const first = values.first ? ["--first"] : [];
    const child = fork(import.meta.filename, ["--share", JSON.stringify(share), ...first]);
    let tally: Tally | undefined;
    child.on("message", (message) => {
      tally = message as Tally;
    });
    child.on("exit", (code) => {
      if (tally === undefined)
        reject(new Error(`a worker exited with code ${code} and without a result`));
      else resolve(tally);
    });
  });
}

function end(tally: Tally): void {
  if (tally.failures.length > 0) {
    say(failuresOf(tally));
    process.exitCode = 1;
  }
  say(summaryOf(tally));
}
