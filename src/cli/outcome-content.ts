import type { PendingItem } from "../engine/errors.ts";
import type { EngineEvent, FailureDescription } from "../engine/events.ts";
import type { Change, PlanDocument, Summary } from "../engine/plan-format.ts";
import { failureLines } from "../ui/failure-text.ts";
import { pendingLines } from "../ui/pending-lines.ts";
import { neutralize } from "../ui/text.ts";
import { doneSummary } from "../ui/wording.ts";

/** How an apply ended: the JSON that a URL gets. */
export interface ApplyOutcome {
  readonly formatVersion: 1;
  readonly at: string;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly outcome: "applied" | "failed";
  /** The completed changes, by action. */
  readonly summary: Summary;
  /** The completed changes. */
  readonly changes: readonly Pick<Change, "address" | "action" | "because">[];
  /** The first failure. */
  readonly error?: OutcomeError;
  readonly pending?: readonly PendingItem[];
}

interface OutcomeError extends Omit<FailureDescription, "consoleOutput"> {
  readonly address?: string;
}

/** An apply that has run: its plan, and its events. */
export interface RunApply {
  readonly document: PlanDocument;
  readonly events: readonly EngineEvent[];
}

/** What to tell of the apply. Undefined if it has neither changed anything nor failed, and if somebody interrupted it. */
export function outcomeOf({ document, events }: RunApply): ApplyOutcome | undefined {
  const finished = events.find((event) => event.event === "finished");
  if (finished === undefined || finished.interrupted) return undefined;
  const changes = completedChanges(document, events);
  if (changes.length === 0 && finished.ok) return undefined;
  const { at, ok, summary, pending } = finished;
  const { stack, region, account } = document;
  const error = ok ? undefined : errorIn(events);
  return {
    formatVersion: 1,
    at,
    stack,
    region,
    account,
    outcome: ok ? "applied" : "failed",
    summary,
    changes,
    ...(error && { error }),
    ...(pending && { pending }),
  };
}

/** A change is complete when all steps at its address are. */
function completedChanges(
  { changes, steps }: PlanDocument,
  events: readonly EngineEvent[],
): ApplyOutcome["changes"] {
  const done = new Set(events.flatMap((event) => (event.event === "step-done" ? event.key : [])));
  const open = new Set(steps.filter(({ key }) => !done.has(key)).map(({ address }) => address));
  return changes
    .filter(({ action, address }) => action !== "keep" && !open.has(address))
    .map(({ address, action, because }) => ({ address, action, because }));
}

function errorIn(events: readonly EngineEvent[]): OutcomeError | undefined {
  const failed = events.find((event) => event.event === "step-failed");
  if (failed !== undefined) return { address: failed.address, ...plainError(failed.error) };
  const finished = events.find((event) => event.event === "finished");
  return finished?.error && plainError(finished.error);
}

/** A console's lines are long, and nobody has checked them for secrets. */
export function plainError({ message, code, operation, remedy }: FailureDescription): OutcomeError {
  return {
    message,
    ...(code !== undefined && { code }),
    ...(operation !== undefined && { operation }),
    ...(remedy !== undefined && { remedy }),
  };
}

/** "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long" (Publish). */
const longestSubject = 99;

/** The subject of a mail: `reconcile shop: 2 updated`. */
export function outcomeSubject({ stack, outcome, summary }: ApplyOutcome): string {
  const what = outcome === "failed" ? "apply failed" : doneSummary(summary);
  return `reconcile ${stack}: ${what}`.replace(/[^ -~]/g, "?").slice(0, longestSubject);
}

/** A message has at most 256 KB (Publish), and nobody reads that much. */
const mostChanges = 200;

/** The message for people. It is no JSON, so that the filter of URLs keeps it out. */
export function outcomeMessage(outcome: ApplyOutcome): string {
  const { stack, region, account, at, changes, error, pending = [] } = outcome;
  const more = changes.length - mostChanges;
  return [
    `${outcomeSubject(outcome)}`,
    `Stack ${stack}, account ${account}, region ${region}, ${at}`,
    ...(changes.length === 0 ? [] : ["", "Changes:"]),
    ...changes
      .slice(0, mostChanges)
      .map(({ address, action, because }) => neutralize(`- ${action} ${address}: ${because}`)),
    ...(more > 0 ? [`- and ${more} more`] : []),
    ...(error === undefined ? [] : ["", ...errorLines(error)]),
    ...pendingLines(pending).flatMap(({ head, remedy, copied }) => [
      "",
      `Pending: ${head}`,
      `  ${remedy}`,
      ...copied.map((line) => `    ${line}`),
    ]),
    "",
  ].join("\n");
}

function errorLines(error: OutcomeError): readonly string[] {
  const where = error.address === undefined ? "" : ` at ${neutralize(error.address)}`;
  return [`Error${where}:`, ...failureLines(error).map(({ text }) => `  ${text}`)];
}
