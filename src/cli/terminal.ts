import type { Io } from "./io.ts";

/** Whether a person reads the output. Some CI hosts have a terminal too, but nobody reads it. */
export function hasTerminal({ stdout, env }: Pick<Io, "stdout" | "env">): boolean {
  return stdout.isTTY === true && !isCi(env);
}

/** Whether this is a CI job. Most CI hosts set `CI=true`. */
export function isCi(env: Io["env"]): boolean {
  return isOn(env["CI"]);
}

/** Whether an environment variable switches its feature on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
