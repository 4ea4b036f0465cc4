import type { CST, Document, Node } from "yaml";
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from "yaml";
import type { Path } from "../finding.ts";
import { printable, quote } from "../finding.ts";
import { explainSyntax, MULTIPLE_DOCUMENTS, NOT_ALLOWED_TAG, OTHER_YAML } from "./errors.ts";
import { joinedDash } from "./indentation.ts";

/** A place in the text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with the text as YAML, at its place. */
export interface TextProblem extends Position {
  readonly path: Path;
  /** The value is unknown, so no other problem of it is reported. */
  readonly isLost?: true;
  readonly message: string;
  readonly help?: string;
}

export interface YamlDocument {
  /** The content as plain data. A value with a problem of its own is null. */
  readonly value?: unknown;
  readonly problems: readonly TextProblem[];
  /** The place of a field's name or value, or the nearest place above it that the text has. */
  locate(path: Path, at: "key" | "value"): Position;
  /** A value's source text, if YAML does not read it as text: `0o644`, `1.10`, `~`. */
  written(path: Path): string | undefined;
}

/** A stack file is some five levels deep. The composer below recurses, so that depth costs stack. */
const DEEPEST = 40;

/** The most values that a file may have once its aliases are written out. Its size limits the rest. */
const MOST_VALUES = 50_000;

const EVERY_VALUE_IS_PLAIN = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Reads one YAML 1.2 document. Never throws, whatever the text is. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const nowhere = { locate: () => place(0), written: () => undefined };
  const refuse = (offset: number, message: string, help: string): YamlDocument => ({
    problems: [{ ...place(offset), path: [], message, help }],
    ...nowhere,
  });

  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = firstTooDeep(tokens);
  if (deep !== undefined) {
    return refuse(
      deep,
      `the values are nested more than ${DEEPEST} levels deep`,
      "a stack file needs about five levels; look for a bracket that is opened again and again",
    );
  }
  // Duplicates are found by the walk: the composer compares every key with every other.
  const composer = new Composer({ version: "1.2", uniqueKeys: false, merge: false });
  const [document, another] = composer.compose(tokens, true, text.length);
  if (document === undefined) return { problems: [], ...nowhere };
  if (another !== undefined) {
    return refuse(another.range[0], MULTIPLE_DOCUMENTS.message, MULTIPLE_DOCUMENTS.help);
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== "1.2") {
    return refuse(0, OTHER_YAML.message, OTHER_YAML.help);
  }
  // The only warnings that matter at this point are of directives; tags are looked at below.
  const directives = document.warnings.filter(({ code }) => code === "BAD_DIRECTIVE");
  const errors = [...directives, ...document.errors];
  if (errors.length > 0) {
    const problems = explainSyntax(errors, text, tokens);
    return {
      problems: firstOfEachLine(
        problems.map(({ offset, ...problem }) => ({ ...place(offset), path: [], ...problem })),
      ),
      ...nowhere,
    };
  }
  return walk(document, text, place);
}

/** The parser is a loop and takes any depth. The composer recurses, so the depth is checked before it. */
function firstTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [];
  for (const token of tokens) open.push({ token, depth: 0 });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) return token.offset;
    if (token.type === "document" && token.value) open.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}

/** One mistake causes several parser errors on a line. The first one helps. */
function firstOfEachLine(problems: readonly TextProblem[]): readonly TextProblem[] {
  const lines = new Set<number>();
  return problems.filter(({ line }) => !lines.has(line) && lines.add(line));
}

interface Places {
  readonly key?: number;
  readonly value: number;
  readonly written?: string;
}

interface Read {
  readonly value: unknown;
  /** Of a number, a boolean or null: its source text. */
  readonly written?: string;
  /** How many values it has, with its aliases written out. */
  readonly size: number;
}

