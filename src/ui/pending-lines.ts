import type { PendingItem } from "../engine/errors.ts";
import { neutralize } from "./text.ts";

/** What an apply waits for, as people read it. */
export interface PendingLines {
  readonly head: string;
  readonly remedy: string;
  /** What the remedy speaks of and people copy, such as a DNS record. A view never wraps it. */
  readonly copied: readonly string[];
}

/** One for each thing that somebody outside has to do. */
export function pendingLines(pending: readonly PendingItem[]): readonly PendingLines[] {
  return pending.map(({ address, waitsFor, remedy }) => {
    const [first = "", ...copied] = remedy.split("\n").map((line) => neutralize(line));
    return {
      head: `${neutralize(address)} waits for ${neutralize(waitsFor)}.`,
      remedy: first,
      copied,
    };
  });
}

/** Said once, below them. */
export function pendingEnd(pending: readonly PendingItem[]): string {
  const forApply = pending.filter(({ applyAgain }) => applyAgain !== false);
  if (forApply.length === 0) return "Everything else is done, and no further apply is needed.";
  const what = forApply.length === pending.length ? "what is pending" : "the rest";
  return `Everything else is done. The next apply completes ${what}.`;
}
