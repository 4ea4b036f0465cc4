import { UserError } from "../engine/errors.ts";
import type { PlanDocument } from "../engine/plan-format.ts";
import { advise, type CommandLine, STANDARD_STREAM } from "./command-line.ts";
import type { Session } from "./session.ts";
import { hasTerminal, isCi } from "./terminal.ts";

/**
 * Fails before any work is done if nobody can answer the question.
 *
 * @throws UserError if a question cannot be asked.
 */
export function requireSomeoneToAsk(session: Session, command: "apply" | "destroy", yes: boolean) {
  if (yes) return;
  const { io, options, typed } = session;
  const remedy = `${lookFirst(command, typed)}: ${advise(typed, { add: { "--yes": undefined } })}`;
  if (typed.operands.includes(STANDARD_STREAM) || typed.options.get("--plan") === STANDARD_STREAM) {
    throw new UserError(`${command} cannot ask for approval on standard input, so it needs --yes`, {
      remedy,
    });
  }
  if (options.json) {
    throw new UserError(`${command} --json cannot ask for approval, so it needs --yes`, { remedy });
  }
  if (isCi(io.env)) {
    throw new UserError(`${command} does not ask for approval if CI is set, so it needs --yes`, {
      remedy,
    });
  }
  if (io.stdin.isTTY !== true || !hasTerminal(io)) {
    throw new UserError(`${command} has no terminal to ask for approval, so it needs --yes`, {
      remedy,
    });
  }
}

/** `plan` does not show what `destroy` deletes. A saved plan was reviewed before. */
function lookFirst(command: "apply" | "destroy", typed: CommandLine): string {
  if (typed.options.has("--plan")) return "If the saved plan is right, add --yes";
  const look = advise(typed, { command: command === "apply" ? "plan" : "status" });
  return command === "apply"
    ? `Run \`${look}\` first to see the changes, then add --yes`
    : `Run \`${look}\` first to see the resources. All of them will be deleted. Then add --yes`;
}

/** @throws UserError if the plan has errors. Then no step may start. */
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
