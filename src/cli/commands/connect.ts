import { unlessStopped } from "../../aws/stop.ts";
import { UserError } from "../../engine/errors.ts";
import type { StatusInstance } from "../../engine/status-format.ts";
import { awsCommand } from "../../resources/shared/aws-command.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { readStatus } from "../status-document.ts";

/**
 * Prints AWS's own command for a session, alone on standard output: `$(reconcile connect)` runs it. A program between
 * the terminal and the session would have to pass on every key.
 */
export async function connect(
  session: Session,
  server: string | undefined,
  named: string | undefined,
): Promise<ExitCode> {
  const { io, options, signal } = session;
  const { id, file } = readWords(server, named);
  const stackFile = await openStackFile(session, file);
  if (stackFile.stack.access !== "session-manager") {
    throw new UserError("the stack file does not ask for sessions", {
      remedy: "Add access: session-manager to the stack file, and run `reconcile apply`.",
    });
  }
  const environment = await openEnvironment(session, stackFile.stack.region);
  try {
    const reading = readStatus(stackFile, session, environment, false);
    const { instances } = await unlessStopped(reading, signal);
    const chosen = choose(instances, id);
    const command = awsCommand(environment.region, "ssm start-session", {
      target: chosen.id,
      ...(options.profile !== undefined && { profile: options.profile }),
    });
    if (environment.sandbox !== undefined) {
      io.stderr.write("The sandbox has no shells. On AWS, this command opens one:\n");
    }
    io.stdout.write(
      options.json ? `${JSON.stringify({ server: chosen.id, command })}\n` : `${command}\n`,
    );
    return EXIT.done;
  } finally {
    await environment.close();
  }
}

/** The server may be omitted before the stack file. */
function readWords(server: string | undefined, named: string | undefined) {
  const isId = server === undefined || isInstanceId(server);
  if (!isId && named !== undefined) {
    throw new UserError(`${server} is not an instance id`, {
      remedy: "Run `reconcile status` to see the ids of the servers.",
    });
  }
  return isId ? { id: server, file: named } : { id: undefined, file: server };
}

/** @throws UserError if there is no such server, or if no session can be opened on it. */
function choose(instances: readonly StatusInstance[], id: string | undefined): StatusInstance {
  // The id becomes part of a shell command, so everything that is no plain id is refused.
  const candidates = instances.filter(
    (instance) => isInstanceId(instance.id) && (id === undefined || instance.id === id),
  );
  if (candidates.length === 0) {
    throw new UserError(
      id === undefined ? "the stack has no servers" : `${id} is not a server of the stack`,
      {
        remedy: "Run `reconcile status` to see the servers.",
      },
    );
  }
  const open = candidates.filter(({ session }) => session?.available === true);
  const [best] = [...open.filter(({ reason }) => reason === undefined), ...open];
  if (best !== undefined) return best;
  const [first] = candidates;
  const reasons = candidates
    .map(({ id: one, session }) => `\n- ${one}: ${session?.reason}`)
    .join("");
  throw new UserError(`no session can be opened:${reasons}`, {
    ...(first?.session?.remedy !== undefined && { remedy: first.session.remedy }),
  });
}

function isInstanceId(word: string): boolean {
  return /^i-[0-9a-f]+$/.test(word);
}
