import type { JsonSchema } from "../src/spec/json-schema.ts";

/**
 * The schema as editors get it. The YAML language server, which is behind most of them, offers a default or
 * an example that holds an object as `[object Object]`, and inserts that text for an object in a list
 * (yaml-language-server, `getLabelForValue` and `getInsertTemplateForValue`). So such values are not in it;
 * a default of that kind is told in the description.
 */
export function editorSchema(schema: JsonSchema): JsonSchema {
  const { default: value, examples, ...rest } = schema;
  const { properties, additionalProperties, items, anyOf, description } = rest;
  const flat = examples?.filter((example) => !holdsObject(example)) ?? [];
  const said = holdsObject(value) ? `${description ?? ""}${defaultWords(value)}` : description;
  return {
    ...rest,
    ...(said === undefined || said === "" ? {} : { description: said }),
    ...(value === undefined || holdsObject(value) ? {} : { default: value }),
    ...(flat.length === 0 ? {} : { examples: flat }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => [name, editorSchema(field)]),
          ),
        }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: editorSchema(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: editorSchema(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(editorSchema) }),
  };
}

function holdsObject(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsObject);
  return typeof value === "object" && value !== null;
}

/** An empty section means the defaults of its fields, which they tell themselves. */
function defaultWords(value: unknown): string {
  return Array.isArray(value) ? ` Default: \`${JSON.stringify(value)}\`.` : "";
}
