import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../engine/errors.ts";
import { createSandbox, type Sandbox } from "../sandbox/sandbox.ts";
import { SandboxInUse } from "../sandbox/sandbox-error.ts";
import { makeIgnoredFolder } from "./git-ignore.ts";
import type { Io } from "./io.ts";

export interface OpenSandbox {
  readonly sandbox: Sandbox;
  readonly region: string;
  /** How many times faster than real time its clock runs. */
  readonly speed: number;
  close(): Promise<void>;
}

const DEFAULT_REGION = "ap-southeast-2";
const DEFAULT_SPEED = 60;

/** One second is eleven days in the sandbox then. Far above, its dates would exceed the range of `Date`. */
const MOST_SPEED = 1e6;

/** Opens the embedded AWS of the current directory, which stores its state there. */
export async function openSandboxOf(io: Io, region: string | undefined): Promise<OpenSandbox> {
  const speed = speedOf(io);
  const chosen = region || io.env["AWS_REGION"] || io.env["AWS_DEFAULT_REGION"] || DEFAULT_REGION;
  if (io.sandbox !== undefined) {
    return { sandbox: io.sandbox, region: chosen, speed, close: async () => {} };
  }
  const quotas = quotasOf(io);
  makeIgnoredFolder(dirname(sandboxFile(io)));
  const options = { stateFile: sandboxFile(io), region: chosen, speed, quotas };
  const sandbox = await onceFree(() => createSandbox(options));
  return { sandbox, region: chosen, speed, close: () => sandbox.close() };
}

/** Milliseconds. A watched status, or a short command, uses the sandbox for a fraction of a second. */
const PATIENCE = 1_000;
const RETRY_EVERY = 50;

async function onceFree(open: () => Promise<Sandbox>): Promise<Sandbox> {
  for (let waited = 0; ; waited += RETRY_EVERY) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof SandboxInUse) || waited >= PATIENCE) throw error;
      await setTimeout(RETRY_EVERY);
    }
  }
}

/** The state file of the embedded AWS of the current directory. */
export function sandboxFile(io: Io): string {
  return join(io.cwd, ".reconcile", "sandbox.json");
}

/** AWS's vCPU quota can stop a launch, or a rollout that needs more servers for a while. */
function quotasOf(io: Io): { readonly processors?: number } {
  const text = io.env["RECONCILE_SANDBOX_VCPUS"];
  if (text === undefined || text === "") return {};
  if (/^\d{1,6}$/.test(text)) return { processors: Number(text) };
  throw new UserError(`RECONCILE_SANDBOX_VCPUS is ${JSON.stringify(text)}, which is not a number`, {
    remedy:
      "Set it to the number of vCPUs that all instances of the sandbox may use together, or unset it.",
  });
}

function speedOf(io: Io): number {
  const text = io.env["RECONCILE_SANDBOX_SPEED"];
  if (text === undefined || text === "") return DEFAULT_SPEED;
  const speed = Number(text);
  if (speed > 0 && speed <= MOST_SPEED) return speed;
  throw new UserError(
    `RECONCILE_SANDBOX_SPEED is ${JSON.stringify(text)}, which is not a valid speed`,
    {
      remedy: `Set it to a number above 0 and up to ${MOST_SPEED}: 1 is AWS's real speed, ${DEFAULT_SPEED} is the default.`,
    },
  );
}
