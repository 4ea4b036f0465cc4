import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { play } from "../scenarios/play.ts";
import { readScenario, type Scenario } from "../scenarios/scenario.ts";
import type { Account } from "./account.ts";

const directory = join(import.meta.dirname, "../scenarios/cases");

/** Scenarios that moto cannot play, and the words with which playing them fails, unless it is chance whether they do. */
export const notPlayable = z
  .record(z.string(), z.strictObject({ because: z.string(), fails: z.string().optional() }))
  .parse(parse(readFileSync(join(import.meta.dirname, "not-playable.yaml"), "utf8")));

/** Every scenario that asks for nothing that only an account of our own can be told to do. */
export const names: readonly string[] = readdirSync(directory)
  .map((file) => basename(file, ".yaml"))
  .filter((name) => needs(scenarioOf(name)) === undefined);

export function scenarioOf(name: string): Scenario {
  return readScenario(join(directory, `${name}.yaml`));
}

/** What AWS itself would have to do at our command: moto has no calls for these either. */
function needs({ steps, sandbox }: Scenario): string | undefined {
  if (steps.some((step) => "faults" in step)) return "faults";
  if (steps.some((step) => "publish-image" in step)) return "base images that appear meanwhile";
  if (steps.some((step) => "outside-record" in step)) return "records at another provider";
  if (steps.some((step) => "delegation" in step)) return "the parent of a zone";
  if (steps.some((step) => "run" in step && step.run.startsWith("sandbox "))) {
    return "load, a shortage, or a confirmation";
  }
  if (Object.keys(sandbox).length > 0) return "another kind of account";
  return undefined;
}

/** @param converged looks at what stands at the end. */
export function playOnMoto(
  name: string,
  { world, clock }: Account,
  converged?: (file: string, directory: string) => Promise<void>,
): Promise<readonly string[]> {
  return play(scenarioOf(name), {
    world,
    options: [],
    io: { clock },
    environment: {},
    pass: (work) => work,
    wait: (seconds) => clock.sleep(seconds * 1000),
    ...(converged && { converged }),
  });
}
