import { describe, expect, test } from "vitest";
import { requirementsIn } from "../../src/stack/source.ts";

/** The digest of a directory with these files, each with its text in place of its SHA-256. */
function digestOf(files: Readonly<Record<string, string>>, named?: string): string | undefined {
  const listed = Object.entries(files).map(([path, sha256]) => ({
    path,
    kind: "file" as const,
    bytes: 1,
    sha256,
  }));
  const listing = { sha256: "0".repeat(64), bytes: 1, files: listed };
  return requirementsIn({ kind: "directory", listing }, named);
}

describe("the files that decide the versions of Python packages", () => {
  const flask = { "app.py": "1", "requirements.txt": "1" };

  test.each([
    "requirements.txt",
    "requirements-dev.in",
    "requirements/base.txt",
    "base.txt",
    "deploy/constraints.txt",
    "pyproject.toml",
    "uv.lock",
    "setup.py",
  ])("are such as %s", (path) => {
    expect(digestOf({ ...flask, [path]: "2" })).not.toBe(digestOf(flask));
  });

  test.each(["robots.txt", "static/LICENSE.txt", "shop/new.txt", "app.py", "README.md"])(
    "are none such as %s",
    (path) => {
      expect(digestOf({ ...flask, [path]: "2" })).toBe(digestOf(flask));
    },
  );

  test("are the one that the stack file names, whatever its name", () => {
    const files = { "packages.lst": "1" };
    expect(digestOf({ "packages.lst": "2" }, "packages.lst")).not.toBe(
      digestOf(files, "packages.lst"),
    );
  });
});
