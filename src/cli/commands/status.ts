import { unlessStopped } from "../../aws/stop.ts";
import { verdictOf } from "../../ui/status/verdict.ts";
import type { StatusDocument } from "../../ui/view.ts";
import { about, openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { StatusOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { readStatus } from "../status-document.ts";

/** The live resources, whether the servers are in service, and the outputs. */
export async function status(
  session: Session,
  named: string | undefined,
  { check }: StatusOptions,
): Promise<ExitCode> {
  const { view, signal } = session;
  const stackFile = await openStackFile(session, named);
  const { stack, region } = stackFile.stack;
  const environment = await openEnvironment(session, region);
  try {
    view.about({ command: "status", stack, ...about(environment) });
    view.activity("Reading the account");
    const reading = readStatus(stackFile, session, environment, check);
    const document = await unlessStopped(reading, signal);
    view.status(document);
    return check ? exitCodeOf(document) : EXIT.done;
  } finally {
    await environment.close();
  }
}

/** What is not healthy is told before what differs: an outage always differs somewhere. */
function exitCodeOf(document: StatusDocument): ExitCode {
  const { healthy, differs } = verdictOf(document);
  if (!healthy) return EXIT.unhealthy;
  // A plan with an error is one that no apply would start, as `plan --check` has it.
  if (document.problems.some(({ severity }) => severity === "error")) return EXIT.error;
  return differs ? EXIT.differs : EXIT.done;
}
