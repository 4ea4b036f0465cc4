import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readYaml } from "../../../src/spec/yaml/document.ts";
import { findMisindented } from "../../../src/spec/yaml/indentation.ts";

const examples = new URL("../../../examples/", import.meta.url);
const files = readdirSync(examples).filter((name) => name.endsWith(".yaml"));
const texts = files.map((name) => readFileSync(new URL(name, examples), "utf8"));

test("a file that YAML can read has no line in a wrong column", () => {
  const odd = [
    "list:\n- a\n- b:\n  - c\n  d:\n  - e\nnext: 1\n",
    'text: a\n  b\n    c\nquoted: "a\n b: c"\nflow: [a,\n b]\nlast: 1\n',
    "block: |\n    a: b\n     - c\n\n  # comment\nfolded: >-\n  x\n",
    "- - a\n  - b\n-\n  c: d\n",
    "anchored: &a\n  b: c\ntagged: !!map\n  d: e\n",
  ];
  for (const text of [...texts, ...odd]) {
    expect(readYaml(text).problems).toEqual([]);
    expect(findMisindented(text)).toBeUndefined();
  }
});

const shifted = texts.flatMap((text) => {
  const lines = text.split("\n");
  return lines.flatMap((line, index) =>
    [` ${line}`, line.replace(/^ /, "")]
      .filter((other) => other !== line && line.trim() !== "")
      .map((other) => ({ number: index + 1, text: lines.with(index, other).join("\n") })),
  );
});

test("a line that is moved by one column is told at that line, or at the next of its section", () => {
  const told = shifted.flatMap(({ number, text }) => {
    const [problem] = readYaml(text).problems;
    return problem === undefined ? [] : [{ number, problem, text }];
  });
  expect(told.length).toBeGreaterThan(30);
  for (const { number, problem, text } of told) {
    expect(problem.message, text).toMatch(/column|indented|in this column|dash/);
    const between = text.split("\n").slice(number, problem.line - 1);
    expect(problem.line, `${problem.message}\n${text}`).toBeGreaterThanOrEqual(number);
    // Only what is deeper, a comment or empty may lie between.
    const indent = /^ */.exec(text.split("\n")[number - 1] ?? "")?.[0].length ?? 0;
    for (const line of between) {
      expect(line, `${problem.message}\n${text}`).toMatch(
        new RegExp(`^( {${Math.max(indent - 1, 0)}} |\\s*#|\\s*$)`),
      );
    }
  }
});
