import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDirectory } from "../../src/packing/read-directory.ts";
import fc from "../fast-check.ts";
import { directoryOf, fill, type Made, scratchFolder } from "./directory.ts";

const hasGit = spawnSync("git", ["--version"]).status === 0;

async function pathsIn(folder: string): Promise<readonly string[]> {
  return (await readDirectory(folder)).files.map(({ path }) => path);
}

/** What Git itself would add, without the settings of this machine. */
function pathsOfGit(folder: string): readonly string[] {
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: folder,
    env,
  });
  return listed
    .toString()
    .split("\0")
    .filter((path) => path !== "")
    .toSorted();
}

function repositoryOf(files: Readonly<Record<string, Made>>): string {
  const folder = directoryOf(files);
  execFileSync("git", ["init", "--quiet", folder]);
  return folder;
}

describe.skipIf(!hasGit)("a .gitignore means what it means to Git", () => {
  const patterns = [
    ["*.log", "!keep.log", "/build", "cache/", "**/tmp", "a/**/z"],
    ["*", "!*/", "!*.py"],
    ["# comment", "\\#file", "\\!file", "trailing  ", "escaped\\ ", "", "/"],
    ["[ab].txt", "[!ab].md", "file?.js", "Case"],
    ["static/*", "!static/keep", "static/keep/*.map"],
  ].map((lines) => lines.join("\n"));
  const names =
    "build cache tmp z keep.log other.log #file !file trailing escaped a.txt c.txt c.md file1.js case Case".split(
      " ",
    );
  const tree = Object.fromEntries(
    [
      "",
      "a/",
      "a/b/",
      "static/",
      "static/keep/",
      "cache/",
      "sub [x]/",
      "sub [x]/deep/static/",
    ].flatMap((folder) =>
      [...names, "app.py", "x.map"].map((name) => [
        `${folder}${name === "cache" && folder === "" ? "cache2" : name}`,
        "",
      ]),
    ),
  );
  const { a: _, ...files } = tree;

  test.each(patterns)("%j", async (lines) => {
    const folder = repositoryOf({ ...files, ".gitignore": lines });
    expect([...(await pathsIn(folder))].toSorted()).toEqual(pathsOfGit(folder));
  });

  test.each(patterns)("in a folder of a strange name: %j", async (lines) => {
    const folder = repositoryOf({ ...files, "sub [x]/.gitignore": `${lines}\r\n` });
    expect([...(await pathsIn(folder))].toSorted()).toEqual(pathsOfGit(folder));
  });

  test("any patterns at any depth", async () => {
    const part = fc.constantFrom("a", "b", "*", "**", "a*", "?", "[ab]", "x.y", "*.y");
    const pattern = fc
      .tuple(
        fc.constantFrom("", "!", "/", "!/"),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", "/", " "),
      )
      .map(([start, parts, end]) => `${start}${parts.join("/")}${end}`);
    const folderName = fc.constantFrom("", "a/", "a/b/", "b/");
    const lists = fc.dictionary(folderName, fc.array(pattern, { minLength: 1, maxLength: 4 }), {
      maxKeys: 3,
    });
    const everywhere = ["", "a/", "a/b/", "b/", "b/ab/"].flatMap((folder) =>
      ["x.y", "c", "ab2", `0${folder.length}`].map((name) => [`${folder}${name}`, ""]),
    );
    await fc.assert(
      fc.asyncProperty(lists, async (written) => {
        const folder = join(scratchFolder(), "repository");
        mkdirSync(folder);
        execFileSync("git", ["init", "--quiet", folder]);
        fill(folder, { ...Object.fromEntries(everywhere), "safe.txt": "" });
        const ignoring = Object.entries(written).map(([at, lines]) => [
          `${at}.gitignore`,
          lines.join("\n"),
        ]);
        fill(folder, Object.fromEntries(ignoring));
        const expected = pathsOfGit(folder);
        const found = readDirectory(folder).then(({ files }) =>
          files.map(({ path }) => path).toSorted(),
        );
        if (expected.length === 0) await expect(found).rejects.toThrow("ignored");
        else expect(await found).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test("above the directory, up to the top of the repository", async () => {
    const folder = repositoryOf({
      ".gitignore": "*.log\n/services/shop/build\n",
      "services/.gitignore": "shop/*.tmp\n",
      "services/shop/app.py": "",
      "services/shop/a.log": "",
      "services/shop/a.tmp": "",
      "services/shop/build/out": "",
    });
    fill(folder, { "../.gitignore": "*.py\n" });
    const shop = join(folder, "services/shop");
    expect(await pathsIn(shop)).toEqual(["app.py"]);
    expect(pathsOfGit(shop)).toEqual(["app.py"]);
  });
});

test("rules that ignore the directory itself do not count, because the stack file names it", async () => {
  const folder = directoryOf({
    ".git/HEAD": "",
    ".gitignore": "dist/\n*.map\n",
    "dist/app.js": "",
    "dist/app.js.map": "",
    "dist/.gitignore": "*.tmp\n",
    "dist/a.tmp": "",
  });
  expect(await pathsIn(join(folder, "dist"))).toEqual([".gitignore", "app.js", "app.js.map"]);
});

test("without a repository, only the directory's own rules count", async () => {
  const folder = directoryOf({
    ".gitignore": "*.py\n",
    "shop/app.py": "",
    "shop/.gitignore": "*.log\n",
    "shop/a.log": "",
  });
  expect(await pathsIn(join(folder, "shop"))).toEqual([".gitignore", "app.py"]);
});

test("a .reconcileignore leaves out more, and packs what a .gitignore leaves out", async () => {
  const folder = directoryOf({
    ".gitignore": "dist/\n*.log\n",
    "web/.gitignore": "built\n",
    "web/built/page.html": "",
    "web/tests/page.test.js": "",
    "tests/app.py": "",
    "dist/app.js": "",
    "a.log": "",
    ".reconcileignore": "!dist/\n!web/built\ntests/\n",
    "web/.reconcileignore": "*.tmp\n!tests/\n",
    "web/a.tmp": "",
    "app.py": "",
  });
  expect(await pathsIn(folder)).toEqual([
    ".gitignore",
    "app.py",
    "dist/app.js",
    "web/.gitignore",
    "web/built/page.html",
    "web/tests/page.test.js",
  ]);
});

test("a list of patterns that is a symbolic link does not count, as in Git", async () => {
  const folder = directoryOf({
    patterns: "*.py\n",
    ".gitignore": { link: "patterns" },
    "app.py": "",
  });
  expect(await pathsIn(folder)).toEqual([".gitignore", "app.py", "patterns"]);
});

test("Git's own folders and those of this program are never packed, at any depth", async () => {
  const folder = directoryOf({
    "app.py": "",
    ".git/config": "token",
    "module/.git": "gitdir: ../.git/modules/module\n",
    "module/a.py": "",
    ".reconcile/sandbox.json": "",
    "a/.GIT/config": "token",
    ".reconcileignore": "!.git\n!.git/**\n",
  });
  expect(await pathsIn(folder)).toEqual(["app.py", "module/a.py"]);
});

test("files that are excluded by name are those files alone", async () => {
  const folder = directoryOf({ "shop.yaml": "", "a/shop.yaml": "", "key.pem": "" });
  const exclude = [join(folder, "shop.yaml"), join(folder, "key.pem")];
  const { files } = await readDirectory(folder, { exclude });
  expect(files.map(({ path }) => path)).toEqual(["a/shop.yaml"]);
});

test("a list of patterns has a limit", async () => {
  const folder = directoryOf({ ".gitignore": "x\n".repeat(2 ** 19 + 1), "app.py": "" });
  await expect(readDirectory(folder)).rejects.toThrow(
    `${folder}/.gitignore: it is larger than 1 MiB`,
  );
});
