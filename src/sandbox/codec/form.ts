import { AwsError } from "../error.ts";
import type { ListShape, MapShape, Member, ScalarShape, Shape, StructureShape } from "./shape.ts";

/** A form's dotted keys as a tree: `Filter.1.Name=x` is Filter → 1 → Name. */
interface Node {
  value?: string;
  children?: Map<string, Node>;
}

/** How the query protocols differ. */
export interface FormStyle {
  /** The members by their names in a form. */
  members(shape: StructureShape): ReadonlyMap<string, Member>;
  /** The name between a list's name and the index. Undefined: the list is always flat. */
  itemName(list: ListShape): string | undefined;
  unknownParameter(path: string): AwsError;
  wrongType(value: string, path: string, expected: string): AwsError;
}

/** The members of each structure by this name. They are collected once, because some structures have 60. */
export function membersBy(nameOf: (member: Member) => string): FormStyle["members"] {
  const collected = new WeakMap<StructureShape, ReadonlyMap<string, Member>>();
  return (shape) => {
    let members = collected.get(shape);
    if (members === undefined) {
      members = new Map(shape.members.map((member) => [nameOf(member), member]));
      collected.set(shape, members);
    }
    return members;
  };
}

/** Parameters of every request that are not part of the operation's input. */
const PROTOCOL_KEYS = new Set(["Action", "Version"]);

/** Deeper than any AWS input, but safe for recursion. */
const MAX_DEPTH = 32;

/** Splits a form body; later values of one key win, as in AWS. */
export function parseForm(body: string): Map<string, string> {
  const form = new Map<string, string>();
  for (const pair of body.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const key = at === -1 ? pair : pair.slice(0, at);
    form.set(decodeText(key), at === -1 ? "" : decodeText(pair.slice(at + 1)));
  }
  return form;
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
  } catch {
    throw new AwsError("MalformedQueryString", "The query string contains a syntax error.");
  }
}

/**
 * Decodes the operation's input into the SDK's types.
 *
 * @throws AwsError for an unknown parameter, or for a value of the wrong type.
 */
export function decodeForm(
  shape: StructureShape | undefined,
  form: ReadonlyMap<string, string>,
  style: FormStyle,
): Record<string, unknown> {
  const root: Node = {};
  for (const [key, value] of form) {
    if (!PROTOCOL_KEYS.has(key)) insert(root, key, value);
  }
  if (shape === undefined) {
    const [first] = root.children?.keys() ?? [];
    if (first !== undefined) throw style.unknownParameter(first);
    return {};
  }
  return structure(shape, root, "", style);
}

function insert(root: Node, key: string, value: string): void {
  const steps = key.split(".");
  if (steps.length > MAX_DEPTH) {
    throw new AwsError("MalformedQueryString", `The parameter ${steps[0]} is nested too deeply.`);
  }
  let node = root;
  for (const step of steps) {
    node.children ??= new Map();
    let child = node.children.get(step);
    if (child === undefined) {
      child = {};
      node.children.set(step, child);
    }
    node = child;
  }
  node.value = value;
}

function structure(
  shape: StructureShape,
  node: Node,
  path: string,
  style: FormStyle,
): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [key, child] of node.children ?? []) {
    const member = style.members(shape).get(key);
    const where = path === "" ? key : `${path}.${key}`;
    if (member === undefined) throw style.unknownParameter(where);
    output[member.name] = decode(member.shape, child, where, style, member.flat);
  }
  return output;
}

function decode(shape: Shape, node: Node, path: string, style: FormStyle, flat: boolean): unknown {
  if (shape.kind === "structure") return structure(shape, node, path, style);
  if (shape.kind === "list") {
    const itemName = flat ? undefined : style.itemName(shape);
    const holder = itemName === undefined ? node : node.children?.get(itemName);
    return items(holder).map(([index, child]) =>
      decode(shape.item, child, `${path}.${index}`, style, false),
    );
  }
  if (shape.kind === "map") return map(shape, node, path, style, flat);
  const [stray] = node.children?.keys() ?? [];
  if (stray !== undefined) throw style.unknownParameter(`${path}.${stray}`);
  return scalar(shape.kind, node.value ?? "", path, style);
}

/** `Attributes.entry.1.key=a` and `Attributes.entry.1.value=b`. */
function map(
  shape: MapShape,
  node: Node,
  path: string,
  style: FormStyle,
  flat: boolean,
): Record<string, unknown> {
  const entries = items(flat ? node : node.children?.get("entry"));
  return Object.fromEntries(
    entries.map(([index, { children }]) => {
      const value = children?.get(shape.valueName) ?? {};
      return [
        children?.get(shape.keyName)?.value ?? "",
        decode(shape.value, value, `${path}.${index}`, style, false),
      ];
    }),
  );
}

/** The list's items in the order of their numbers; an empty value alone is an empty list. */
function items(holder: Node | undefined): [number, Node][] {
  const entries: [number, Node][] = [];
  for (const [key, child] of holder?.children ?? []) {
    const index = Number(key);
    if (!Number.isInteger(index)) {
      throw new AwsError("MalformedQueryString", `The list index ${key} is not a number.`);
    }
    entries.push([index, child]);
  }
  return entries.sort(([left], [right]) => left - right);
}

function scalar(kind: ScalarShape["kind"], value: string, path: string, style: FormStyle): unknown {
  switch (kind) {
    case "string":
      return value;
    case "number": {
      const number = Number(value);
      if (value.trim() === "" || !Number.isFinite(number))
        throw style.wrongType(value, path, "a number");
      return number;
    }
    case "boolean":
      if (value === "true" || value === "1") return true;
      if (value === "false" || value === "0") return false;
      throw style.wrongType(value, path, "true or false");
    case "timestamp": {
      const date = new Date(value);
      if (Number.isNaN(date.getTime())) throw style.wrongType(value, path, "a timestamp");
      return date;
    }
    case "blob":
      return new Uint8Array(Buffer.from(value, "base64"));
  }
}
