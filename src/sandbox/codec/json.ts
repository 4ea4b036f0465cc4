import { AwsError } from "../error.ts";
import type { Shape, StructureShape } from "./shape.ts";

/**
 * Decodes JSON in the format of the AWS CLI's `--cli-input-json` into the operation's input. Timestamps
 * are ISO strings, blobs are base64.
 *
 * @param millisecondsInUnit The unit of timestamps that are numbers: 1000 for the seconds of AWS JSON.
 * @throws AwsError for an unknown member or a value of the wrong type. The message names its path.
 */
export function fromJson(
  shape: StructureShape | undefined,
  value: unknown,
  millisecondsInUnit = 1,
): Record<string, unknown> {
  return structure(shape ?? EMPTY, value, "", millisecondsInUnit);
}

const EMPTY: StructureShape = {
  kind: "structure",
  members: [],
  byName: new Map(),
  required: [],
};

function structure(
  shape: StructureShape,
  value: unknown,
  path: string,
  unit: number,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(path, "an object");
  }
  const output: Record<string, unknown> = {};
  for (const [key, content] of membersOf(value)) {
    const member = shape.byName.get(key);
    const where = path === "" ? key : `${path}.${key}`;
    if (member === undefined) {
      const known = shape.members.map((candidate) => candidate.name).join(", ");
      throw new AwsError(
        "UnknownParameter",
        `The parameter ${where} is not recognized. Known parameters: ${known || "none"}.`,
      );
    }
    if (content !== null && content !== undefined)
      output[key] = convert(member.shape, content, where, unit);
  }
  return output;
}

function convert(shape: Shape, value: unknown, path: string, unit: number): unknown {
  switch (shape.kind) {
    case "structure":
      return structure(shape, value, path, unit);
    case "list":
      if (!Array.isArray(value)) throw wrongType(path, "a list");
      return value.map((item: unknown, index) =>
        convert(shape.item, item, `${path}[${index}]`, unit),
      );
    case "map":
      if (typeof value !== "object" || value === null) throw wrongType(path, "an object");
      return mapped(value, (content, key) => convert(shape.value, content, `${path}.${key}`, unit));
    case "timestamp": {
      const date = typeof value === "number" ? new Date(Math.round(value * unit)) : dated(value);
      if (date === undefined || Number.isNaN(date.getTime())) throw wrongType(path, "a timestamp");
      return date;
    }
    case "blob":
      if (typeof value !== "string") throw wrongType(path, "a base64 string");
      return new Uint8Array(Buffer.from(value, "base64"));
    default:
      if (typeof value !== shape.kind) throw wrongType(path, `a ${shape.kind}`);
      return value;
  }
}

function dated(value: unknown): Date | undefined {
  return typeof value === "string" ? new Date(value) : undefined;
}

function wrongType(path: string, expected: string): AwsError {
  return new AwsError(
    "InvalidParameterValue",
    `${path === "" ? "The input" : path} must be ${expected}.`,
  );
}

/** Encodes an answer as plain JSON: only members of the schema, timestamps by default as ISO strings, blobs as base64. */
export function toJson(
  shape: Shape,
  value: unknown,
  timestamp: (date: Date) => unknown = (date) => date.toISOString(),
): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "structure": {
      if (typeof value !== "object") return undefined;
      const output: Record<string, unknown> = {};
      for (const [key, content] of membersOf(value)) {
        const member = shape.byName.get(key);
        const converted =
          member === undefined ? undefined : toJson(member.shape, content, timestamp);
        if (converted !== undefined) output[key] = converted;
      }
      return output;
    }
    case "list":
      return Array.isArray(value)
        ? value.map((item: unknown) => toJson(shape.item, item, timestamp))
        : undefined;
    case "map":
      return typeof value === "object"
        ? mapped(value, (content) => toJson(shape.value, content, timestamp))
        : undefined;
    case "timestamp":
      return value instanceof Date ? timestamp(value) : undefined;
    case "blob":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : undefined;
    default:
      return value;
  }
}

function mapped(map: object, change: (value: unknown, key: string) => unknown): object {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]: [string, unknown]) => [key, change(value, key)]),
  );
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value);
}
