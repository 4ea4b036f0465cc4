import type { Member, Shape, StructureShape } from "./shape.ts";

/**
 * The members of an answer as XML elements, in the schema's order. Members that the schema lacks
 * are omitted.
 */
export function encodeMembers(shape: StructureShape, value: object): string {
  let xml = "";
  const entries = value as Readonly<Record<string, unknown>>;
  for (const member of shape.members) {
    const content = entries[member.name];
    if (content !== undefined && content !== null) xml += encodeMember(member, content);
  }
  return xml;
}

function encodeMember(member: Member, value: unknown): string {
  const shape = member.shape;
  if (shape.kind === "list" && member.flat) {
    return list(shape.item, value, member.answerName);
  }
  return `<${member.answerName}>${encode(shape, value)}</${member.answerName}>`;
}

function encode(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case "structure":
      return typeof value === "object" && value !== null ? encodeMembers(shape, value) : "";
    case "list":
      return list(shape.item, value, shape.answerName);
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
  for (const entry of value) xml += `<${name}>${encode(item, entry)}</${name}>`;
  return xml;
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
