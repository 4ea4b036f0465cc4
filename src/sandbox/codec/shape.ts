import { NormalizedSchema } from "@smithy/core/schema";

/**
 * The SDK's client packages describe each operation's input and output as a schema. This file compiles
 * each structure once into the names that the query protocols use on the wire, because reading the
 * schema for each value would be slow.
 */
export type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/** The EC2 query protocol, or the older AWS query protocol of Auto Scaling, ELB and STS. */
export type Protocol = "ec2" | "query";

export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob" }
  | ListShape
  | StructureShape;

export interface ListShape {
  readonly kind: "list";
  /** The name between the list's name and the index in a request. Undefined for a flattened list. */
  readonly requestName: string | undefined;
  /** The element around each item of an answer. */
  readonly answerName: string;
  readonly item: Shape;
}

export interface StructureShape {
  readonly kind: "structure";
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
  readonly byRequestName: ReadonlyMap<string, Member>;
  /** AWS lists the required members first. */
  readonly required: readonly Member[];
}

export interface Member {
  /** The SDK's name. */
  readonly name: string;
  readonly requestName: string;
  readonly answerName: string;
  readonly flat: boolean;
  readonly idempotencyToken: boolean;
  /** Compiled when first needed, since shapes can contain themselves. */
  readonly shape: Shape;
}

const compiled = { ec2: new WeakMap<object, Shape>(), query: new WeakMap<object, Shape>() };

/** The shape of a schema, or undefined for an operation without input or output. */
export function shapeOf(
  reference: SchemaReference,
  protocol: Protocol,
): StructureShape | undefined {
  const schema = NormalizedSchema.of(reference);
  if (schema.isUnitSchema()) return undefined;
  const shape = compile(schema, protocol);
  return shape.kind === "structure" ? shape : undefined;
}

function compile(schema: NormalizedSchema, protocol: Protocol): Shape {
  if (schema.isStructSchema()) {
    const source: unknown = schema.getSchema();
    if (typeof source !== "object" || source === null) throw new TypeError("structure expected");
    let shape = compiled[protocol].get(source);
    if (shape === undefined) {
      shape = compileStructure(schema, requiredCount(source), protocol);
      compiled[protocol].set(source, shape);
    }
    return shape;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const xmlName = text(item.getMergedTraits().xmlName);
    return {
      kind: "list",
      requestName: protocol === "ec2" ? undefined : (xmlName ?? "member"),
      answerName: xmlName ?? "member",
      item: compile(item, protocol),
    };
  }
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isTimestampSchema()) return { kind: "timestamp" };
  if (schema.isBlobSchema()) return { kind: "blob" };
  throw new TypeError(`The codec does not know the schema ${schema.getName(true)}.`);
}

function compileStructure(
  schema: NormalizedSchema,
  required: number,
  protocol: Protocol,
): StructureShape {
  const members = [...schema.structIterator()].map(([name, member]) => {
    const traits = member.getMergedTraits();
    const xmlName = text(traits.xmlName);
    const ec2Name = text(traits["ec2QueryName"]);
    const plainName = xmlName ?? name;
    let shape: Shape | undefined;
    return {
      name,
      requestName: protocol === "ec2" ? (ec2Name ?? capitalized(plainName)) : plainName,
      answerName: plainName,
      flat: Boolean(traits.xmlFlattened),
      idempotencyToken: member.isIdempotencyToken(),
      get shape(): Shape {
        shape ??= compile(member, protocol);
        return shape;
      },
    };
  });
  return {
    kind: "structure",
    members,
    byName: new Map(members.map((member) => [member.name, member])),
    byRequestName: new Map(members.map((member) => [member.requestName, member])),
    required: members.slice(0, required),
  };
}

/** A structure's schema is [kind, namespace, name, traits, names, types, number of required ones]. */
function requiredCount(source: object): number {
  const count: unknown = Array.isArray(source) ? source[6] : 0;
  return typeof count === "number" ? count : 0;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
