import type { Failure, FileProblem } from "../ui/view.ts";
import { VERSION } from "./version.ts";

/** Describes an error for a view. An error of no known class is a bug in reconcile. */
export function describeFailure(error: unknown, interrupted: boolean): Failure {
  if (!(error instanceof Error)) return bug(new Error(String(error)));
  const kind = KINDS[error.name];
  if (kind === "interrupted" || (interrupted && error.name === "AbortError")) {
    return { kind: "interrupted", message: error.message };
  }
  if (kind === undefined) return bug(error);
  // Structural, because the lower layers have error classes of their own and share none.
  const told: Error &
    Partial<Record<"code" | "operation" | "remedy", unknown>> & {
      problems?: readonly FileProblem[];
    } = error;
  return {
    kind,
    message: error.message,
    ...text("code", told.code),
    ...text("operation", told.operation),
    ...text("remedy", told.remedy),
    ...(told.problems === undefined ? {} : { problems: told.problems }),
  };
}

const KINDS: Readonly<Record<string, Failure["kind"]>> = {
  UserError: "user",
  OutsideError: "outside",
  AwsError: "outside",
  FactError: "outside",
  SandboxError: "outside",
  KeyFileError: "user",
  Cancelled: "interrupted",
};

function text<Key extends string>(key: Key, value: unknown): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  if (typeof value === "string") found[key] = value;
  return found;
}

function bug(error: Error): Failure {
  return {
    kind: "bug",
    message: `this is a bug in reconcile: ${error.message}`,
    remedy: `You did nothing wrong. It is safe to run the same command again. Please report the bug, with everything below, where you got reconcile from.\nreconcile ${VERSION}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    stack: causes(error),
  };
}

function causes(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\nCaused by: ${causes(error.cause)}` : own;
}
