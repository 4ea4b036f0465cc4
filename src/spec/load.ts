import { dirname, resolve } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { allOf, type Finding, type Path, showPath } from "./finding.ts";
import { stackFileJsonSchema } from "./json-schema.ts";
import { checkRules } from "./rules.ts";
import { check } from "./salvage.ts";
import { normalise, type Stack } from "./stack.ts";
import type { StackFile } from "./stack-file.ts";
import { type Position, readYaml, type YamlDocument } from "./yaml/document.ts";
import { decode, type TextMistake } from "./yaml/text-file.ts";

/** A stack that can be used, or every reason why it cannot. Warnings come with both. */
export type Loaded =
  | {
      readonly stack: Stack;
      readonly warnings: readonly Diagnostic[];
      /**
       * The place of a value, or of the nearest section above it that the file has. For problems that
       * only show outside the file.
       */
      readonly locate: (path: Path) => Position;
      /** The content of the file, from which the same stack can be loaded again. */
      readonly text: string;
    }
  | { readonly errors: readonly Diagnostic[]; readonly warnings: readonly Diagnostic[] };

interface LoadOptions {
  /** The file's name as the person knows it; diagnostics repeat it. */
  readonly file: string;
  /** The folder that paths in the file are relative to. Default: the folder of `file`. */
  readonly folder?: string;
}

/** More problems than anyone reads at once; the first hundred lead to the others. */
const MOST_DIAGNOSTICS = 100;

/**
 * Reads a stack file's content. All of its problems are reported at once, in the order of the
 * lines. Never throws for any content, and reads no other file.
 */
export function loadStack(content: string | Uint8Array, options: LoadOptions): Loaded {
  const { file } = options;
  const text = decode(content);
  if (typeof text !== "string") return { errors: [ofText(text, file)], warnings: [] };

  const document = readYaml(text);
  const diagnostics = [...ofYaml(document, file)];
  let checked: StackFile | undefined;
  if (document.value === null && diagnostics.length === 0) {
    diagnostics.push(locate(empty(), document, file));
  } else if (document.value !== undefined) {
    const lost = document.problems.filter(({ isLost }) => isLost).map(({ path }) => path);
    const {
      file: parsed,
      findings,
      translate,
    } = check({ value: document.value, written: document.written }, lost);
    checked = parsed;
    const conclusions = (parsed === undefined ? [] : [...checkRules(parsed)]).map(translate);
    for (const finding of [...findings, ...conclusions]) {
      if (finding !== undefined) diagnostics.push(locate(finding, document, file));
    }
  }
  const sorted = cap(
    diagnostics.sort((left, right) => left.line - right.line || left.column - right.column),
  );
  const errors = sorted.filter(({ severity }) => severity === "error");
  const warnings = sorted.filter(({ severity }) => severity === "warning");
  if (errors.length > 0 || checked === undefined) return { errors, warnings };
  return {
    stack: normalise(checked, options.folder ?? dirname(resolve(file))),
    warnings,
    locate: (path) => document.locate(path, "value"),
    text,
  };
}

function empty(): Finding {
  const { required = [], properties } = stackFileJsonSchema();
  const fields = required.map((name) => {
    const only = properties?.[name]?.const;
    return only === undefined ? name : `${name}: ${only}`;
  });
  return {
    severity: "error",
    path: [],
    message: "the file is empty",
    help: `a stack file needs at least ${allOf(fields)}; see examples/minimal.yaml`,
  };
}

function ofText({ line, column, message, help }: TextMistake, file: string): Diagnostic {
  return { severity: "error", file, line, column, path: "", message, help };
}

function* ofYaml({ problems }: YamlDocument, file: string): Iterable<Diagnostic> {
  for (const { path, isLost: _, ...problem } of problems) {
    yield { severity: "error", file, ...problem, path: showPath(path) };
  }
}

function locate(finding: Finding, document: YamlDocument, file: string): Diagnostic {
  const { severity, path, at, message, item, help } = finding;
  return {
    severity,
    file,
    ...document.locate(path, at ?? "value"),
    path: showPath(path),
    message: item === undefined ? message : `${message} ${showPath(item.slice(-2))}`,
    ...(help === undefined ? {} : { help }),
  };
}

function cap(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const last = diagnostics[MOST_DIAGNOSTICS - 1];
  if (last === undefined || diagnostics.length === MOST_DIAGNOSTICS) return diagnostics;
  const shown = diagnostics.slice(0, MOST_DIAGNOSTICS);
  const more = diagnostics.slice(MOST_DIAGNOSTICS);
  // An error among those that are not shown must not make the file look valid.
  const severity = more.some((diagnostic) => diagnostic.severity === "error") ? "error" : "warning";
  return [
    ...shown,
    {
      ...last,
      severity,
      path: "",
      message: `${more.length} more ${more.length === 1 ? "problem follows" : "problems follow"} after this line`,
      help: "fix these first; that may also resolve the others",
    },
  ];
}
