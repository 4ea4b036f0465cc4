/** Creates the Python environment of test/moto, and runs its tests with vitest. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NoPython, pythonEnvironment } from "../test/moto/python.ts";

try {
  const python = await pythonEnvironment();
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const config = fileURLToPath(new URL("../test/moto/vitest.config.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [vitest, "run", "--config", config, ...process.argv.slice(2)],
    { stdio: "inherit", env: { ...process.env, MOTO_PYTHON: python } },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
} catch (error) {
  if (!(error instanceof NoPython)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
