import type { EngineEvent, FailureDescription } from "../engine/events.ts";
import type { PlanDocument } from "../engine/plan-format.ts";
import type { PresentedTypes } from "../engine/presentation.ts";
import type { DesiredResource, Live } from "../engine/resource.ts";
import type { StatusDocument } from "../engine/status-format.ts";

/** The part of an output stream that a view uses. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** The context of a run, known once the stack file is read and the account is chosen. */
export interface RunContext {
  readonly command: "plan" | "apply" | "destroy" | "status";
  readonly stack: string;
  readonly region: string;
  /** What the resource types say of themselves. */
  readonly types: PresentedTypes;
  /** The embedded AWS, with its speed relative to the wall clock. */
  readonly sandbox?: { readonly speed: number };
  /** Milliseconds since the epoch, on the clock of the events. */
  readonly now: () => number;
  /** The number of AWS calls so far, including retries. */
  readonly apiCalls: () => number;
  /** How to resume an unfinished run. Default: with the same command. */
  readonly next?: NextCommand;
}

/** A command line to copy. A saved plan cannot be used again once a part of it is done. */
export interface NextCommand {
  readonly kind: "again" | "plan-anew";
  readonly command: string;
}

/** An error or a warning about a stack file. */
export interface FileProblem {
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The place in the document: `scaling.min`. */
  readonly path: string;
  readonly message: string;
  readonly help?: string;
}

export interface Validation {
  readonly file: string;
  readonly problems: readonly FileProblem[];
}

/** A plan that needs approval before anything changes. */
export type Approval =
  | { readonly kind: "confirm"; readonly document: PlanDocument }
  /** A destroy: the user must type the stack's name. */
  | { readonly kind: "type-name"; readonly document: PlanDocument; readonly name: string };

/** One difference from the previous look. */
export interface StatusChange {
  readonly text: string;
  readonly tone: "good" | "bad" | "doubtful" | "plain";
}

/** One look of a status that is watched. */
export interface Look {
  /** The newest status that could be read. */
  readonly document: StatusDocument;
  /** When that was, in milliseconds since the epoch. */
  readonly readAt: number;
  /** What changed since the look before. */
  readonly changes: readonly StatusChange[];
  /** Why this look could not read the account; the document is an earlier one then. */
  readonly failure?: Failure;
  /** Seconds of the wall clock until the next look. */
  readonly every: number;
  /** Ends the watch, as somebody at the terminal wants it. */
  readonly quit: () => void;
}

/** Why a command ended without doing its work. */
export interface Failure extends FailureDescription {
  /** `user`: a mistake of theirs; `outside`: AWS, network, disk; `bug`: ours. */
  readonly kind: "user" | "outside" | "interrupted" | "bug";
  /** What is wrong in the stack file, where that is the reason. */
  readonly problems?: readonly FileProblem[];
  /** Only for a bug of ours. */
  readonly stack?: string;
}

/** How an apply or destroy ended before its first step; the events tell the rest. */
export type Nothing = "nothing-differs" | "declined";

/**
 * Everything a command shows. A view does no work and decides nothing; it consumes plain data.
 * Every string may come from AWS or a file, so a view that writes to a terminal neutralises them.
 */
export interface View {
  about(subject: RunContext): void;
  /** What is being done while there is nothing to show yet: "reading the account". */
  activity(message: string): void;
  validation(validation: Validation): void;
  /** Warnings of the stack file, on the way to something else. */
  warnings(problems: readonly FileProblem[]): void;
  /** With the wanted and the live resources, what comes of the plan can be said more exactly. */
  plan(document: PlanDocument, desired?: readonly DesiredResource[], live?: readonly Live[]): void;
  /** Where `plan --out` saved the plan, and the command line that makes its changes. */
  planSaved(file: string, command: string): void;
  /** Asks, on a terminal. Rejects with `Cancelled` when the user leaves instead of answering. */
  approve(approval: Approval, signal: AbortSignal): Promise<boolean>;
  nothing(why: Nothing, outputs: Readonly<Record<string, string>>): void;
  event(event: EngineEvent): void;
  /** The first interrupt: calls in flight finish, nothing new starts. */
  interrupting(): void;
  /** The second: the process ends as soon as this returns. */
  stopped(): void;
  status(document: StatusDocument): void;
  /** A status that is looked at again and again. */
  look(look: Look): void;
  failure(failure: Failure): void;
  /** Resolves once everything is written and the terminal is as it was. */
  close(): Promise<void>;
}
