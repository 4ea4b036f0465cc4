import { expect, test } from "vitest";
import { fileChangeWords } from "../../src/engine/file-changes.ts";

const none = { changed: [], added: [], removed: [] };

test.each([
  [none, undefined],
  [{ ...none, changed: ["app.py"] }, "1 file changed (app.py)"],
  [{ ...none, added: ["a", "b/c.d"] }, "2 files added (a, b/c.d)"],
  [
    { changed: ["app.py", "é/日本.txt"], added: ["a"], removed: ["b", "c"] },
    "2 files changed (app.py, é/日本.txt), 1 added (a), 2 removed (b, c)",
  ],
  [{ ...none, folders: ["vendor/"] }, "files changed in 1 folder (vendor/)"],
  [
    { ...none, removed: ["a"], folders: ["vendor/", ""] },
    "1 file removed (a), files changed in 2 folders (vendor/, ./)",
  ],
  [{ ...none, changed: ["1", "2", "3", "4", "5"] }, "5 files changed (1, 2, 3, 4, 5)"],
  [
    { ...none, changed: ["1", "2", "3", "4", "5", "6"] },
    "6 files changed (1, 2, 3, 4, 5 and 1 more)",
  ],
  // A name must not look like several, or like the words around it.
  [{ ...none, added: ["a, b", "c)", 'd "e"'] }, '3 files added ("a, b", "c)", "d \\"e\\"")'],
])("%j in words", (changes, words) => {
  expect(fileChangeWords(changes)).toBe(words);
});
