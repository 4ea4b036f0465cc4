import type { OutsideError } from "./errors.ts";
import type { FailureDescription } from "./events.ts";

/** Describes a failure for a view. Of a bug in this program, it keeps the message alone. */
export function failureDescription(error: unknown): FailureDescription {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, operation, remedy, consoleOutput } = error as Error &
    Partial<Pick<OutsideError, "code" | "operation" | "remedy" | "consoleOutput">>;
  return {
    message: error.message,
    ...(typeof code === "string" && { code }),
    ...(typeof operation === "string" && { operation }),
    ...(typeof remedy === "string" && { remedy }),
    ...(consoleOutput !== undefined && consoleOutput.length > 0 && { consoleOutput }),
  };
}
