import { literal, wildcardExpression } from "../../wildcards.ts";
import type { Shell } from "./shell.ts";
import type { Part, Word } from "./syntax.ts";
import { UNKNOWN } from "./unknown.ts";

/** Expands words for a command: variables, command output, word splitting and file name patterns. */
export function expandWords(shell: Shell, words: readonly Word[], line: number): string[] {
  return words.flatMap((word) =>
    expandBraces(word).flatMap((each) => expandFields(shell, each, line)),
  );
}

/** Expands one word without splitting, for an assignment or a redirection. */
export function expandWord(shell: Shell, word: Word, line: number): string {
  const text = word.map((part) => expandPart(shell, part, line)).join("");
  return text.replace(/^~(?=\/|$)/, "/root");
}

function expandFields(shell: Shell, word: Word, line: number): string[] {
  const [only] = word;
  if (word.length <= 2 && only?.kind === "variable" && only.name === "@")
    return [...shell.parameters];
  const fields: string[] = [];
  let field = "";
  let begun = false;
  let glob = false;
  for (const part of word) {
    const text = expandPart(shell, part, line);
    if (part.quoted || part.kind === "text") {
      field += text;
      begun = true;
      glob ||= !part.quoted && /[*?[]/.test(text);
      continue;
    }
    const pieces = text.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && begun && field !== "") {
        fields.push(field);
        field = "";
        begun = false;
      }
      field += piece;
      begun ||= piece !== "";
    }
  }
  if (begun) fields.push(field);
  const [first] = fields;
  if (glob && fields.length === 1 && first !== undefined && isGlob(first)) {
    return expandGlob(shell, first);
  }
  return fields.map((text) => text.replace(/^~(?=\/|$)/, "/root"));
}

function isGlob(text: string): boolean {
  const bracket = text.indexOf("[");
  return /[*?]/.test(text) || (bracket !== -1 && text.includes("]", bracket + 2));
}

function expandPart(shell: Shell, part: Part, line: number): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "unknown":
      return UNKNOWN;
    case "substitution":
      return shell.substitute(part.body);
    case "variable":
      return expandVariable(shell, part, line);
  }
}

function expandVariable(shell: Shell, part: Part & { kind: "variable" }, line: number): string {
  const { name } = part;
  if (name === "?") return String(shell.status);
  if (name === "#") return String(shell.parameters.length);
  if (name === "@" || name === "*") return shell.parameters.join(" ");
  if (/^[$!-]$/.test(name)) return UNKNOWN;
  const value = /^\d$/.test(name)
    ? name === "0"
      ? "bash"
      : shell.parameters[Number(name) - 1]
    : shell.variables.get(name);
  if (value === undefined || value === "") {
    if (part.fallback !== undefined) return part.fallback;
    if (value === undefined && shell.refuseUnset && !part.further) {
      shell.fail(line, `${name}: unbound variable`, 1);
    }
  }
  return part.further ? UNKNOWN : (value ?? "");
}

/** `a{b,c}` in unquoted text. */
function expandBraces(word: Word): Word[] {
  const text = word
    .map((part) => (part.kind === "text" && !part.quoted ? part.text : "\0"))
    .join("");
  const match = /^([^{}\0]*)\{([^{},\0]*,[^{}\0]*)\}([^{}\0]*)$/.exec(text);
  if (match === null || word.some((part) => part.kind !== "text" || part.quoted)) return [word];
  const [, before = "", inside = "", after = ""] = match;
  return inside
    .split(",")
    .map((choice): Word => [{ kind: "text", text: before + choice + after, quoted: false }]);
}

function expandGlob(shell: Shell, pattern: string): string[] {
  const absolute = shell.resolve(pattern);
  const expression = globExpression(absolute);
  const found = Object.entries(shell.build.machine.disk.files).flatMap(([path, file]) =>
    file !== null && expression.test(path) ? [path] : [],
  );
  return found.length > 0 ? found : [pattern];
}

/** A shell pattern as a regular expression. An unclosed bracket is literal. */
export function globExpression(pattern: string, any = "[^/]"): RegExp {
  const pieces = [""];
  const add = (source: string) => pieces.push(`${pieces.pop()}${source}`);
  for (const [part] of pattern.matchAll(/\[[!^]?[^\]/]+\]|\[[^\]/]*|[^[]+/g)) {
    if (part.startsWith("[") && part.endsWith("]")) add(part.replace(/^\[!/, "[^"));
    else {
      for (const character of part) {
        if (character === "*") pieces.push("");
        else add(character === "?" ? any : literal(character));
      }
    }
  }
  return wildcardExpression(pieces, any);
}
