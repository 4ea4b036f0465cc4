import type { CommandFunction, Invocation } from "../shell.ts";
import { UNKNOWN } from "../unknown.ts";

export const textCommands: readonly (readonly [string, CommandFunction])[] = [
  ["cat", cat],
  ["head", firstLines],
  ["tail", firstLines],
  ["sort", cat],
  ["uniq", cat],
  ["grep", grep],
  ["egrep", grep],
  ["fgrep", grep],
  ["sed", sed],
  ["sha256sum", unknown],
  ["awk", unknown],
  ["cut", unknown],
  ["tr", unknown],
  ["wc", unknown],
  ["seq", sequence],
];

function unknown({ out }: Invocation): number {
  out(UNKNOWN);
  return 0;
}

/** The content of files, or the input without files. Undefined when a file does not exist. */
function contents(invocation: Invocation, files: readonly string[]): string | undefined {
  const { shell, build, input, err, name } = invocation;
  if (files.length === 0) return input;
  let text = "";
  for (const file of files) {
    if (file === "-") {
      text += input;
      continue;
    }
    const path = shell.resolve(file);
    if (!build.machine.exists(path) && !file.includes(UNKNOWN) && !/[*?[]/.test(file)) {
      err(`${name}: ${file}: No such file or directory\n`);
      return undefined;
    }
    text += build.machine.file(path)?.text ?? UNKNOWN;
  }
  return text;
}

function cat(invocation: Invocation): number {
  const files = invocation.parameters.filter((word) => !word.startsWith("-") || word === "-");
  const text = contents(invocation, files);
  if (text === undefined) return 1;
  invocation.out(text);
  return 0;
}

function firstLines(invocation: Invocation): number {
  const { parameters, name, out } = invocation;
  const at = parameters.findIndex((word) => word === "-n" || word === "-c");
  const files = parameters.filter(
    (word, index) => !word.startsWith("-") && (at === -1 || index !== at + 1),
  );
  const text = contents(invocation, files);
  if (text === undefined) return 1;
  const grouped = parameters
    .map((word) => /^-n?(\d+)$/.exec(word)?.[1])
    .find((digits) => digits !== undefined);
  const count = Number((at === -1 ? undefined : parameters[at + 1]) ?? grouped ?? 10);
  if (text.includes(UNKNOWN) || parameters[at] === "-c" || !Number.isInteger(count)) {
    out(UNKNOWN);
    return 0;
  }
  const lines = text.replace(/\n$/, "").split("\n");
  const kept = name === "head" ? lines.slice(0, count) : lines.slice(-count);
  out(`${kept.join("\n")}\n`);
  return 0;
}

function grep(invocation: Invocation): number {
  const { parameters, name, out } = invocation;
  let options = name === "egrep" ? "E" : name === "fgrep" ? "F" : "";
  const patterns: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < parameters.length; index += 1) {
    const word = parameters[index] ?? "";
    if (word === "-e" || /^-[a-zA-Z]+e$/.test(word) || word === "--regexp") {
      options += word.slice(1, -1);
      index += 1;
      patterns.push(parameters[index] ?? "");
    } else if (/^-[ABCmf]$/.test(word)) index += 1;
    else if (word === "--") rest.push(...parameters.slice(index + 1));
    else if (word.startsWith("--")) options += longOptions[word] ?? "";
    else if (word.startsWith("-") && word.length > 1) options += word.slice(1);
    else rest.push(word);
    if (word === "--") break;
  }
  if (patterns.length === 0) patterns.push(rest.shift() ?? "");
  const text = contents(
    invocation,
    options.includes("r") || options.includes("R") ? [UNKNOWN] : rest,
  );
  if (text === undefined) return 2;
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const expressions = patterns.map((pattern) => expressionOf(pattern, options));
  // A pattern that this regular expression engine does not support, or unknown text.
  const isUnknown =
    expressions.includes(undefined) || patterns.some((each) => each.includes(UNKNOWN));
  const found = lines.filter(
    (line) => expressions.some((expression) => expression?.test(line)) !== options.includes("v"),
  );
  if (found.length === 0 && !isUnknown && !text.includes(UNKNOWN)) {
    if (options.includes("c")) out("0\n");
    return 1;
  }
  if (options.includes("q")) return 0;
  if (isUnknown || text.includes(UNKNOWN)) out(UNKNOWN);
  else if (options.includes("c")) out(`${found.length}\n`);
  else if (options.includes("o")) out(UNKNOWN);
  else out(`${found.join("\n")}\n`);
  return 0;
}

const longOptions: Readonly<Record<string, string>> = {
  "--quiet": "q",
  "--silent": "q",
  "--ignore-case": "i",
  "--extended-regexp": "E",
  "--fixed-strings": "F",
  "--perl-regexp": "P",
  "--word-regexp": "w",
  "--line-regexp": "x",
  "--invert-match": "v",
  "--count": "c",
  "--only-matching": "o",
  "--recursive": "r",
};

/** A pattern of grep as a regular expression. Undefined when it cannot be converted. */
function expressionOf(pattern: string, options: string): RegExp | undefined {
  let source = pattern;
  if (options.includes("F")) source = source.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  else if (!/[EP]/.test(options)) {
    // In a basic expression, + ? { } ( ) | are literal, and special after a backslash.
    source = source.replaceAll(/\\?[+?{}()|]/g, (found) =>
      found.length === 2 ? found.slice(1) : `\\${found}`,
    );
  }
  for (const [name, characters] of classes) source = source.replaceAll(name, characters);
  if (options.includes("w")) source = `(?<!\\w)(?:${source})(?!\\w)`;
  if (options.includes("x")) source = `^(?:${source})$`;
  try {
    return new RegExp(source, options.includes("i") ? "i" : "");
  } catch {
    return undefined;
  }
}

const classes = [
  ["[:digit:]", "0-9"],
  ["[:space:]", "\\s"],
  ["[:alpha:]", "A-Za-z"],
  ["[:alnum:]", "A-Za-z0-9"],
  ["[:upper:]", "A-Z"],
  ["[:lower:]", "a-z"],
] as const;

/** The content of an edited file becomes unknown. */
function sed(invocation: Invocation): number {
  const { parameters, shell, build, out, err } = invocation;
  const inPlace = parameters.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word));
  const hasScript = parameters.some((word) => word === "-e" || word === "-f");
  const words = parameters.filter((word, index) => {
    const before = parameters[index - 1];
    return !word.startsWith("-") && before !== "-e" && before !== "-f";
  });
  const files = hasScript ? words : words.slice(1);
  for (const file of files) {
    const path = shell.resolve(file);
    if (/[*?[]/.test(path)) continue;
    if (!build.machine.exists(path)) {
      err(`sed: can't read ${file}: No such file or directory\n`);
      return 2;
    }
    const { mode = "0644", owner = "root:root" } = build.machine.file(path) ?? {};
    if (inPlace) build.machine.disk.files[path] = { kind: "file", mode, owner };
  }
  if (!inPlace) out(UNKNOWN);
  return 0;
}

function sequence({ parameters, out }: Invocation): number {
  const numbers = parameters.map(Number);
  const [first = 1, second] = numbers;
  const from = second === undefined ? 1 : first;
  const to = numbers.at(-1) ?? 1;
  if (numbers.length > 2 || !Number.isInteger(from) || !Number.isInteger(to) || to - from > 5_000) {
    out(UNKNOWN);
    return 0;
  }
  for (let number = from; number <= to; number += 1) out(`${number}\n`);
  return 0;
}
