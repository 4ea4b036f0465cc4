import type { MapShape, Member, Shape, StructureShape } from "./shape.ts";

/**
 * The members of an answer as XML elements, in the schema's order. Members that the schema lacks
 * are omitted.
 */
export function encodeMembers(shape: StructureShape, value: object): string {
  let xml = "";
  const contents = value as Readonly<Record<string, unknown>>;
  for (const member of shape.members) {
    const content = contents[member.name];
    if (content !== undefined && content !== null) xml += encodeMember(member, content);
  }
  return xml;
}

function encodeMember(member: Member, value: unknown): string {
  const shape = member.shape;
  if (shape.kind === "list" && member.flat) {
    return list(shape.item, value, member.xmlName);
  }
  if (shape.kind === "map" && member.flat) {
    return entries(shape, value)
      .map((entry) => `<${member.xmlName}>${entry}</${member.xmlName}>`)
      .join("");
  }
  return `<${member.xmlName}>${encode(shape, value)}</${member.xmlName}>`;
}

function encode(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case "structure":
      return typeof value === "object" && value !== null ? encodeMembers(shape, value) : "";
    case "list":
      return list(shape.item, value, shape.itemName);
    case "map":
      return entries(shape, value)
        .map((entry) => `<entry>${entry}</entry>`)
        .join("");
    case "timestamp":
      return timestamp(value);
    case "blob":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : "";
    default:
      return escapeXml(String(value));
  }
}

function list(item: Shape, value: unknown, name: string): string {
  if (!Array.isArray(value)) throw new TypeError(`Expected a list in ${name}.`);
  let xml = "";
  const members: readonly unknown[] = value;
  for (const entry of members) xml += `<${name}>${encode(item, entry)}</${name}>`;
  return xml;
}

/** The content of each entry's element. */
function entries({ keyName, valueName, value: shape }: MapShape, value: unknown): string[] {
  if (typeof value !== "object" || value === null) throw new TypeError("Expected a map.");
  return Object.entries(value).map(
    ([key, content]: [string, unknown]) =>
      `<${keyName}>${escapeXml(key)}</${keyName}><${valueName}>${encode(shape, content)}</${valueName}>`,
  );
}

function timestamp(value: unknown): string {
  if (!(value instanceof Date)) throw new TypeError("Expected a Date for a timestamp.");
  return value.toISOString();
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // A parser would turn a bare carriage return into a line feed.
  "\r": "&#xD;",
};

/** For text and attributes alike. */
export function escapeXml(text: string): string {
  return /[&<>"\r]/.test(text)
    ? text.replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character)
    : text;
}
