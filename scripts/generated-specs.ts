import { stackFileJsonSchema } from "../src/spec/json-schema.ts";
import { cliReference } from "./cli-reference.ts";
import { editorSchema } from "./editor-schema.ts";
import { eventsSchema, statusSchema, watchSchema } from "./output-schemas.ts";
import { iamPolicy, resourceReference } from "./resource-reference.ts";
import { stackReference } from "./stack-reference.ts";

/** The expected content of every generated file in specs/, by file name. */
export async function generatedSpecs(): Promise<ReadonlyMap<string, string>> {
  const schema = stackFileJsonSchema();
  return new Map([
    ["stack.schema.json", `${JSON.stringify(editorSchema(schema), null, 2)}\n`],
    ["events.schema.json", `${JSON.stringify(eventsSchema(), null, 2)}\n`],
    ["status.schema.json", `${JSON.stringify(statusSchema(), null, 2)}\n`],
    ["watch.schema.json", `${JSON.stringify(watchSchema(), null, 2)}\n`],
    ["stack.md", stackReference(schema)],
    ["cli.md", await cliReference()],
    ["resources.md", resourceReference()],
    ["iam-policy.json", iamPolicy()],
  ]);
}
