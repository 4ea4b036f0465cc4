import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/spec/diagnostic.ts";
import { loadStack } from "../../src/spec/load.ts";

/**
 * Each `bad-input/<name>.yaml` has beside it what must be said of it, in `<name>.expected.txt`. A
 * new case is a new file; `npx vitest run test/spec -u` writes what is expected of it, to be read
 * before it is committed.
 */
const folder = new URL("bad-input/", import.meta.url);
const files = readdirSync(folder);
const cases = files.filter((file) => file.endsWith(".yaml"));

test("there are cases, and each has its expectation and nothing else is there", () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  const known = cases.flatMap((file) => [file, file.replace(/yaml$/, "expected.txt")]);
  expect(files.filter((file) => file !== ".gitattributes").sort()).toEqual(known.sort());
});

test.each(cases)("%s", async (file) => {
  const loaded = loadStack(readFileSync(new URL(file, folder)), { file });

  const errors = "errors" in loaded ? loaded.errors : [];
  expect(errors, "bad input must have an error").not.toHaveLength(0);
  const said = [...errors, ...loaded.warnings].sort(
    (left, right) => left.line - right.line || left.column - right.column,
  );
  const shown = said.map(show).join("\n");
  expect(shown).not.toMatch(/undefined|\[object|zod|Invalid input|NaN| {4}at /);
  await expect(shown).toMatchFileSnapshot(`bad-input/${file.replace(/yaml$/, "expected.txt")}`);
});

function show({ severity, line, column, path, message, help }: Diagnostic): string {
  const place = `${severity} ${line}:${column}${path === "" ? "" : ` ${path}`}`;
  return [place, `  ${message}`, ...(help === undefined ? [] : [`  → ${help}`]), ""].join("\n");
}
