import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packDirectory } from "../../../src/packing/pack-directory.ts";
import { readDirectory } from "../../../src/packing/read-directory.ts";
import { readTar } from "../../../src/sandbox/guest/tar.ts";

const long = `${"folder/".repeat(30)}grüße-世界.txt`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-tar-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

test("the members of an archive that the program packs are read, with long names and programs", async () => {
  const folder = folderWith({
    "app.py": "app = 1\n",
    "bin/run": "#!/bin/sh\n",
    [long]: "x".repeat(700),
  });
  chmodSync(join(folder, "bin/run"), 0o755);
  symlinkSync("app.py", join(folder, "link"));
  const archive = await packDirectory(folder, await readDirectory(folder, {}), {});
  const members = readTar(archive) ?? [];
  expect(
    members.map(({ path, kind, mode, content }) => [path, kind, mode, content.length]).toSorted(),
  ).toEqual(
    [
      ["app.py", "file", "0644", 8],
      ["bin/run", "file", "0755", 10],
      [long, "file", "0644", 700],
      ["link", "link", "0755", 0],
    ].toSorted(),
  );
  expect(members.find(({ path }) => path === "app.py")?.content.toString()).toBe("app = 1\n");
});

test("what is cut, damaged or no archive is told apart from one", async () => {
  const folder = folderWith({ "app.py": "app = 1\n" });
  const archive = Buffer.from(await packDirectory(folder, await readDirectory(folder, {}), {}));
  expect(readTar(archive)).toHaveLength(1);
  expect(readTar(archive.subarray(0, 700))).toBeUndefined();
  expect(readTar(Buffer.concat([Buffer.from("b"), archive.subarray(1)]))).toBeUndefined();
  expect(readTar(Buffer.alloc(2048, "no archive"))).toBeUndefined();
});

test("an archive of GNU tar is read, too", () => {
  const folder = folderWith({ "a/b.txt": "b" });
  try {
    execFileSync("tar", ["--version"]);
  } catch {
    return;
  }
  const archive = execFileSync("tar", ["-cf", "-", "--format=ustar", "-C", folder, "a"]);
  expect(readTar(archive)?.map(({ path, kind }) => [path, kind])).toEqual([
    ["a", "directory"],
    ["a/b.txt", "file"],
  ]);
});
