/** One problem of a stack file, at the place where a person would look for it. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** As the person named it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units, as editors do. */
  readonly column: number;
  /** The place inside the file, `scaling.healthCheck.type`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly help?: string;
}
