import { allOf, type Finding, type Path, quote, shown, showPath } from "../finding.ts";
import { fieldNames, type JsonSchema, schemaAt, stackFileJsonSchema } from "../json-schema.ts";
import type { AnySection } from "../section.ts";
import { sections } from "../sections.ts";
import { nearestWord } from "./nearest.ts";

/** A field that this place does not have, with the field that was probably meant. */
export function unknownField(name: string, path: Path): Finding {
  return {
    severity: "error",
    path: [...path, name],
    at: "key",
    message: `unknown field ${quote(name)}`,
    help: unknownFieldHelp(name, path, fieldNames(schemaAt(path))),
  };
}

function unknownFieldHelp(name: string, path: Path, fields: readonly string[]): string {
  if (name === "<<") return "YAML 1.2 has no merge keys: write the fields out";
  const [, field = "", value = ""] = /^([^:\s]+):(.+)$/.exec(name) ?? [];
  const known = misnomerHelp(name, path);
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

/** What a person should write who knows the field's name from another tool, or from another section. */
function misnomerHelp(name: string, path: Path): string | undefined {
  const [section, ...inner] = path;
  const all: Readonly<Record<string, AnySection<never>>> = sections;
  if (section === undefined) {
    const meant = Object.entries(all).find(([, { otherNames }]) => otherNames?.includes(name));
    return meant === undefined ? undefined : `did you mean ${meant[0]}?`;
  }
  if (typeof section !== "string" || !Object.hasOwn(all, section)) return undefined;
  return all[section]?.misnomers?.find(({ at, names }) => isAt(inner, at) && names.includes(name))
    ?.help;
}

function isAt(path: Path, at: string): boolean {
  const parts = at === "" ? [] : at.split(".");
  return (
    parts.length === path.length &&
    parts.every((part, index) => part === "*" || part === path[index])
  );
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
