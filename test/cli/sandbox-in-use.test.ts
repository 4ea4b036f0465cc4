import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { Process } from "./process.ts";

/** What happens while a command waits, in place of the time that it would take. */
const waiting = vi.fn<() => Promise<void>>();
vi.mock("node:timers/promises", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: () => waiting(),
}));

async function held(process: Process) {
  const folder = join(process.directory, ".reconcile");
  mkdirSync(folder);
  return createSandbox({ stateFile: join(folder, "sandbox.json") });
}

test("a command waits a moment for a sandbox that another process has", async () => {
  const process = new Process();
  const sandbox = await held(process);
  waiting.mockReset().mockImplementationOnce(() => sandbox.close());
  expect(await process.run("sandbox show"), process.stderr.text).toBe(0);
  expect(waiting).toHaveBeenCalledTimes(1);
});

test("a command gives up after a second", async () => {
  const process = new Process();
  const sandbox = await held(process);
  waiting.mockReset().mockResolvedValue();
  expect(await process.run("sandbox show")).toBe(1);
  expect(process.stderr.text).toContain("in use by another process");
  expect(waiting).toHaveBeenCalledTimes(20);
  await sandbox.close();
});
