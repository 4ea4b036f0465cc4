#!/usr/bin/env node
import { EXIT } from "./exit-code.ts";
import { watchSignals } from "./signals.ts";
import { VERSION } from "./version.ts";
import { watchOutput } from "./watch-output.ts";

/** The oldest Node on which the libraries (commander 15, ink 8, the AWS SDK) run. */
const OLDEST_NODE = [22, 12] as const;

async function main(): Promise<void> {
  if (!isNodeNewEnough(process.versions.node)) {
    process.stderr.write(
      `reconcile needs Node.js ${OLDEST_NODE.join(".")} or newer. This is ${process.versions.node}. Install a current version from https://nodejs.org.\n`,
    );
    process.exitCode = EXIT.error;
    return;
  }
  watchOutput();
  const signals = watchSignals();
  // Scripts and editors ask often, and nothing of the program is needed for the answer.
  if (process.argv.length === 3 && process.argv[2] === "--version") {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const { runProcess } = await import("./process.ts");
  await runProcess(signals);
}

function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

// The last statement of the module: constants below it would not be initialized yet.
await main();
