import type { z } from "zod";
import {
  allOf,
  type Finding,
  inQuotes,
  kindOf,
  oneOf,
  type Path,
  quote,
  shown,
  showPath,
  usualText,
} from "../finding.ts";
import { fieldsOf, type JsonSchema, schemaAt, stackFileJsonSchema } from "../json-schema.ts";
import { Mistake } from "../shared/scalar.ts";
import { nearestWord } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** The file's content, and the source text of the values that YAML does not read as text. */
export interface Content {
  readonly value: unknown;
  readonly written: (path: Path) => string | undefined;
}

/** zod's issues in plain words. */
export function explainIssues(issues: readonly Issue[], content: Content): readonly Finding[] {
  const meant = new Set(issues.flatMap(meantFields));
  return issues
    .filter((issue) => !isSaidBetter(issue, issues))
    .flatMap((issue) => explainIssue(issue, issue.path.map(part), content))
    .filter(({ path }) => valueAt(content.value, path) !== undefined || !meant.has(showPath(path)));
}

/** A number beyond JavaScript's exact integers also exceeds the field's own limit, which is the better message. */
function isSaidBetter(issue: Issue, all: readonly Issue[]): boolean {
  const isCounting =
    (issue.code === "too_big" && issue.maximum === Number.MAX_SAFE_INTEGER) ||
    (issue.code === "too_small" && issue.minimum === Number.MIN_SAFE_INTEGER);
  return (
    isCounting &&
    all.some(
      (other) =>
        other !== issue &&
        other.code === issue.code &&
        showPath(other.path.map(part)) === showPath(issue.path.map(part)),
    )
  );
}

/** The fields that misspelled names stand for. They are not reported as missing, too. */
function meantFields(issue: Issue): readonly string[] {
  if (issue.code !== "unrecognized_keys") return [];
  const path = issue.path.map(part);
  const fields = fieldsOf(schemaAt(path));
  return issue.keys.flatMap((key) => {
    const near = nearestWord(key, fields);
    return near === undefined ? [] : [showPath([...path, near])];
  });
}

function part(key: PropertyKey): string | number {
  return typeof key === "number" ? key : String(key);
}

function explainIssue(issue: Issue, path: Path, content: Content): readonly Finding[] {
  const error = (message: string, help?: string): Finding[] => [
    { severity: "error", path, message, ...(help === undefined ? {} : { help }) },
  ];
  const given = valueAt(content.value, path);
  const written = content.written(path) ?? usualText(given);
  const schema = schemaAt(path);
  if (given === undefined && issue.code !== "unrecognized_keys") return [missing(path, schema)];
  if (given === null && written !== "null" && wantsText(schema)) {
    const message = `YAML reads ${shown(written)} as no value`;
    return error(message, `if it is text, put quotes around it: ${inQuotes(written)}`);
  }
  if (given === null) {
    const remedies = [example(path, schema), isRequired(path) ? "" : withoutIt(path)];
    return error("the value is missing", remedies.filter((text) => text !== "").join("; or "));
  }

  switch (issue.code) {
    case "custom":
      return error(...retold(issue, written));
    case "invalid_type":
      return error(...wrongType(issue.expected, given, written, path, schema));
    case "invalid_value":
      return error(...notOneOf(given, written, issue));
    case "too_small":
    case "too_big":
      // zod also measures a text in the place of a list. Another problem already says that it is not a list.
      if (typeof given === "string") return [];
      return error(...outOfRange(issue, given, written, schema, isRequired(path)));
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(key, path));
    case "invalid_key":
      return issue.issues
        .filter((inner) => inner.code === "custom")
        .map((inner) => ({
          severity: "error",
          path,
          at: "key",
          message: inner.message,
          ...(helpOf(inner) === undefined ? {} : { help: helpOf(inner) ?? "" }),
        }));
    case "invalid_union":
      return explainUnion(issue, path, content);
    default:
      return error(issue.message);
  }
}

/**
 * Explains a value that can have several forms by the form that was most likely meant: the first form
 * of the right type, or else the form with the most specific message.
 */
function explainUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: Path,
  content: Content,
): readonly Finding[] {
  const isAboutOutline = (inner: Issue): boolean =>
    inner.path.length === 0 && /^(invalid_type|invalid_value|custom)$/.test(inner.code);
  const meant =
    issue.errors.find((errors) => !errors.some(isAboutOutline)) ??
    issue.errors.find((errors) => errors.some(({ code }) => code === "custom")) ??
    issue.errors.find((errors) => errors.some(({ code }) => code === "invalid_value"));
  if (meant === undefined) {
    return [
      {
        severity: "error",
        path,
        message: `${issue.message}, but this is ${quote(valueAt(content.value, path), content.written(path))}`,
        ...withHelp(example(path, schemaAt(path))),
      },
    ];
  }
  return meant.flatMap((inner) => explainIssue(inner, [...path, ...inner.path.map(part)], content));
}

