import { z } from "zod";
import type { Path } from "./finding.ts";
import { stackFile } from "./stack-file.ts";

/** The part of JSON Schema that the stack file's schema is made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

let made: JsonSchema | undefined;

/** The schema of a stack file as a person writes it. Draft 7 is what editors' YAML support knows best. */
export function stackFileJsonSchema(): JsonSchema {
  made ??= z.toJSONSchema(stackFile, {
    io: "input",
    target: "draft-7",
    // zod drops the examples of a transformed value, because they might be of the result.
    // Here they always show what a person writes.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.["examples"];
      if (Array.isArray(examples)) jsonSchema["examples"] = examples;
    },
  }) as JsonSchema;
  return made;
}

/** The schema of one place in the file, if the file can have that place. */
export function schemaAt(path: Path): JsonSchema | undefined {
  let here: JsonSchema | undefined = stackFileJsonSchema();
  for (const part of path) {
    if (here === undefined) return undefined;
    const alternatives: readonly JsonSchema[] = [here, ...(here.anyOf ?? [])];
    here = alternatives.map((schema) => child(schema, part)).find((schema) => schema !== undefined);
  }
  return here;
}

/** The names of the fields that a section has. */
export function fieldNames(schema: JsonSchema | undefined): readonly string[] {
  if (schema === undefined) return [];
  return [schema, ...(schema.anyOf ?? [])].flatMap(({ properties }) =>
    Object.keys(properties ?? {}),
  );
}

function child(schema: JsonSchema, part: string | number): JsonSchema | undefined {
  if (typeof part === "number") return schema.items;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, part)) return properties[part];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
