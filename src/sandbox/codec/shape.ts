import { NormalizedSchema } from "@smithy/core/schema";

/**
 * The SDK's client packages describe each operation's input and output as a schema. This file compiles
 * each structure once into what the codecs need, because reading the schema for each value would be
 * slow.
 */
export type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

export type Shape = ScalarShape | ListShape | MapShape | StructureShape;

export interface ScalarShape {
  readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob";
}

export interface ListShape {
  readonly kind: "list";
  /** The name of each item in XML, and in forms of the AWS query protocol. */
  readonly itemName: string;
  readonly item: Shape;
}

/** A map from texts. */
export interface MapShape {
  readonly kind: "map";
  readonly keyName: string;
  readonly valueName: string;
  readonly value: Shape;
}

export interface StructureShape {
  readonly kind: "structure";
  readonly members: readonly Member[];
  readonly byName: ReadonlyMap<string, Member>;
  /** AWS lists the required members first. */
  readonly required: readonly Member[];
}

/** The part of an HTTP request or answer that has a member, beside the body's document. */
export type Binding =
  | { readonly in: "path" }
  | { readonly in: "query" | "header"; readonly name: string }
  /** It is the whole body. */
  | { readonly in: "body" };

export interface Member {
  /** The SDK's name. */
  readonly name: string;
  /** The name in XML, and in forms of the AWS query protocol. */
  readonly xmlName: string;
  /** The name in forms of the EC2 query protocol. */
  readonly ec2Name: string;
  /** Whether the items of a list or a map have no element around all of them. */
  readonly flat: boolean;
  readonly idempotencyToken: boolean;
  /** Where a protocol with HTTP bindings has it. Default: in the body's document. */
  readonly binding?: Binding;
  /** Compiled when first needed, since shapes can contain themselves. */
  readonly shape: Shape;
}

const compiled = new WeakMap<object, StructureShape>();

/** The shape of a schema, or undefined for an operation without input or output. */
export function shapeOf(reference: SchemaReference): StructureShape | undefined {
  const schema = NormalizedSchema.of(reference);
  if (schema.isUnitSchema()) return undefined;
  const shape = compile(schema);
  return shape.kind === "structure" ? shape : undefined;
}

function compile(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) {
    const source: unknown = schema.getSchema();
    if (typeof source !== "object" || source === null) throw new TypeError("structure expected");
    let shape = compiled.get(source);
    if (shape === undefined) {
      shape = compileStructure(schema, requiredCount(source));
      compiled.set(source, shape);
    }
    return shape;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return { kind: "list", itemName: xmlNameOf(item) ?? "member", item: compile(item) };
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    return {
      kind: "map",
      keyName: xmlNameOf(schema.getKeySchema()) ?? "key",
      valueName: xmlNameOf(value) ?? "value",
      value: compile(value),
    };
  }
  if (schema.isStringSchema()) return { kind: "string" };
  if (schema.isNumericSchema()) return { kind: "number" };
  if (schema.isBooleanSchema()) return { kind: "boolean" };
  if (schema.isTimestampSchema()) return { kind: "timestamp" };
  if (schema.isBlobSchema()) return { kind: "blob" };
  throw new TypeError(`The codec does not know the schema ${schema.getName(true)}.`);
}

function compileStructure(schema: NormalizedSchema, required: number): StructureShape {
  const members = [...schema.structIterator()].map(([name, member]) => {
    const traits = member.getMergedTraits();
    const xmlName = xmlNameOf(member) ?? name;
    let shape: Shape | undefined;
    return {
      name,
      xmlName,
      ec2Name: text(traits["ec2QueryName"]) ?? capitalized(xmlName),
      flat: Boolean(traits.xmlFlattened),
      idempotencyToken: member.isIdempotencyToken(),
      ...bindingOf(traits),
      get shape(): Shape {
        shape ??= compile(member);
        return shape;
      },
    };
  });
  return {
    kind: "structure",
    members,
    byName: new Map(members.map((member) => [member.name, member])),
    required: members.slice(0, required),
  };
}

function bindingOf(traits: ReturnType<NormalizedSchema["getMergedTraits"]>): {
  binding?: Binding;
} {
  if (traits.httpLabel) return { binding: { in: "path" } };
  if (traits.httpPayload) return { binding: { in: "body" } };
  const header = text(traits.httpHeader);
  if (header !== undefined) return { binding: { in: "header", name: header.toLowerCase() } };
  const query = text(traits.httpQuery);
  return query === undefined ? {} : { binding: { in: "query", name: query } };
}

/** A structure's schema is [kind, namespace, name, traits, names, types, number of required ones]. */
function requiredCount(source: object): number {
  const count: unknown = Array.isArray(source) ? source[6] : 0;
  return typeof count === "number" ? count : 0;
}

function xmlNameOf(schema: NormalizedSchema): string | undefined {
  return text(schema.getMergedTraits().xmlName);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
