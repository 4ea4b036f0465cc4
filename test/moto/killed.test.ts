import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { pretendProcess } from "../scenarios/process.ts";
import { type Account, openAccount } from "./account.ts";
import { compressedClock } from "./clock.ts";
import { inScratch } from "./sandbox-stage.ts";

let account: Account;

beforeAll(async () => {
  account = await openAccount(compressedClock());
});

afterAll(() => account.close());

beforeEach(() => account.reset());

/** Kills an apply at once after moto has done its n-th change, and before the apply hears of it. */
async function killAfterWrite(directory: string, writes: number): Promise<void> {
  const worker = new Worker(new URL("./apply-worker.ts", import.meta.url), {
    workerData: { directory, start: account.clock.now() },
    execArgv: [],
  });
  const gone = once(worker, "exit");
  let left = writes;
  account.proxy.onWrite = async () => {
    left -= 1;
    if (left === 0) await worker.terminate();
  };
  await gone;
  account.proxy.onWrite = undefined;
  // Fewer would mean that it ended by itself, and nothing was killed.
  expect(left).toBeLessThanOrEqual(0);
}

async function command(directory: string, line: string): Promise<void> {
  const { io, printed } = pretendProcess(directory, {});
  const code = await run(line.split(" "), { ...io, clock: account.clock });
  expect(code, printed().stdout + printed().stderr).toBe(0);
}

/**
 * An apply makes about a dozen changes, in an order that varies with the answers: among these there
 * are groups without rules, a running builder, an image whose builder is still there, a load
 * balancer without its health check.
 */
test.each([1, 3, 5, 7, 9, 11])(
  "an apply killed at its change number %i is finished by the next, with nothing made twice",
  (writes) =>
    inScratch(async (directory) => {
      cpSync(
        join(import.meta.dirname, "../../examples/afterpay.yaml"),
        join(directory, "afterpay.yaml"),
      );
      cpSync(
        join(import.meta.dirname, "../../examples/tiny_app.py"),
        join(directory, "tiny_app.py"),
      );
      const before = await account.world.inventory();
      await killAfterWrite(directory, writes);
      await command(directory, "apply --yes");
      await command(directory, "plan --check");
      // moto gives an instance of a launch template a volume too many.
      const { volume, ...rest } = await account.world.inventory();
      expect(volume).not.toEqual([]);
      const made = Object.entries(rest)
        .map(([type, ids]) => [type, ids.length - (before[type]?.length ?? 0)] as const)
        .filter(([, count]) => count !== 0);
      expect(Object.fromEntries(made)).toEqual({
        "key-pair": 1,
        image: 1,
        snapshot: 1,
        instance: 2,
        "security-group": 2,
        "launch-template": 1,
        "auto-scaling-group": 1,
        "load-balancer": 1,
      });
      await command(directory, "destroy --yes");
      expect(await account.world.inventory()).toEqual(before);
    }),
);
