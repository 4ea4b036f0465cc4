import { describe, expect, test } from "vitest";
import { Limits, MOST_BYTES, MOST_FILES, pathProblem } from "../../src/packing/limits.ts";

describe("the limits of a directory", () => {
  test("allow so many files, and no more", () => {
    const limits = new Limits("./shop");
    limits.countFile("app.py", 7);
    for (let count = 1; count < MOST_FILES; count += 1) limits.countFile(`cache/${count}`, 0);
    expect(() => limits.countFile("app.js", 0)).toThrow(
      expect.objectContaining({
        message: "./shop: it contains more than 50,000 files",
        remedy:
          "Name the folder of the application alone, or write what it does not need into ./shop/.reconcileignore. Most of it is in cache.",
      }),
    );
  });

  test("allow so many folders, and no more", () => {
    const limits = new Limits("./shop");
    for (let count = 0; count < MOST_FILES; count += 1) limits.countFolder();
    expect(() => limits.countFolder()).toThrow(
      expect.objectContaining({
        message: "./shop: it contains more than 50,000 folders",
        remedy: expect.stringMatching(/\.reconcileignore\.$/),
      }),
    );
  });

  test("allow so many bytes, and no more", () => {
    const limits = new Limits("./shop");
    limits.countFile("a/1", MOST_BYTES / 2);
    limits.countFile("a/2", 1);
    limits.countFile("b", MOST_BYTES / 2 - 1);
    expect(limits.bytes).toBe(MOST_BYTES);
    expect(() => limits.countFile("c", 1)).toThrow(
      expect.objectContaining({
        message: "./shop: the files are larger than 250 MiB in total",
        remedy: expect.stringContaining("Most of it is in a."),
      }),
    );
  });
});

test.each([
  ["a".repeat(255), undefined],
  [`folder/${"a".repeat(255)}`, undefined],
  ["a".repeat(256), "its name has more than 255 bytes, which Linux does not allow"],
  [`folder/${"ö".repeat(128)}`, "its name has more than 255 bytes, which Linux does not allow"],
  [`${"a/".repeat(511)}ab`, undefined],
  [`${"a/".repeat(511)}abc`, "its path has more than 1024 bytes"],
])("whether a path is too long: %s", (path, problem) => {
  expect(pathProblem(path)).toBe(problem);
});
