import { stackFileJsonSchema } from "../src/spec/json-schema.ts";
import { stackReference } from "./stack-reference.ts";

/** Every file in specs/ that is made from code, by its name, with what should be in it. */
export function generatedSpecs(): ReadonlyMap<string, string> {
  const schema = stackFileJsonSchema();
  return new Map([
    ["stack.schema.json", `${JSON.stringify(schema, null, 2)}\n`],
    ["stack.md", stackReference(schema)],
  ]);
}
