import { AwsError } from "../error.ts";
import type { Protocol, Shape, StructureShape } from "./shape.ts";

/** A form's dotted keys as a tree: `Filter.1.Name=x` is Filter → 1 → Name. */
interface Node {
  value?: string;
  children?: Map<string, Node>;
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
  protocol: Protocol,
): Record<string, unknown> {
  const root: Node = {};
  for (const [key, value] of form) {
    if (!PROTOCOL_KEYS.has(key)) insert(root, key, value);
  }
  if (shape === undefined) {
    const [first] = root.children?.keys() ?? [];
    if (first !== undefined) throw unknownParameter(first, protocol);
    return {};
  }
  return structure(shape, root, "", protocol);
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
  protocol: Protocol,
): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [key, child] of node.children ?? []) {
    const member = shape.byRequestName.get(key);
    const where = path === "" ? key : `${path}.${key}`;
    if (member === undefined) throw unknownParameter(where, protocol);
    output[member.name] = decode(member.shape, child, where, protocol, member.flat);
  }
  return output;
}

function decode(
  shape: Shape,
  node: Node,
  path: string,
  protocol: Protocol,
  flat: boolean,
): unknown {
  if (shape.kind === "structure") return structure(shape, node, path, protocol);
  if (shape.kind === "list") {
    const named = shape.requestName !== undefined && !flat;
    const holder = named ? node.children?.get(shape.requestName ?? "") : node;
    return items(holder).map(([index, child]) =>
      decode(shape.item, child, `${path}.${index}`, protocol, false),
    );
  }
  const [stray] = node.children?.keys() ?? [];
  if (stray !== undefined) throw unknownParameter(`${path}.${stray}`, protocol);
  return scalar(shape.kind, node.value ?? "", path, protocol);
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

function scalar(
  kind: "string" | "number" | "boolean" | "timestamp" | "blob",
  value: string,
  path: string,
  protocol: Protocol,
): unknown {
  switch (kind) {
    case "string":
      return value;
    case "number": {
      const number = Number(value);
      if (value.trim() === "" || !Number.isFinite(number))
        throw wrongType(value, path, "a number", protocol);
      return number;
    }
    case "boolean":
      if (value === "true" || value === "1") return true;
      if (value === "false" || value === "0") return false;
      throw wrongType(value, path, "true or false", protocol);
    case "timestamp": {
      const date = new Date(value);
      if (Number.isNaN(date.getTime())) throw wrongType(value, path, "a timestamp", protocol);
      return date;
    }
    case "blob":
      return new Uint8Array(Buffer.from(value, "base64"));
  }
}

function unknownParameter(name: string, protocol: Protocol): AwsError {
  return protocol === "ec2"
    ? new AwsError("UnknownParameter", `The parameter ${name} is not recognized`)
    : new AwsError("ValidationError", `The parameter ${name} is not recognized`);
}

function wrongType(value: string, path: string, expected: string, protocol: Protocol): AwsError {
  return protocol === "ec2"
    ? new AwsError(
        "InvalidParameterValue",
        `Invalid value '${value}' for ${path}. It must be ${expected}.`,
      )
    : new AwsError("MalformedInput", `Invalid value '${value}' for ${path}: expected ${expected}.`);
}
