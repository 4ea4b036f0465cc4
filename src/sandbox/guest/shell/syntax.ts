/** The part of the shell language that the sandbox parses. */
export type List = readonly AndOr[];

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
}

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

export type Command = {
  readonly line: number;
  readonly redirections: readonly Redirection[];
} & (
  | {
      readonly kind: "simple";
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
    }
  | { readonly kind: "group"; readonly body: List; readonly subshell: boolean }
  | {
      readonly kind: "if";
      readonly clauses: readonly { readonly condition: List; readonly body: List }[];
      readonly otherwise: List;
    }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly words: readonly Word[];
      readonly body: List;
    }
  | {
      readonly kind: "while";
      readonly until: boolean;
      readonly condition: List;
      readonly body: List;
    }
  | { readonly kind: "function"; readonly name: string; readonly body: Command }
  /** Code that the sandbox does not interpret. It counts as successful. */
  | { readonly kind: "unknown" }
);

export interface Redirection {
  readonly operator: string;
  /** 1: standard output, 2: standard error, 3: both, 0: standard input. */
  readonly descriptor: number;
  readonly target: Word;
}

export type Word = readonly Part[];

export type Part = { readonly quoted: boolean } & (
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "variable";
      readonly name: string;
      /** `${name:-word}`: without it an unset variable is an error. */
      readonly fallback?: string | undefined;
      /** Any other form. Its value is unknown. */
      readonly further: boolean;
    }
  | { readonly kind: "substitution"; readonly body: List }
  | { readonly kind: "unknown" }
);