/** Turns the nodes into plain data, and remembers where each came from. */
function walk(
  document: Document.Parsed,
  text: string,
  place: (offset: number) => Position,
): YamlDocument {
  const problems: TextProblem[] = [];
  const places = new WeakMap<object, Map<string | number, Places>>();
  const anchors = new Map<string, Read | "open">();
  let total = 0;
  let bomb: TextProblem | undefined;

  const report = (offset: number, path: Path, message: string, help?: string): void => {
    problems.push({ ...place(offset), path, message, ...(help === undefined ? {} : { help }) });
  };
  const lose = (offset: number, path: Path, message: string, help: string): Read => {
    problems.push({ ...place(offset), path, message, help, isLost: true });
    return { value: null, size: 1 };
  };

  const read = (node: Node | null | undefined, path: Path): Read => {
    if (node === null || node === undefined) return { value: null, size: 1 };
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node)) return readAlias(node.source, offset, path);
    if (node.tag !== undefined && node.tag !== "!" && !EVERY_VALUE_IS_PLAIN.has(node.tag)) {
      return lose(offset, path, NOT_ALLOWED_TAG.message, NOT_ALLOWED_TAG.help);
    }
    const anchor = "anchor" in node ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, "open");
    const result = readPlain(node, path);
    if (anchor !== undefined) anchors.set(anchor, result);
    return result;
  };

  const readAlias = (name: string, offset: number, path: Path): Read => {
    const target = anchors.get(name);
    if (target === undefined) {
      return lose(
        offset,
        path,
        `*${printable(name)} refers to an anchor that is not defined above it`,
        `define &${printable(name)} before its first use; if the * belongs to the text, put the text in quotes`,
      );
    }
    if (target === "open") {
      return lose(
        offset,
        path,
        `*${printable(name)} refers to a value that contains it`,
        "write out the value",
      );
    }
    total += target.size;
    if (total <= MOST_VALUES) return target;
    bomb ??= {
      ...place(offset),
      path,
      message: `with its aliases written out, this file has more than ${MOST_VALUES} values`,
      help: "write out the values if they are few, or remove the aliases that multiply each other",
    };
    return { value: null, size: 1 };
  };

  const readPlain = (node: Node, path: Path): Read => {
    total += 1;
    if (isScalar(node)) {
      const { value, source } = node;
      const dash = joinedDash(node, text);
      if (dash !== undefined) return lose(dash.offset, path, dash.message, dash.help);
      const isText = typeof value === "string" || source === undefined || source === "";
      return { value, size: 1, ...(isText ? {} : { written: source }) };
    }
    let size = 1;
    const own = new Map<string | number, Places>();
    if (isSeq<Node>(node)) {
      const list: unknown[] = [];
      for (const [index, item] of node.items.entries()) {
        const result = read(item, [...path, index]);
        size += result.size;
        own.set(index, { value: item?.range?.[0] ?? node.range?.[0] ?? 0, ...sourceOf(result) });
        list.push(result.value);
      }
      places.set(list, own);
      return { value: list, size };
    }
    // Without a prototype, a field called __proto__ or toString is a field like any other.
    const fields: Record<string, unknown> = Object.create(null);
    if (isMap<Node, Node | null>(node)) {
      for (const { key, value } of node.items) {
        const keyOffset = key?.range?.[0] ?? node.range?.[0] ?? 0;
        const name = fieldName(key);
        if (name === undefined) {
          report(
            keyOffset,
            path,
            "a field name must be plain text",
            "remove the ? or the brackets",
          );
          continue;
        }
        if (name === "__proto__") {
          // Many libraries do not read it as a field.
          report(keyOffset, path, "__proto__ is not allowed as a name", "choose another name");
          continue;
        }
        const fieldPath = [...path, name];
        const result = read(value, fieldPath);
        size += result.size;
        const first = own.get(name)?.key;
        if (first !== undefined) {
          report(
            keyOffset,
            fieldPath,
            `${quote(name)} is given twice: first on line ${place(first).line}`,
            "remove one of the two",
          );
        }
        own.set(name, {
          key: keyOffset,
          value: value?.range?.[0] ?? keyOffset,
          ...sourceOf(result),
        });
        fields[name] = result.value;
      }
    }
    places.set(fields, own);
    return { value: fields, size };
  };

  const { value } = read(document.contents, []);
  if (bomb !== undefined) {
    return { problems: [bomb], locate: () => place(0), written: () => undefined };
  }
  const top = document.contents?.range?.[0] ?? 0;
  /** The place of a path, or the nearest place above it that the text has. */
  const seek = (path: Path): { readonly found: Places; readonly isExact: boolean } => {
    let here: unknown = value;
    let found: Places = { value: top };
    for (const part of path) {
      const next =
        typeof here === "object" && here !== null ? places.get(here)?.get(part) : undefined;
      if (next === undefined) return { found, isExact: false };
      found = next;
      here = (here as Record<string | number, unknown>)[part];
    }
    return { found, isExact: true };
  };
  return {
    value,
    problems,
    locate(path, at) {
      const { found, isExact } = seek(path);
      // A missing value is missing from its section, so the section's name is the place.
      return place(at === "key" || !isExact ? (found.key ?? found.value) : found.value);
    },
    written(path) {
      const { found, isExact } = seek(path);
      return isExact ? found.written : undefined;
    },
  };
}

function sourceOf({ written }: Read): { readonly written?: string } {
  return written === undefined ? {} : { written };
}

function fieldName(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  if (key.tag !== undefined && !EVERY_VALUE_IS_PLAIN.has(key.tag)) return undefined;
  return key.source ?? String(key.value ?? "");
}
