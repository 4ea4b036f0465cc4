import type { Build } from "./build.ts";
import { TimedOut } from "./build.ts";
import { guestDurations } from "./durations.ts";
import { Machine } from "./machine.ts";
import { everything } from "./reach.ts";
import { runProgramText } from "./shell/run-text.ts";
import { mayExist } from "./unknowns.ts";

/** What becomes of the program of a lifecycle hook on a machine. Plain JSON. */
export interface GuestHook {
  /** Until it ends. Absent: it does not end before any hook's timeout. */
  readonly seconds?: number;
  /** What the machine then tells the group. */
  readonly result: string;
}

const unit = "reconcile-hooks";

/** The longest timeout of a hook (`HeartbeatTimeout` of PutLifecycleHook), in seconds. */
const longest = 7200;

/**
 * The hooks that a machine's own service completes, by their names in its unit. Undefined if no such service starts.
 */
export function hooksOf(machine: Machine): Readonly<Record<string, GuestHook>> | undefined {
  const { enabled, masked } = machine.service(unit);
  const text = machine.file(`/etc/systemd/system/${unit}.service`)?.text ?? "";
  const [program = "", ...words] =
    /^ExecStart=(.*)$/m
      .exec(text)?.[1]
      ?.split(" ")
      .filter((word) => word !== "") ?? [];
  if (!enabled || masked || !mayRun(machine, program)) return undefined;
  const hooks: Record<string, GuestHook> = {};
  for (let index = 0; index + 2 < words.length; index += 3) {
    const [name = "", path = "", failed = ""] = words.slice(index, index + 3);
    hooks[name] = outcome(machine, path, failed);
  }
  return hooks;
}

function outcome(machine: Machine, path: string, failed: string): GuestHook {
  const usual = guestDurations.hookProgram;
  if (!mayRun(machine, path)) return { seconds: 0, result: failed };
  const { text } = machine.file(path) ?? {};
  if (text === undefined || !isShellScript(text)) return { seconds: usual, result: "CONTINUE" };
  const seconds = { spent: 0 };
  try {
    // What it changes on the disk is not modelled.
    const { status } = runProgramText(
      text,
      playing(new Machine(structuredClone(machine.disk)), seconds),
    );
    return { seconds: Math.max(usual, seconds.spent), result: status === 0 ? "CONTINUE" : failed };
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    return { result: failed };
  }
}

function mayRun(machine: Machine, path: string): boolean {
  const file = machine.file(path);
  if (file === undefined) return machine.kindOf(path) === "file" || mayExist(machine, path);
  return file.kind === "file" && /[1357]/.test(file.mode.slice(1));
}

/** Without a first line that names its interpreter, a shell runs it, too. */
function isShellScript(text: string): boolean {
  return !text.startsWith("#!") || /^#! *(\S*\/)?(env +)?(\S*\/)?(ba|da)?sh\b/.test(text);
}

/** The machine as the interpreter of shell scripts needs it, outside of any build. */
function playing(machine: Machine, seconds: { spent: number }): Build {
  return {
    machine,
    family: machine.disk.family,
    release: machine.disk.release,
    startedAt: 0,
    contents: new Map(),
    // Its own programs wait for nothing that the sandbox knows.
    reach: everything,
    spend: (more) => {
      seconds.spent += more;
      if (seconds.spent > longest) throw new TimedOut();
    },
    notice: () => {},
    print: () => {},
    nextCommand: () => 0,
    nextOwnCommand: () => 0,
  };
}
