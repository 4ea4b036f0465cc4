import type { z } from "zod";
import { type Content, valueAt } from "../content.ts";
import {
  type Finding,
  inQuotes,
  type Path,
  quote,
  shown,
  showPath,
  usualText,
} from "../finding.ts";
import { fieldNames, type JsonSchema, schemaAt } from "../json-schema.ts";
import { example, firstSentence, plain, withoutIt } from "./example.ts";
import { nearestWord } from "./nearest.ts";
import { unknownField } from "./unknown-field.ts";
import { helpOf, notOneOf, outOfRange, retold, wantsText, wrongType } from "./wrong-value.ts";

type Issue = z.core.$ZodIssue;

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
  const fields = fieldNames(schemaAt(path));
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
  if (given === null && !answersNothing(issue)) {
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

/** Whether a form of the value has words of its own for its absence. */
function answersNothing(issue: Issue): boolean {
  if (issue.code === "invalid_union") {
    return issue.errors.some((errors) => errors.some(answersNothing));
  }
  return issue.code === "custom" && issue.params?.["answersNothing"] === true;
}

function withHelp(help: string): { help?: string } {
  return help === "" ? {} : { help };
}

function isRequired(path: Path): boolean {
  const name = path.at(-1);
  return schemaAt(path.slice(0, -1))?.required?.includes(String(name)) ?? false;
}
