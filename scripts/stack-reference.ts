import { flow } from "../src/spec/explain/example.ts";
import type { JsonSchema } from "../src/spec/json-schema.ts";

const HEADER = `# The stack file

<!-- Generated from src/spec by scripts/generate-specs.ts. Change it there. -->

This page lists every field with its type, default, example and meaning. A **required** field must be given
if its section is given. An optional field has no fixed default: its meaning says what happens if it is
omitted. Unknown fields are errors. A duration is a whole number and a unit: \`30s\`, \`5m\`, \`1h\`.

## Format

The file is YAML 1.2 in UTF-8, at most 256 KiB. \`yes\` and \`no\` are text. \`0644\` is the number 644 unless it is
in quotes. Merge keys (\`<<\`) and tags (\`!this\`) are not supported.

An editor completes and checks a file that starts with this line. Adapt the path to your folder:

\`\`\`yaml
# yaml-language-server: $schema=../specs/stack.schema.json
\`\`\`

Some rules compare several fields: \`min\` ≤ \`desired\` ≤ \`max\`, groups that exist, an SSH port that is open to the
world, a port that no rule opens. They are checked when the file is read. \`reconcile validate\` shows all
problems at once, with their lines.

## Paths

Paths are relative to the stack file. \`~/\` is your home directory. A stack file may come from someone else, and
may be read where credentials are. So every path must lead to a regular file in the stack file's folder or
below. Links are followed, and the real path counts. Files in Git's folder (\`.git\`) and in \`/proc\`, \`/sys\` and
\`/dev\` are refused. Only a public key may be anywhere: \`reconcile\` uses and shows nothing of that file but a
public key.

If the stack file is a link, its folder is the folder of the link. If it is read from standard input or a pipe,
its folder is the working directory.
`;

/** Behind `notify`, which is the last section. */
const FOOTER = `[Messages about applies](cli.md#messages-about-applies) says what a mail address and a URL get of an apply, and how to check the
signature.
`;

/** The reference of the stack file, in Markdown. */
export function stackReference(schema: JsonSchema): string {
  return [HEADER, ...sections("", schema), FOOTER].join("\n");
}

/** One section and those inside it, outermost first. */
function sections(path: string, schema: JsonSchema): readonly string[] {
  const fields = Object.entries(schema.properties ?? {});
  const title = path === "" ? "## Top of the file" : `## \`${path}\``;
  const inner = fields.flatMap(([name, field]) => innerSections(join(path, name), field));
  if (fields.length === 0) return inner;
  const rows = fields.map(([name, field]) => row(name, field, schema.required ?? []));
  return [
    [
      title,
      ...(schema.description === undefined || path === "" ? [] : ["", schema.description]),
      "",
      "| field | type | default | example | meaning |",
      "|---|---|---|---|---|",
      ...rows,
      "",
    ].join("\n"),
    ...inner,
  ];
}

function innerSections(path: string, schema: JsonSchema): readonly string[] {
  if (schema.properties !== undefined) return sections(path, schema);
  if (schema.items !== undefined) return innerSections(`${path}[]`, schema.items);
  if (typeof schema.additionalProperties === "object") {
    return innerSections(`${path}.<name>`, schema.additionalProperties);
  }
  return (schema.anyOf ?? []).flatMap((form) => innerSections(path, form));
}

function row(name: string, schema: JsonSchema, required: readonly string[]): string {
  const example = schema.examples?.[0] ?? schema.enum?.[0];
  const cells = [
    code(name),
    type(schema),
    schema.default !== undefined
      ? code(flow(schema.default))
      : required.includes(name)
        ? "**required**"
        : "optional",
    example === undefined ? "" : code(flow(example)),
    schema.description ?? "",
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function type(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(flow(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(flow(value))).join(", ");
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(type))].join(" or ");
  if (schema.items !== undefined) return `list of ${type(schema.items)}`;
  if (schema.properties !== undefined) return "section";
  if (typeof schema.additionalProperties === "object") {
    return schema.additionalProperties.properties === undefined
      ? "names and texts"
      : "sections by name";
  }
  if (schema.pattern === "^[0-9]+[smh]$") return "duration";
  const { minimum, maximum } = schema;
  switch (schema.type) {
    case "number":
      return `number${minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`}`;
    case "integer":
      return `whole number${minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`}`;
    case "boolean":
      return "`true`, `false`";
    default:
      return "text";
  }
}

function code(text: string): string {
  return `\`${text}\``;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
