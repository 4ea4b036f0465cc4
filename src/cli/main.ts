#!/usr/bin/env node
import nodeModule from "node:module";
import { homedir } from "node:os";
import process from "node:process";
import { UserError } from "../engine/errors.ts";
import { EXIT } from "./exit-code.ts";
import type { InterruptSignal, Io } from "./io.ts";

/** The oldest Node on which the libraries (commander 15, ink 8, the AWS SDK) run. */
const OLDEST_NODE = [22, 12] as const;

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How long the process may linger when all work is done. A slow reader of the output gets more time. */
const LINGER_MILLISECONDS = 300;

async function main(): Promise<void> {
  if (!isNodeNewEnough(process.versions.node)) {
    process.stderr.write(
      `reconcile needs Node.js ${OLDEST_NODE.join(".")} or newer. This is ${process.versions.node}. Install a current version from https://nodejs.org.\n`,
    );
    process.exitCode = EXIT.error;
    return;
  }
  // Caching compiled code halves the start-up time. Older versions of Node do not have the cache.
  nodeModule.enableCompileCache?.();
  watchOutput();
  const io = processIo();
  const { run } = await import("./run.ts");
  process.exitCode = await run(process.argv.slice(2), io);
  endSoon();
}

/**
 * Ends the process although the system may still be busy. Resolving a host name, for example, cannot be
 * cancelled and can take half a minute, after the user has read the result.
 */
function endSoon(): void {
  setTimeout(() => {
    const unread = process.stdout.writableLength + process.stderr.writableLength;
    if (unread > 0) endSoon();
    else endNow();
  }, LINGER_MILLISECONDS).unref();
}

/**
 * Ends the process with the code, or with the current exit code. Resolving a host name, or opening a pipe, holds
 * a thread, and Node waits for its threads before it exits, however long that takes. A process that is replaced
 * by another one does not wait.
 */
function endNow(code?: number): void {
  // After all other listeners: then the exit code is final and the terminal is restored.
  process.once("exit", (told) => {
    if (!process.getActiveResourcesInfo().some((name) => HOLDS_THREAD.test(name))) return;
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    nodeModule.flushCompileCache?.();
    try {
      process.execve?.("/bin/sh", ["sh", "-c", `exit ${process.exitCode ?? told}`], {});
    } catch {
      // Without a shell, or without permission to start one, Node waits for the thread.
    }
  });
  // process.exit(undefined) would reset the current exit code.
  if (code !== undefined) process.exitCode = code;
  process.exit();
}

/** Node's names for the work of its thread pool: files and host names. */
const HOLDS_THREAD = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;

function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/**
 * An apply continues when its output cannot be written. A closed pipe, as in `reconcile plan | head`, and a
 * closed terminal are not errors. Everything else is, for example a full disk.
 */
function watchOutput(): void {
  let lost = false;
  const quiet = new Set(["EPIPE", "EIO", "ECONNRESET"]);
  const listen = (stream: NodeJS.WriteStream, tell: (why: string) => void) =>
    stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      if (lost || quiet.has(code ?? "")) return;
      lost = true;
      tell(code === "ENOSPC" ? "the disk is full" : message);
    });
  listen(process.stdout, (why) =>
    process.stderr.write(
      `The output cannot be written: ${why}. The command continues without it.\n`,
    ),
  );
  listen(process.stderr, () => {});
  // A closed terminal also refuses to change its mode. Whoever reads from it sees its end.
  process.stdin.on("error", () => {});
  // Only now it is certain that everything was written: a stream can fail after the last write.
  process.on("exit", (code) => {
    if (lost && code === EXIT.done) process.exitCode = EXIT.error;
  });
}

/** Before and after the work, no call is in flight. Then a signal ends the process at once. */
function watchInterrupts(): { readonly tell: Io["onSignal"] } {
  let listener: Parameters<Io["onSignal"]>[0] | undefined;
  let isOver = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (listener !== undefined) listener(signal);
      // The work is done and the exit code is final. A terminal that closes now does not change it.
      else if (!isOver || signal !== "SIGHUP") endNow(EXIT.interrupted);
    });
  }
  return {
    tell(told) {
      listener = told;
      return () => {
        listener = undefined;
        isOver = true;
      };
    },
  };
}

/** Long enough for the signal to arrive. No timer runs while the process is stopped. */
const STOP_MILLISECONDS = 50;

/** Stops the whole process group, as a terminal does: the shell waits for npx, and npx waits for us. */
async function suspend(): Promise<void> {
  process.kill(0, "SIGTSTP");
  // The system does not stop a process that no shell could continue. Then this returns at once.
  await new Promise((resolve) => setTimeout(resolve, STOP_MILLISECONDS));
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError("the current directory does not exist any more", {
      remedy: "Change to a directory that exists.",
      cause,
    });
  }
}

function processIo(): Io {
  const interrupts = watchInterrupts();
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    // A getter, because the directory may not exist. Then the command that needs it reports the error.
    get cwd() {
      return workingDirectory();
    },
    home: homedir(),
    onSignal: interrupts.tell,
    interrupt: () => void process.emit("SIGINT", "SIGINT"),
    // Windows has no job control.
    ...(process.platform === "win32" ? {} : { suspend }),
    exit: endNow,
  };
}

// The last statement of the module: constants below it would not be initialized yet.
await main();
