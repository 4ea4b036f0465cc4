import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resourceTypes } from "../src/resources/all.ts";

/**
 * Views and commands know of a resource type only what the type says of itself (`src/engine/resource.ts`,
 * `src/engine/presentation.ts`). So a new type needs no line there.
 */
const folders = ["ui", "cli"];

const names = resourceTypes.map(({ name }) => name);

/** Lines in which the word is no type. */
const exceptions: readonly {
  readonly file: string;
  readonly line: string;
  readonly because: string;
}[] = [
  {
    file: "cli/usage/image.ts",
    line: '.command("image")',
    because: "the command `reconcile image`",
  },
  {
    file: "cli/usage/image.ts",
    line: 'start("image", async (session) =>',
    because: "the command `reconcile image`",
  },
  {
    file: "cli/other-tools.ts",
    line: 'image: table([["o out output", "Redirect the output to a file: `reconcile image > build.sh`."]]),',
    because: "the command `reconcile image`, whose options the table lists",
  },
  {
    file: "ui/value-words.ts",
    line: "readonly certificate?: unknown;",
    because: "what a listener has, as AWS calls it",
  },
];

/** The lines of a source that name a type: as a text, as a key, in an address, or as a folder. */
function linesNaming(source: string, types: readonly string[]): readonly string[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/(^|\s)\/\/.*$/gm, "$1");
  const found = code.split("\n").filter((line) => types.some((type) => isNamed(type, line)));
  return found.map((line) => line.trim());
}

/** Every resource has an address. Only an address or a folder can mean the type of that name. */
const ordinary = new Set(["address"]);

function isNamed(type: string, line: string): boolean {
  if (ordinary.has(type)) return new RegExp(`["'\`]${type}/|resources/${type}/`).test(line);
  // No prose has such a word. Prose says "load balancer".
  if (type.includes("-")) return new RegExp(`(?<![\\w-])${type}(?![\\w-])`).test(line);
  return [
    // "image", 'image', `image`, and the first half of an address: `image/${name}`.
    `(["'\`])${type}(?:\\1|/)`,
    // { image: … }, { readonly image?: … }, ({ image: found })
    `(?<![\\w.?$-]\\s*)(?:readonly\\s+)?\\b${type}\\??\\s*:(?!:)`,
    `resources/${type}/`,
  ].some((pattern) => new RegExp(pattern).test(line));
}

const root = join(import.meta.dirname, "../src");
const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({
      file: `${folder}/${path.replaceAll("\\", "/")}`,
      text: readFileSync(join(root, folder, path), "utf8"),
    })),
);

describe("src/ui and src/cli", () => {
  const lines = sources.flatMap(({ file, text }) =>
    linesNaming(text, names).map((line) => ({ file, line })),
  );
  const isException = (one: { readonly file: string; readonly line: string }) =>
    exceptions.some(({ file, line }) => file === one.file && line === one.line);

  test("name no resource type", () => {
    expect(sources.length).toBeGreaterThan(80);
    expect(lines.filter((one) => !isException(one))).toEqual([]);
  });

  test.each(exceptions)("have the exception $line", (exception) => {
    const { file, line } = exception;
    expect(lines).toContainEqual({ file, line });
  });
});

describe("a type is named by", () => {
  test.each([
    'const type = "image";',
    "const type = 'image';",
    "const type = `image`;",
    `const address = \`image/\${stack}\`;`,
    'return "instance/i-1";',
    'case "instance":',
    'return outputs["image"];',
    "const labels = { image: 1 };",
    "  image: 480,",
    "readonly image?: string;",
    'const seconds = { "key-pair": 1 };',
    "return typeOf(address) === 'load-balancer';",
    'import { keyFiles } from "../resources/key-pair/key-file.ts";',
    'import { details } from "../resources/image/details.ts";',
    "<Toned>load-balancer</Toned>",
  ])("%s", (line) => {
    expect(linesNaming(line, names)).toEqual([line.trim()]);
  });

  test.each([
    ["words for people", 'const text = "`reconcile image` prints the image: its script";'],
    ["a section of the stack file", "const base = lookUpBase(stack.image, environment);"],
    ["a variable", "const { id, image } = instance;"],
    ["a choice", "return known ? image : other;"],
    ["a longer word", 'import { look } from "../aws/default-security-group.ts";'],
    ["another folder", 'import { script } from "../image/script.ts";'],
    ["a comment", '// The first half of an address, "image".'],
    ["a comment of several lines", '/**\n * The "image" of `load-balancer/shop`.\n */'],
  ])("nobody in %s", (_what, text) => {
    expect(linesNaming(text, names)).toEqual([]);
  });
});
