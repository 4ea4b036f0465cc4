import { flow } from "../src/spec/explain.ts";
import type { JsonSchema } from "../src/spec/json-schema.ts";

const HEADER = `# The stack file

<!-- Generated from src/spec/schema by scripts/generate-specs.ts. Change it there. -->

Every field, with its type, its default, an example and its meaning. A field without a default must
be given where its section is; one that "may be left out" means something by its absence. Unknown
fields are errors. Durations are a whole number and a unit: \`30s\`, \`5m\`, \`1h\`.

Paths are relative to the stack file; \`~/\` is your home. A stack file may come from someone else, and be
read where credentials are. So what it names must be a regular file of its own folder, or of a folder below, by
the path that the file really has, links followed; nothing of Git's own folder (\`.git\`), and never anything of
\`/proc\`, \`/sys\` or \`/dev\`. Only a public key may be anywhere: nothing but a public key is ever taken from it or
said of it. A stack file that is a link belongs to the folder that the link is in; one that is read from
standard input or a pipe, to the working directory.

The file is YAML 1.2 in UTF-8, at most
256 KiB: \`yes\` and \`no\` are text, \`0644\` is the number 644 unless it is in quotes, and there are no
merge keys (\`<<\`) and no tags (\`!this\`).

Editors complete and check a file that begins with this line, with the path as it is from there:

\`\`\`yaml
# yaml-language-server: $schema=../specs/stack.schema.json
\`\`\`

Rules that look at more than one field (\`min\` ≤ \`desired\` ≤ \`max\`, groups that exist, an open SSH
port, a port that nothing lets in) are checked when the file is read; \`reconcile validate\` shows all
of them at once, with their lines.
`;

/** The reference of the stack file, in Markdown. */
export function stackReference(schema: JsonSchema): string {
  return [HEADER, ...sections("", schema)].join("\n");
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
        : "may be left out",
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
