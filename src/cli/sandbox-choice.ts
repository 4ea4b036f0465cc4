import { UserError } from "../engine/errors.ts";
import type { CommandLine } from "./command-line.ts";
import type { Io } from "./io.ts";
import { isOn } from "./terminal.ts";

const SANDBOX_VARIABLE = "RECONCILE_SANDBOX";
const SANDBOX_OPTION = "--sandbox";

/** Whether the environment chooses the sandbox, without the option. */
export function isSandboxChosen({ env }: Io): boolean {
  return isOn(env[SANDBOX_VARIABLE]);
}

/** Advice is copied to other shells too, where the variable is not set and the account would be the real one. */
export function inSameAccount(typed: CommandLine, { env }: Io): CommandLine {
  if (!isOn(env[SANDBOX_VARIABLE]) || typed.options.has(SANDBOX_OPTION)) return typed;
  return { ...typed, options: new Map([...typed.options, [SANDBOX_OPTION, undefined]]) };
}

/** `no` or `off` must not silently mean the sandbox, whose health says nothing about the account. */
export function requireClearAccount({ env }: Io): void {
  const text = env[SANDBOX_VARIABLE];
  if (text === undefined || /^(|0|1|true|false)$/.test(text)) return;
  throw new UserError(`RECONCILE_SANDBOX is ${JSON.stringify(text)}, which is neither 1 nor 0`, {
    remedy: "Set it to 1 to use the sandbox, or unset it to use the AWS account.",
  });
}
