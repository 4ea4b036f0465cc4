import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { pass } from "./fake-time.ts";
import { play, type Stage } from "./play.ts";
import { readScenario } from "./scenario.ts";
import { openSandboxWorld } from "./world.ts";

const directory = join(import.meta.dirname, "cases");

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date("2026-01-05T09:00:00Z"),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("in the embedded AWS", () => {
  for (const file of readdirSync(directory).sort()) {
    const scenario = readScenario(join(directory, file));
    test(`${basename(file, ".yaml")}: ${scenario.title}`, async () => {
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
      await play(scenario, stage);
    });
  }
});
