import { unlessStopped } from "../../aws/stop.ts";
import { UserError } from "../../engine/errors.ts";
import type { StatusInstance } from "../../engine/status-format.ts";
import { awsCommand } from "../../resources/shared/aws-command.ts";
import { jsonText, neutralize } from "../../ui/text.ts";
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
      options.json ? `${jsonText({ server: chosen.id, command })}\n` : `${neutralize(command)}\n`,
    );
    return EXIT.done;
  } finally {
    await environment.close();
  }
}

/** The server may be omitted before the stack file. */
function readWords(server: string | undefined, named: string | undefined) {
  const isId = server === undefined || /^i-[0-9a-f]+$/.test(server);
  if (!isId && named !== undefined) {
    throw new UserError(`${server} is not an instance id`, {
      remedy: "Run `reconcile status` to see the ids of the servers.",
    });
  }
  return isId ? { id: server, file: named } : { id: undefined, file: server };
}

/** @throws UserError if there is no such server, or if no session can be opened on it. */
function choose(instances: readonly StatusInstance[], id: string | undefined): StatusInstance {
  const candidates = instances.filter((instance) => id === undefined || instance.id === id);
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
    remedy: remedies[first?.session?.missing ?? "unknown"],
  });
}

/** What to do about the first server. */
const remedies = {
  role: "Run `reconcile apply`: new servers get the role. Then try again.",
  agent:
    "Wait a minute and try again. If it stays so, run `reconcile plan`: it shows whether the image and the role are as the stack file says.",
  route:
    "Give the servers' subnets a route to the internet, for example through a NAT gateway, or create VPC endpoints for ssm and ssmmessages.",
  endpoint: "Create the missing VPC endpoint, or a route to the internet.",
  unknown: "Allow ssm:DescribeInstanceInformation in the IAM policy of these credentials.",
} as const;
