import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { PHRASES } from "./words/phrases.ts";
import { ruledOut } from "./words/scan.ts";

const root = join(import.meta.dirname, "..");

/** What people read: source, documents, examples. `specs/*.json` is generated from the source. */
const READ = [
  /^src\/.*\.tsx?$/,
  /^README\.md$/,
  /^CONTRIBUTING\.md$/,
  /^specs\/.*\.md$/,
  /^examples\//,
];

const files = ["src", "specs", "examples"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
  )
  .concat("README.md", "CONTRIBUTING.md")
  .filter((path) => READ.some((expression) => expression.test(path)));

test("the files that people read are found", () => {
  expect(files.length).toBeGreaterThan(300);
  expect(READ.filter((expression) => !files.some((path) => expression.test(path)))).toEqual([]);
});

test("no text has a phrase that CONTRIBUTING.md rules out", () => {
  const found = files.flatMap((path) =>
    ruledOut(path, readFileSync(join(root, path), "utf8")).map(
      ({ line, words, advice }) => `${path}:${line}: "${words}" → ${advice}`,
    ),
  );
  expect(found).toEqual([]);
});

describe("a phrase is refused, and the sentence next to it is not:", () => {
  test.each(PHRASES)("$bad", ({ bad, good }) => {
    expect(ruledOut("a.md", bad)).not.toEqual([]);
    expect(ruledOut("a.md", good)).toEqual([]);
  });

  test.each(PHRASES)("$bad is refused by one phrase of its own", ({ bad, advice }) => {
    expect(ruledOut("a.md", bad).map((found) => found.advice)).toContain(advice);
  });
});

describe("of a source file", () => {
  const lines = (source: string, path = "src/a.tsx") =>
    ruledOut(path, source).map(({ line, words }) => `${line}: ${words}`);

  test.each([
    ["a string", '\nconst text = "It is made anew.";', ["2: anew"]],
    ["a template around its expressions", `\`\n\${a} is made anew \${b()}\`;`, ["2: anew"]],
    ["a template within a template", `\`a \${b ? \` once more\` : c} d\`;`, ["1: once more"]],
    ["a comment", "// It goes\n// Once more.\nf();", ["2: Once more"]],
    [
      "a phrase across two lines of a docstring",
      "/**\n * It goes\n * on.\n */\nf();",
      ["2: goes * on"],
    ],
    ["the text of an element", "<Text>\n  It is made anew</Text>;", ["2: anew"]],
    ["an attribute", '<Text title="made anew" />;', ["1: anew"]],
  ])("%s is read", (_what, source, expected) => {
    expect(lines(source)).toEqual(expected);
  });

  test.each([
    ["a name", "const meanwhile = { anew: anew.meanwhile };"],
    ["a key in quotes", 'f({ "meanwhile": "anew" });'],
    ["the path of an import", 'import { a } from "./foreign.ts";'],
    ["a name in a comment", "// Rules of `FieldRule.meanwhile` come last.\nf();"],
    ["an expression", "/made anew/.test(text);"],
  ])("%s is not", (_what, source) => {
    expect(lines(source)).toEqual([]);
  });

  test("AWS's words in the sandbox's errors stay as AWS wrote them", () => {
    const source = `throw new AwsError("Code", \`Once more \${a}\`); f("Once more");`;
    expect(lines(source, "src/sandbox/a.ts")).toEqual(["1: Once more"]);
    expect(lines(source, "src/ui/a.ts")).toEqual(["1: Once more", "1: Once more"]);
  });

  test("what cannot be read is an error", () => {
    expect(() => ruledOut("src/a.ts", "const = 1;")).toThrow("src/a.ts");
  });
});

test("of CONTRIBUTING.md, the word list and what its chapter quotes are not read", () => {
  const page = [
    "Made anew.",
    "",
    "## Words",
    "",
    '- Not "made anew".',
    "| a | anew |",
    "Once more.",
  ];
  expect(ruledOut("CONTRIBUTING.md", page.join("\n")).map(({ line }) => line)).toEqual([1, 7]);
});
