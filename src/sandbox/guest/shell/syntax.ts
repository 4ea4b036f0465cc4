/** A command text, as far as the sandbox reads the shell's language. */
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
  /** Shell that the sandbox does not follow: taken to succeed. */
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
      /** Of any further form, whose value nobody knows. */
      readonly further: boolean;
    }
  | { readonly kind: "substitution"; readonly body: List }
  | { readonly kind: "unknown" }
);
