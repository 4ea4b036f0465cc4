import { UserError } from "../engine/errors.ts";
import { codeOf } from "../engine/system-error.ts";

/** Says why a file or a folder of a directory could not be read. */
export function unreadablePart(cause: unknown, shown: string): UserError {
  const why = REASONS[codeOf(cause) ?? ""];
  if (why === undefined) return new UserError(`${shown}: ${String(cause)}`, { cause });
  return new UserError(`${shown}: ${why.message}`, { remedy: why.remedy, cause });
}

const REASONS: Readonly<Record<string, { readonly message: string; readonly remedy: string }>> = {
  EACCES: {
    message: "you do not have permission to read it",
    remedy: "Give yourself permission, or exclude it with a line in .reconcileignore.",
  },
  EPERM: {
    message: "you do not have permission to read it",
    remedy: "Give yourself permission, or exclude it with a line in .reconcileignore.",
  },
};

/** Says that something was not the same from beginning to end of reading it. */
export function changedMeanwhile(shown: string, cause?: unknown): UserError {
  return new UserError(`${shown}: it changed while it was read`, {
    remedy:
      "Run the same command again. If a program keeps writing it, exclude it with a line in .reconcileignore.",
    cause,
  });
}

/** Codes of the system's errors for a path that no longer leads to what was seen there. */
export function isGone(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP", "EISDIR", "EINVAL", "ENXIO"].includes(codeOf(error) ?? "");
}
