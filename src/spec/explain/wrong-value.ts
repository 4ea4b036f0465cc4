import type { z } from "zod";
import { inQuotes, kindOf, oneOf, type Path, quote, shown, usualText } from "../finding.ts";
import { fieldNames, type JsonSchema } from "../json-schema.ts";
import { Mistake } from "../shared/scalar.ts";
import { example } from "./example.ts";
import { nearestWord } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

type Problem = [message: string, help: string | undefined];

export function wrongType(
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
  if (wanted === "object" && fieldNames(schema).includes(field)) {
    return [message, `put a space after the colon: ${field}: ${shown(rest)}`];
  }
  return [message, example(path, schema) || undefined];
}

export function notOneOf(
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

export function outOfRange(
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
export function retold(issue: Extract<Issue, { code: "custom" }>, written: string): Problem {
  const retell: unknown = issue.params?.["retell"];
  const mistake: unknown = typeof retell === "function" ? retell(written) : undefined;
  return mistake instanceof Mistake
    ? [mistake.message, mistake.help]
    : [issue.message, helpOf(issue)];
}

export function wantsText(schema: JsonSchema | undefined): boolean {
  return [schema, ...(schema?.anyOf ?? [])].some((one) => one?.type === "string");
}

export function helpOf(issue: Issue): string | undefined {
  const help: unknown = issue.code === "custom" ? issue.params?.["help"] : undefined;
  return typeof help === "string" && help !== "" ? help : undefined;
}
