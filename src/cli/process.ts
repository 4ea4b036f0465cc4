import { UserError } from "../engine/errors.ts";
import { endNow, endSoon } from "./end-process.ts";
import type { Io } from "./io.ts";
import { run } from "./run.ts";
import type { Signals } from "./signals.ts";

/** Runs the command line of this process, and ends the process. */
export async function runProcess(signals: Signals): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo(signals));
  endSoon();
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

function standardInput(): NodeJS.ReadStream {
  const { stdin } = process;
  // A closed terminal refuses to change its mode. Whoever reads from it sees its end.
  if (!stdin.listeners("error").includes(ignore)) stdin.on("error", ignore);
  return stdin;
}

function ignore(): void {}

function processIo(signals: Signals): Io {
  return {
    // A getter, because opening standard input takes time, and few commands read it.
    get stdin() {
      return standardInput();
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    // A getter, because the directory may not exist. Then the command that needs it reports the error.
    get cwd() {
      return workingDirectory();
    },
    onSignal: signals.tell,
    interrupt: () => void process.emit("SIGINT", "SIGINT"),
    // Windows has no job control.
    ...(process.platform === "win32" ? {} : { suspend }),
    exit: endNow,
  };
}
