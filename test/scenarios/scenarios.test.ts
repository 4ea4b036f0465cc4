import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resourceTypes } from "../../src/resources/all.ts";
import { pass, startFakeTime } from "./fake-time.ts";
import { appliesInTheMiddle, type Manner, play, type Stage } from "./play.ts";
import { readScenario, type Scenario } from "./scenario.ts";
import { openSandboxWorld } from "./world.ts";

const directory = join(import.meta.dirname, "cases");

beforeEach(startFakeTime);

afterEach(() => {
  vi.useRealTimers();
});

/** Plays it in an account of its own. */
async function playInSandbox(scenario: Scenario, manner: Manner): Promise<readonly string[]> {
  const world = await openSandboxWorld(scenario.sandbox);
  const stage: Stage = {
    world,
    options: ["--sandbox"],
    io: { sandbox: world.sandbox },
    environment: {},
    pass,
    async wait(seconds) {
      await vi.advanceTimersByTimeAsync(seconds * 1000);
      world.sandbox.advance();
    },
  };
  return play(scenario, stage, manner);
}

const scenarios = readdirSync(directory)
  .sort()
  .map((file) => ({ name: basename(file, ".yaml"), ...readScenario(join(directory, file)) }));

/** The changes that scenarios require of a plan. */
const planned = scenarios.flatMap(({ steps }) =>
  steps.flatMap((step) => ("run" in step ? (step.changes ?? []) : [])),
);

describe("some scenario plans", () => {
  for (const { name, wanted, sweep } of resourceTypes) {
    if (wanted === "never") continue;
    test(`a new ${name}`, () => {
      expect(planned).toContainEqual(expect.stringMatching(`^create ${name}/`));
    });
    // A plan looks for such an object only if the stack's record names its type.
    if (sweep !== "if-used") continue;
    test(`the end of a ${name} that the stack file does not define any more`, () => {
      expect(planned).toContainEqual(expect.stringMatching(`^delete ${name}/`));
    });
  }
});

/** What stood at the end, by scenario, where it was played in this run already. */
const stoodAsWritten = new Map<string, readonly string[]>();

describe("in the embedded AWS", () => {
  for (const { name, ...scenario } of scenarios) {
    test(`${name}: ${scenario.title}`, async () => {
      stoodAsWritten.set(name, await playInSandbox(scenario, "as-written"));
    });
  }
});

describe("in the embedded AWS, with an apply right after each call of another hand", () => {
  for (const { name, ...scenario } of scenarios) {
    if (appliesInTheMiddle(scenario).size === 0) continue;
    test(`${name}: ${scenario.title}`, async () => {
      const stood = await playInSandbox(scenario, "applying-in-the-middle");
      expect(stood).toEqual(
        stoodAsWritten.get(name) ?? (await playInSandbox(scenario, "as-written")),
      );
    });
  }
});
