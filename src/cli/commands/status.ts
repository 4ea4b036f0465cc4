import { unlessStopped } from "../../aws/stop.ts";
import type { StatusDocument } from "../../engine/status-format.ts";
import { verdictOf } from "../../ui/status/verdict.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { StatusOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { type OpenedStackFile, openStackFile } from "../stack-file.ts";
import { readStatus } from "../status-document.ts";
import { about } from "../subject.ts";
import { watchStatus } from "../watch-status.ts";

/** Shows the live resources, whether the servers are in service, and the outputs: once, or again and again. */
export async function status(
  session: Session,
  named: string | undefined,
  { check, watch }: StatusOptions,
): Promise<ExitCode> {
  const stackFile = await openStackFile(session, named);
  const document = watch
    ? await watchOn(session, stackFile, check)
    : await lookOnce(session, stackFile, check);
  if (session.signal.aborted) return EXIT.interrupted;
  return check && document !== undefined ? exitCodeOf(document) : EXIT.done;
}

async function lookOnce(
  session: Session,
  stackFile: OpenedStackFile,
  check: boolean,
): Promise<StatusDocument> {
  const { view, signal } = session;
  const { stack, region } = stackFile.stack;
  const environment = await openEnvironment(session, region);
  try {
    view.about({ command: "status", stack, ...about(environment) });
    view.activity("Reading the account");
    const reading = readStatus(stackFile, session, environment, check);
    const document = await unlessStopped(reading, signal);
    view.status(document);
    return document;
  } finally {
    await environment.close();
  }
}

/** With `--check`, the watch ends when everything is healthy. Otherwise it continues until it is interrupted. */
function watchOn(session: Session, stackFile: OpenedStackFile, check: boolean) {
  const { stack, region } = stackFile.stack;
  return watchStatus(session, {
    stack,
    region,
    read: (environment) => readStatus(stackFile, session, environment, check),
    isEnd: (document) => check && exitCodeOf(document) === EXIT.done,
  });
}

/** Unhealthy takes precedence over different: in an outage, something always differs. */
function exitCodeOf(document: StatusDocument): ExitCode {
  const { healthy, differs } = verdictOf(document);
  if (!healthy) return EXIT.unhealthy;
  // As in `plan --check`: no apply would start a plan that has an error.
  if (document.problems.some(({ severity }) => severity === "error")) return EXIT.error;
  return differs ? EXIT.differs : EXIT.done;
}