function missing(path: Path, schema: JsonSchema | undefined): Finding {
  const name = path.at(-1);
  return {
    severity: "error",
    path,
    message: `${quote(name)} is missing`,
    ...withHelp(
      [example(path, schema), plain(firstSentence(schema?.description ?? ""))]
        .filter((text) => text !== "")
        .join(". "),
    ),
  };
}

function unknownField(name: string, path: Path): Finding {
  return {
    severity: "error",
    path: [...path, name],
    at: "key",
    message: `unknown field ${quote(name)}`,
    help: unknownFieldHelp(name, path, fieldsOf(schemaAt(path))),
  };
}

function unknownFieldHelp(name: string, path: Path, fields: readonly string[]): string {
  if (name === "<<") return "YAML 1.2 has no merge keys: write the fields out";
  const [, field = "", value = ""] = /^([^:\s]+):(.+)$/.exec(name) ?? [];
  const known = elsewhereSaid(name, path, fields);
  if (known !== undefined) return known;
  if (fields.includes(field)) return `put a space after the colon: ${field}: ${shown(value)}`;
  const near = nearestWord(name, fields);
  const guess = near === undefined ? "" : `did you mean ${near}?`;
  const elsewhere = sectionsWith(name);
  if (elsewhere.length > 0 && elsewhere.length <= MOST_SECTIONS) {
    const place = `${name} is a field ${allOf(elsewhere)}`;
    return guess === "" ? place : `${guess} ${place}`;
  }
  if (guess !== "") return guess;
  const section = path.length === 0 ? "the top of the file" : showPath(path);
  return `the fields of ${section} are ${allOf(fields)}`;
}

/** Fields that people expect here because other tools have them, and that another section has for something else. */
function elsewhereSaid(name: string, path: Path, fields: readonly string[]): string | undefined {
  if (name === "path" && path.at(-1) === "healthCheck") {
    const target = fields.includes("target") ? "target" : "loadBalancer.healthCheck.target";
    return `write the path in ${target}: HTTP:80/path`;
  }
  if (fields.includes("content") && /^(source|src|file)$/.test(name)) {
    return "write the text of the file in content";
  }
  if (fields.includes("sha256") && /^(path|src|source)$/.test(name)) {
    return "name a file with file: ./app.py, or an address with url and sha256";
  }
  return undefined;
}

function placeOf(section: string): string {
  if (section === "") return "at the top of the file";
  return section.endsWith("[]") ? `of each item of ${section.slice(0, -2)}` : `of ${section}`;
}

/** More sections than this do not help to find the right one. */
const MOST_SECTIONS = 4;

/** The sections that have a field of this name. */
function sectionsWith(name: string): readonly string[] {
  const found = new Set<string>();
  const search = (schema: JsonSchema, path: string): void => {
    for (const [field, inner] of Object.entries(schema.properties ?? {})) {
      if (field === name) found.add(placeOf(path));
      search(inner, path === "" ? field : `${path}.${field}`);
    }
    for (const form of schema.anyOf ?? []) search(form, path);
    if (schema.items !== undefined) search(schema.items, `${path}[]`);
    const { additionalProperties: named } = schema;
    if (typeof named === "object") search(named, `${path}.<name>`);
  };
  search(stackFileJsonSchema(), "");
  return [...found];
}

type Problem = [message: string, help: string | undefined];

function wrongType(
  expected: string,
  given: unknown,
  written: string,
  path: Path,
  schema: JsonSchema | undefined,
): Problem {
  if (path.length === 0) {
    return [
      `expected the fields of a stack file, but this is ${quote(given)}`,
      typeof given === "string" && /\w:\S/.test(given)
        ? "put a space after each colon: version: 1"
        : "start the file with version: 1 and stack: with a name; see examples/minimal.yaml",
    ];
  }
  const wanted = expected === "number" && schema?.type === "integer" ? "int" : expected;
  if (wanted === "string" && (typeof given === "number" || typeof given === "boolean")) {
    return [
      `expected text, but YAML reads ${shown(written)} as ${kindOf(given)}`,
      `put quotes around it: ${inQuotes(written)}`,
    ];
  }
  const message = `expected ${kind(wanted)}, but this is ${quote(given, written)}`;
  if (typeof given === "string" && /^(int|number)$/.test(wanted)) {
    if (/^\d+$/.test(given)) return [message, `write it without quotes: ${given}`];
    if (/^\d[\d_]*\s?%?$/.test(given)) {
      return [message, `write the digits alone: ${given.replaceAll(/\D/g, "")}`];
    }
  }
  const word = typeof given === "string" ? given.toLowerCase() : "";
  if (wanted === "boolean" && /^(yes|y|on|no|n|off|true|false)$/.test(word)) {
    return [message, `write ${/^(yes|y|on|true)$/.test(word)}, without quotes`];
  }
  if (wanted === "array" && typeof given === "string" && /^-\S/.test(given)) {
    return [message, `put a space after the dash: - ${shown(given.slice(1))}`];
  }
  const [, field = "", rest = ""] = /^([^:\s]+):(\S.*)$/s.exec(usualText(given)) ?? [];
  if (wanted === "object" && fieldsOf(schema).includes(field)) {
    return [message, `put a space after the colon: ${field}: ${shown(rest)}`];
  }
  return [message, example(path, schema) || undefined];
}

