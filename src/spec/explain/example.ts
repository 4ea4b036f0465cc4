import { type Path, quote } from "../finding.ts";
import { type JsonSchema, schemaAt } from "../json-schema.ts";

/** An example line of the file. */
export function example(path: Path, schema: JsonSchema | undefined): string {
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
    const fields = Object.entries(value).map(
      ([name, inner]: [string, unknown]) => `${name}: ${flow(inner)}`,
    );
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  const isPlain =
    /^[A-Za-z0-9./~][^#,[\]{}"'\n]*$/.test(value) &&
    !/: |^[\d.]+$|^(true|false|null|~)$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

export function withoutIt(path: Path): string {
  return typeof path.at(-1) === "number" ? "remove the item" : "remove the field";
}

export function firstSentence(description: string): string {
  return /^.*?\.(?= |$)/.exec(description)?.[0] ?? description;
}

export function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}
