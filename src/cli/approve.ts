import { UserError } from "../engine/errors.ts";
import type { PlanDocument } from "../engine/plan-format.ts";
import { advise, type CommandLine, STANDARD_STREAM } from "./command-line.ts";
import type { Session } from "./session.ts";
import { hasTerminal, isCi } from "./terminal.ts";

/**
 * Asks for nothing that nobody can answer: told before any work is done.
 *
 * @throws UserError when a question could not be asked.
 */
export function requireSomeoneToAsk(session: Session, command: "apply" | "destroy", yes: boolean) {
  if (yes) return;
  const { io, options, typed } = session;
  const remedy = `${lookFirst(command, typed)}: ${advise(typed, { add: { "--yes": undefined } })}`;
  if (typed.operands.includes(STANDARD_STREAM) || typed.options.get("--plan") === STANDARD_STREAM) {
    throw new UserError(`standard input cannot answer a question, so ${command} needs --yes`, {
      remedy,
    });
  }
  if (options.json) {
    throw new UserError(`${command} --json asks nothing, so it needs --yes`, { remedy });
  }
  if (isCi(io.env)) {
    throw new UserError(`CI is set, so nobody is asked, and ${command} needs --yes`, { remedy });
  }
  if (io.stdin.isTTY !== true || !hasTerminal(io)) {
    throw new UserError(`there is no terminal to ask on, so ${command} needs --yes`, { remedy });
  }
}

/** A plan shows no destruction, and a saved plan has been looked at. */
function lookFirst(command: "apply" | "destroy", typed: CommandLine): string {
  if (typed.options.has("--plan")) return "If the saved plan is what is wanted, add --yes";
  const look = advise(typed, { command: command === "apply" ? "plan" : "status" });
  return command === "apply"
    ? `Look at \`${look}\` first, then add --yes`
    : `See with \`${look}\` what is there, all of which goes; then add --yes`;
}

/** @throws UserError when the plan has errors: nothing may be started then. */
export function refuseErrors(document: PlanDocument): void {
  const errors = document.problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const [first] = errors;
  throw new UserError(
    errors.length === 1
      ? `the plan has an error, so nothing was changed: ${first?.summary}`
      : `the plan has ${errors.length} errors, so nothing was changed`,
    errors.length === 1 && first !== undefined ? { remedy: first.remedy } : {},
  );
}
