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

/** Nothing is left to do by then; a reader that takes its time is still waited for. */
const LINGER_MILLISECONDS = 300;

async function main(): Promise<void> {
  if (!isNodeNewEnough(process.versions.node)) {
    process.stderr.write(
      `reconcile needs Node.js ${OLDEST_NODE.join(".")} or newer, and this is ${process.versions.node}. Get a current one from https://nodejs.org.\n`,
    );
    process.exitCode = EXIT.error;
    return;
  }
  // Compiled code is kept between runs, which halves the start; older Nodes simply do without.
  nodeModule.enableCompileCache?.();
  watchOutput();
  const io = processIo();
  const { run } = await import("./run.ts");
  process.exitCode = await run(process.argv.slice(2), io);
  endSoon();
}

/**
 * What can be ended has been; this is for what cannot, as a host's name that the system still looks
 * up, which may take half a minute. It holds nobody up who has read how it ended.
 */
function endSoon(): void {
  setTimeout(() => {
    const unread = process.stdout.writableLength + process.stderr.writableLength;
    if (unread > 0) endSoon();
    else endNow();
  }, LINGER_MILLISECONDS).unref();
}

/**
 * Ends the process with the code, or with the one that stands. The system's look-up of a name, or a pipe that
 * it opens, holds a thread that Node joins at its end, however long that takes; a process that is replaced
 * by another has no threads to join.
 */
function endNow(code?: number): void {
  // After all other listeners: the code is final by then, and the terminal is as it was.
  process.once("exit", (told) => {
    if (!process.getActiveResourcesInfo().some((name) => HOLDS_THREAD.test(name))) return;
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    nodeModule.flushCompileCache?.();
    try {
      process.execve?.("/bin/sh", ["sh", "-c", `exit ${process.exitCode ?? told}`], {});
    } catch {
      // Without a shell, or the right to start one, the thread is waited for.
    }
  });
  // With an argument, even undefined, it would forget the code that stands.
  if (code !== undefined) process.exitCode = code;
  process.exit();
}

/** Node's names of what its thread pool does: files, and names of hosts. */
const HOLDS_THREAD = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;

function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/**
 * Output that cannot be written ends no work half done. `reconcile plan | head` closes our output
 * before we are done, and a terminal may go away: that is no error. Any other, as a full disk, is.
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
    process.stderr.write(`The output cannot be written: ${why}. The work goes on without it.\n`),
  );
  listen(process.stderr, () => {});
  // A terminal that is gone refuses its mode, too; whoever reads from it hears of its end.
  process.stdin.on("error", () => {});
  // Only by then is known that all of it was taken: a stream tells of an error when it is asked no more.
  process.on("exit", (code) => {
    if (lost && code === EXIT.done) process.exitCode = EXIT.error;
  });
}

/** Before there is work, and after it, nothing is in flight: then a signal ends the process at once. */
function watchInterrupts(): { readonly tell: Io["onSignal"] } {
  let listener: Parameters<Io["onSignal"]>[0] | undefined;
  let isOver = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (listener !== undefined) listener(signal);
      // The work is done, and its exit code stands: a terminal that closes now changes nothing.
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

/** Long enough for the signal to arrive; no timer runs while the process is stopped. */
const STOP_MILLISECONDS = 50;

/** The whole group, as a terminal does itself: a shell waits for npx, which waits for us. */
async function suspend(): Promise<void> {
  process.kill(0, "SIGTSTP");
  // Where no shell could continue us the system does not stop us, either: then this just goes on.
  await new Promise((resolve) => setTimeout(resolve, STOP_MILLISECONDS));
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError("the working directory is gone", {
      remedy: "Change to one that exists.",
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
    // Asked for when a command needs it: it may be gone, and then the command says so in its own form.
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

// Last: until the program has run, a constant below this line would have no value for it.
await main();