function notOneOf(
  given: unknown,
  written: string,
  issue: Extract<Issue, { code: "invalid_value" }>,
): Problem {
  const words = issue.values.map(String);
  const values =
    words.length === 1
      ? `the only valid value is ${words[0]}`
      : `valid values are ${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  if (typeof given === "object") {
    return [`expected ${oneOf(words)}, but this is ${quote(given)}`, undefined];
  }
  const message = `${quote(given, written)} is not a valid value`;
  if (typeof given === "string" && words.includes(given)) {
    return [message, `write it without quotes: ${given}`];
  }
  // The schema's own message, for a value that people try but that is not supported.
  if (!/^Invalid (option|input)/.test(issue.message)) return [issue.message, values];
  const near = typeof given === "string" ? nearestWord(given, words) : undefined;
  if (near === undefined) return [message, values];
  return [message, `did you mean ${near}?${words.length > 1 ? ` Valid${values.slice(5)}` : ""}`];
}

function outOfRange(
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
  given: unknown,
  written: string,
  schema: JsonSchema | undefined,
  required: boolean,
): Problem {
  const small = issue.code === "too_small";
  const limit = small ? issue.minimum : issue.maximum;
  if (issue.origin === "array") {
    const count = Array.isArray(given) ? given.length : 0;
    return count === 0
      ? [
          "the list is empty",
          required ? "add at least one item" : "add at least one item, or remove the field",
        ]
      : [`the list has ${count} items`, `use at most ${limit}`];
  }
  const { minimum, maximum } = numberRange(schema);
  return [
    `${quote(given, written)} is ${small ? "less" : "more"} than the ${small ? "minimum" : "maximum"}, ${limit}`,
    minimum === undefined || maximum === undefined ? undefined : `use ${minimum} to ${maximum}`,
  ];
}

function numberRange(schema: JsonSchema | undefined): JsonSchema {
  if (schema === undefined) return {};
  return [schema, ...(schema.anyOf ?? [])].find(({ maximum }) => maximum !== undefined) ?? {};
}

/** The types of zod and of JSON Schema, in the words of YAML. */
function kind(expected: string): string {
  switch (expected) {
    case "int":
      return "a whole number";
    case "number":
      return "a number";
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
    case "record":
      return "a mapping (name: value)";
    default:
      return expected;
  }
}

/** A parser's message, with the value as the person wrote it. */
function retold(issue: Extract<Issue, { code: "custom" }>, written: string): Problem {
  const retell: unknown = issue.params?.["retell"];
  const mistake: unknown = typeof retell === "function" ? retell(written) : undefined;
  return mistake instanceof Mistake
    ? [mistake.message, mistake.help]
    : [issue.message, helpOf(issue)];
}

function wantsText(schema: JsonSchema | undefined): boolean {
  return [schema, ...(schema?.anyOf ?? [])].some((one) => one?.type === "string");
}

function helpOf(issue: Issue): string | undefined {
  const help: unknown = issue.code === "custom" ? issue.params?.["help"] : undefined;
  return typeof help === "string" && help !== "" ? help : undefined;
}

/** An example line of the file. */
function example(path: Path, schema: JsonSchema | undefined): string {
  const name = path.findLast((key) => typeof key === "string");
  const value = schema?.examples?.[0] ?? schema?.enum?.[0] ?? exampleItem(path);
  if (value === undefined || name === undefined) return "";
  const field =
    typeof path.at(-1) === "number" ? "- " : `${/^[\w-]{1,60}$/.test(name) ? name : quote(name)}: `;
  return `for example ${field}${flow(value)}`;
}

/** An item of a list is explained by the first one of the list's example. */
function exampleItem(path: Path): unknown {
  const list = typeof path.at(-1) === "number" ? schemaAt(path.slice(0, -1)) : undefined;
  const items: unknown = list?.examples?.[0];
  return Array.isArray(items) ? items[0] : undefined;
}

/** YAML's short form of a value. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, inner]) => `${name}: ${flow(inner)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  const isPlain =
    /^[A-Za-z0-9./~][^#,[\]{}"'\n]*$/.test(value) &&
    !/: |^[\d.]+$|^(true|false|null|~)$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function withoutIt(path: Path): string {
  return typeof path.at(-1) === "number" ? "remove the item" : "remove the field";
}

function firstSentence(description: string): string {
  return /^.*?\.(?= |$)/.exec(description)?.[0] ?? description;
}

function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}

function withHelp(help: string): { help?: string } {
  return help === "" ? {} : { help };
}

function isRequired(path: Path): boolean {
  const name = path.at(-1);
  return schemaAt(path.slice(0, -1))?.required?.includes(String(name)) ?? false;
}

/** The file's value at a path; undefined if it has none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}
