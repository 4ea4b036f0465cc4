#!/usr/bin/env node
import nodeModule from "node:module";
import { homedir } from "node:os";
import process from "node:process";
import type { InterruptSignal, Io } from "./io.ts";

/** The oldest Node on which the libraries (commander 15, ink 8, the AWS SDK) run. */
const OLDEST_NODE = [22, 12] as const;

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

await main();

async function main(): Promise<void> {
  if (!isNodeNewEnough(process.versions.node)) {
    process.stderr.write(
      `reconcile needs Node.js ${OLDEST_NODE.join(".")} or newer, and this is ${process.versions.node}. Get a current one from https://nodejs.org.\n`,
    );
    process.exitCode = 1;
    return;
  }
  // Compiled code is kept between runs, which halves the start; older Nodes simply do without.
  nodeModule.enableCompileCache?.();
  dieQuietlyOnBrokenPipe();
  const { run } = await import("./run.ts");
  process.exitCode = await run(process.argv.slice(2), processIo());
}

function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** `reconcile plan | head` closes our output before we are done: that is no error. */
function dieQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    interrupt: () => void process.emit("SIGINT", "SIGINT"),
    exit: (code) => process.exit(code),
  };
}
