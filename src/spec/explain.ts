import type { z } from "zod";
import { type Finding, oneOf, type Path, quote, showPath } from "./finding.ts";
import { fieldsOf, type JsonSchema, schemaAt, stackFileJsonSchema } from "./json-schema.ts";
import { nearestWord } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** zod's issues as a person would put them. `value` is the file's content. */
export function explainIssues(issues: readonly Issue[], value: unknown): readonly Finding[] {
  const meant = new Set(issues.flatMap(meantFields));
  return issues
    .filter((issue) => !isSaidBetter(issue, issues))
    .flatMap((issue) => explainIssue(issue, issue.path.map(part), value))
    .filter(({ path }) => valueAt(value, path) !== undefined || !meant.has(showPath(path)));
}

/** A number past what a computer counts exactly is past the field's own limit, too: that one tells more. */
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

/** The fields that misspelled ones stand for; they are not missing as well. */
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

function explainIssue(issue: Issue, path: Path, value: unknown): readonly Finding[] {
  const error = (message: string, help?: string): Finding[] => [
    { severity: "error", path, message, ...(help === undefined ? {} : { help }) },
  ];
  const given = valueAt(value, path);
  const schema = schemaAt(path);
  if (given === undefined && issue.code !== "unrecognized_keys") return [missing(path, schema)];
  if (given === null) {
    const remedies = [example(path, schema), isRequired(path) ? "" : withoutIt(path)];
    return error("nothing is given here", remedies.filter((text) => text !== "").join("; or "));
  }

  switch (issue.code) {
    case "custom":
      return error(issue.message, helpOf(issue));
    case "invalid_type":
      return error(...wrongType(issue.expected, given, path, schema));
    case "invalid_value":
      return error(...notOneOf(given, issue));
    case "too_small":
    case "too_big":
      // zod measures a text where a list belongs, too; that it is no list is told already.
      if (typeof given === "string") return [];
      return error(...outOfRange(issue, given, schema, isRequired(path)));
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
      return explainUnion(issue, path, value);
    default:
      return error(issue.message);
  }
}

/**
 * Of several forms that a value may have, the one that was evidently meant: the first whose outline
 * fits, or else the one that has the most to say about what was written.
 */
function explainUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: Path,
  value: unknown,
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
        message: `${issue.message}, but this is ${quote(valueAt(value, path))}`,
        ...withHelp(example(path, schemaAt(path))),
      },
    ];
  }
  return meant.flatMap((inner) => explainIssue(inner, [...path, ...inner.path.map(part)], value));
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
  const fields = fieldsOf(schemaAt(path));
  const section = path.length === 0 ? "the top of the file" : showPath(path);
  return {
    severity: "error",
    path: [...path, name],
    at: "key",
    message: `there is no field ${quote(name)} here`,
    help: unknownFieldHelp(name, path, fields, section),
  };
}

function unknownFieldHelp(
  name: string,
  path: Path,
  fields: readonly string[],
  section: string,
): string {
  if (name === "<<") return "YAML 1.2 has no merge keys: write the fields out";
  const near = nearestWord(name, fields);
  if (near !== undefined) return `did you mean ${near}?`;
  const elsewhere = placesOf(name).filter((place) => place !== showPath([...path, name]));
  if (elsewhere.length > 0) return `${name} belongs in ${oneOf(elsewhere)}`;
  return `the fields of ${section} are ${oneOf(fields).replace(/ or (\S+)$/, " and $1")}`;
}

/** The sections that have a field of this name, where they are few enough to be of help. */
function placesOf(name: string): readonly string[] {
  const found: string[] = [];
  const search = (schema: JsonSchema, path: string): void => {
    for (const [field, inner] of Object.entries(schema.properties ?? {})) {
      if (field === name && path !== "") found.push(path);
      search(inner, path === "" ? field : `${path}.${field}`);
    }
    if (schema.items !== undefined) search(schema.items, path);
    const { additionalProperties: named } = schema;
    if (typeof named === "object") search(named, `${path}.<name>`);
  };
  search(stackFileJsonSchema(), "");
  return found.length > 4 ? [] : found;
}

type Problem = [message: string, help: string | undefined];

function wrongType(
  expected: string,
  given: unknown,
  path: Path,
  schema: JsonSchema | undefined,
): Problem {
  if (path.length === 0) {
    return [
      `expected the fields of a stack file, but this is ${quote(given)}`,
      typeof given === "string" && /\w:\S/.test(given)
        ? "put a space after each colon: version: 1"
        : "a stack file begins with version: 1 and stack: and a name; examples/minimal.yaml is one",
    ];
  }
  const wanted = expected === "number" && schema?.type === "integer" ? "int" : expected;
  const message = `expected ${kind(wanted)}, but this is ${quote(given)}`;
  if (typeof given === "string" && /^(int|number)$/.test(wanted) && /^\d+$/.test(given)) {
    return [message, `write it without quotes: ${given}`];
  }
  if (wanted === "string" && (typeof given === "number" || typeof given === "boolean")) {
    return [message, `put it in quotes: "${given}"`];
  }
  return [message, example(path, schema) || undefined];
}

function notOneOf(given: unknown, issue: Extract<Issue, { code: "invalid_value" }>): Problem {
  const words = issue.values.map(String);
  const values =
    words.length === 1
      ? `the only value is ${words[0]}`
      : `the values are ${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  if (typeof given === "object") {
    return [`expected ${oneOf(words)}, but this is ${quote(given)}`, undefined];
  }
  const message = `${quote(given)} is not a value that this field has`;
  if (typeof given === "string" && words.includes(given)) {
    return [message, `write it without quotes: ${given}`];
  }
  // The schema's own word, for a value that people try and that cannot be.
  if (!/^Invalid (option|input)/.test(issue.message)) return [issue.message, values];
  const near = typeof given === "string" ? nearestWord(given, words) : undefined;
  if (near === undefined) return [message, values];
  return [message, `did you mean ${near}?${words.length > 1 ? ` The${values.slice(3)}` : ""}`];
}

function outOfRange(
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
  given: unknown,
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
          required ? "give at least one" : "give at least one, or leave the field out",
        ]
      : [`the list has ${count} items`, `it may have at most ${limit}`];
  }
  const { minimum, maximum } = numberRange(schema);
  return [
    `${quote(given)} is ${small ? "less" : "more"} than the ${small ? "least" : "most"} that is allowed, ${limit}`,
    minimum === undefined || maximum === undefined ? undefined : `choose ${minimum} to ${maximum}`,
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

function helpOf(issue: Issue): string | undefined {
  const help: unknown = issue.code === "custom" ? issue.params?.["help"] : undefined;
  return typeof help === "string" && help !== "" ? help : undefined;
}

/** One line of the file as it might be. */
function example(path: Path, schema: JsonSchema | undefined): string {
  const name = path.findLast((key) => typeof key === "string");
  const value = schema?.examples?.[0] ?? schema?.enum?.[0];
  if (value === undefined || name === undefined) return "";
  const field =
    typeof path.at(-1) === "number" ? "- " : `${/^[\w-]{1,60}$/.test(name) ? name : quote(name)}: `;
  return `for example ${field}${flow(value)}`;
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
  return typeof path.at(-1) === "number" ? "remove the item" : "leave the field out";
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

/** What the file holds at a place; undefined where it holds nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}
