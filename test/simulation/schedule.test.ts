import { expect, test, vi } from "vitest";
import { hasFounders } from "./schedule.ts";
import { failuresOf, runSeeds } from "./simulation.ts";

// Half a minute of one core, and several where others use the machine as well.
vi.setConfig({ testTimeout: 180_000 });

test("crashes, faults and other hands do no harm, and one apply mends what they did", async () => {
  const tally = await runSeeds(1, 24);
  expect(tally.failures, failuresOf(tally)).toEqual([]);
});

test.each([18, 46, 74, 102])(
  "two applies that make a network at the same time end with one of everything: seed %i",
  async (seed) => {
    expect(hasFounders(seed)).toBe(true);
    const tally = await runSeeds(seed, seed);
    expect(tally.failures, failuresOf(tally)).toEqual([]);
  },
);

test("a seed plays the same schedule every time, however many processes it has", async () => {
  const played = async () => {
    const lines: string[] = [];
    await runSeeds(11, 14, { log: (line) => lines.push(masked(line)) });
    return lines;
  };
  const first = await played();
  // Each of these has two processes at once.
  const kinds = first.flatMap((line) => /^seed \d+: ([a-z-]+),/.exec(line)?.[1] ?? []);
  expect(kinds).toEqual(["destroyer", "twins", "all", "rivals"]);
  expect(first.length).toBeGreaterThan(500);
  expect(await played()).toEqual(first);
});

/** New keys and the SDK's own tokens differ each time; nothing depends on them. */
function masked(line: string): string {
  return line
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<token>")
    .replace(/"KeyName":"[^"]*"/g, '"KeyName":"<key>"')
    .replace(/\bafterpay-[0-9a-f]{8}\b/g, "<name that follows from the key>");
}
