import type { Io } from "./io.ts";

/** Whether a person looks at the output. CI has a terminal, too, on some hosts, and nobody at it. */
export function hasTerminal({ stdout, env }: Pick<Io, "stdout" | "env">): boolean {
  return stdout.isTTY === true && !isCi(env);
}

/** As most CI hosts say so: `CI=true`. */
export function isCi(env: Io["env"]): boolean {
  return isOn(env["CI"]);
}

/** Of a variable that switches something on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
