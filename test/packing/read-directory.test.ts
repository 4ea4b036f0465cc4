import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { MOST_BYTES } from "../../src/packing/limits.ts";
import { DirectoryError } from "../../src/packing/listing.ts";
import { packDirectory } from "../../src/packing/pack-directory.ts";
import { readDirectory } from "../../src/packing/read-directory.ts";
import { directoryOf, fill, type Made, scratchFolder } from "./directory.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** What Python's tarfile, which unpacks it on the builder, reads in an archive. */
const READ_ARCHIVE = `
import hashlib, io, json, sys, tarfile
kinds = {tarfile.REGTYPE: "file", tarfile.SYMTYPE: "link"}
def content(read):
    return read.decode() if len(read) < 100 else hashlib.sha256(read).hexdigest()
archive = tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()))
print(json.dumps([
    [member.name, kinds[member.type], oct(member.mode), member.mtime, member.uid, member.gid, member.uname,
     member.linkname or content(archive.extractfile(member).read())]
    for member in archive
]))
`;

function unpacked(archive: Uint8Array): unknown {
  return JSON.parse(
    execFileSync("python3", ["-c", READ_ARCHIVE], {
      input: archive,
      encoding: "utf8",
      env: { PYTHONUTF8: "1", PATH: process.env["PATH"] },
    }),
  );
}

function sumOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

const shop: Readonly<Record<string, Made>> = {
  "app.py": "print('hello')\n",
  "static/style.css": "body {}\n",
  "bin/run": { program: "#!/bin/sh\n" },
  current: { link: "static/../app.py" },
  "empty.txt": "",
};

async function packed(folder: string): Promise<Uint8Array> {
  return packDirectory(folder, await readDirectory(folder));
}

describe("a packed directory", () => {
  test("is listed by path, with its kinds, sizes and sums", async () => {
    const folder = directoryOf(shop);
    const { files, sha256, bytes, warnings } = await readDirectory(folder);
    const css = { path: "static/style.css", kind: "file", bytes: 8, sha256: sumOf("body {}\n") };
    expect(files).toEqual([
      { path: "app.py", kind: "file", bytes: 15, sha256: sumOf("print('hello')\n") },
      { path: "bin/run", kind: "program", bytes: 10, sha256: sumOf("#!/bin/sh\n") },
      {
        path: "current",
        kind: "link",
        bytes: 16,
        sha256: sumOf("static/../app.py"),
        target: "static/../app.py",
      },
      { path: "empty.txt", kind: "file", bytes: 0, sha256: sumOf("") },
      css,
    ]);
    expect(warnings).toEqual([]);
    const archive = await packed(folder);
    expect(archive.length).toBe(bytes);
    expect(createHash("sha256").update(archive).digest("hex")).toBe(sha256);
  });

  test("has the same bytes in every release, so that no image is built anew for nothing", async () => {
    const { sha256 } = await readDirectory(directoryOf({ ...shop, "långt/naïve name": "ö" }));
    expect(sha256).toBe("d8920b3bc2ac169cf67530c6ab8c5ec9bef62138cd03059e0cd029d6a64b60bc");
  });

  test.skipIf(!hasPython)("is read by Python as it was packed", async () => {
    const long = `${"folder/".repeat(30)}${"n".repeat(120)}.txt`;
    const folder = directoryOf({
      ...shop,
      [long]: "far",
      "naïve/日本語.txt": "text",
      "a 'quoted' $name": { link: `naïve/${"x".repeat(40)}/../日本語.txt` },
      "large.bin": Buffer.alloc(3 * 2 ** 20 + 17, "x"),
    });
    const common = [0, 0, 0, ""] as const;
    expect(unpacked(await packed(folder))).toEqual([
      ["a 'quoted' $name", "link", "0o755", ...common, `naïve/${"x".repeat(40)}/../日本語.txt`],
      ["app.py", "file", "0o644", ...common, "print('hello')\n"],
      ["bin/run", "file", "0o755", ...common, "#!/bin/sh\n"],
      ["current", "link", "0o755", ...common, "static/../app.py"],
      ["empty.txt", "file", "0o644", ...common, ""],
      [long, "file", "0o644", ...common, "far"],
      ["large.bin", "file", "0o644", ...common, sumOf("x".repeat(3 * 2 ** 20 + 17))],
      ["naïve/日本語.txt", "file", "0o644", ...common, "text"],
      ["static/style.css", "file", "0o644", ...common, "body {}\n"],
    ]);
  });

  test("does not depend on the order of creation, times, permissions and folders without files", async () => {
    const reference = await readDirectory(directoryOf(shop));
    const other = directoryOf(Object.fromEntries(Object.entries(shop).toReversed()));
    mkdirSync(join(other, "empty/folder"), { recursive: true });
    utimesSync(join(other, "app.py"), 1, 1);
    // As another umask makes them.
    chmodSync(join(other, "static"), 0o700);
    chmodSync(join(other, "bin/run"), 0o700);
    chmodSync(join(other, "app.py"), 0o606);
    expect(await readDirectory(other)).toEqual(reference);
  });

  test("depends on names, contents, kinds and targets", async () => {
    const changes: readonly Readonly<Record<string, Made>>[] = [
      { ...shop, "app.py": "print('hullo')\n" },
      { ...shop, "app.py": { program: "print('hello')\n" } },
      { ...shop, current: { link: "app.py" } },
      { ...shop, current: "static/../app.py" },
      { ...shop, more: "" },
      Object.fromEntries(Object.entries(shop).slice(1)),
    ];
    const sums = await Promise.all(
      [shop, ...changes].map(async (files) => (await readDirectory(directoryOf(files))).sha256),
    );
    expect(new Set(sums).size).toBe(changes.length + 1);
  });

  test("is sorted by the bytes of the names", async () => {
    const folder = directoryOf({ ｚ: "", 𝒛: "", "a/b": "", "a-b": "", a0: "", B: "" });
    const { files } = await readDirectory(folder);
    // In UTF-16, the second of the last two comes first.
    expect(files.map(({ path }) => path)).toEqual(["B", "a-b", "a/b", "a0", "ｚ", "𝒛"]);
  });

  test("keeps the contents of a small directory only", async () => {
    const folder = directoryOf({ "a.txt": "four", "b.txt": { link: "a.txt" }, "c.txt": "four" });
    const { contents } = await readDirectory(folder, { keep: 13 });
    expect(contents).toEqual([Buffer.from("four"), new Uint8Array(), Buffer.from("four")]);
    expect((await readDirectory(folder, { keep: 12 })).contents).toBeUndefined();
  });

  test("may be named through a symbolic link", async () => {
    const folder = directoryOf(shop);
    const link = join(folder, "../link");
    fill(join(folder, ".."), { link: { link: "shop" } });
    expect((await readDirectory(link)).sha256).toBe((await readDirectory(folder)).sha256);
  });

  test("stops when the signal says so", async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${index}`, ""]));
    const reason = new Error("interrupted");
    const reading = readDirectory(directoryOf(many), { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  });
});

describe("packing", () => {
  test("refuses a directory that has changed since the listing, and says what", async () => {
    const folder = directoryOf(shop);
    const listing = await readDirectory(folder);
    fill(folder, { "app.py": "print('other')\n", "new.txt": "", "bin/run": "#!/bin/bash\n" });
    rmSync(join(folder, "empty.txt"));
    await expect(packDirectory(folder, listing)).rejects.toMatchObject({
      name: "UserError",
      message: `${folder}: the directory has changed since the plan: 2 files changed (app.py, bin/run), 1 added (new.txt), 1 removed (empty.txt)`,
    });
  });

  test("names a few of many files", async () => {
    const folder = directoryOf(shop);
    const listing = await readDirectory(folder);
    fill(
      folder,
      Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [`new/${index}`, "x".repeat(5000)]),
      ),
    );
    await expect(packDirectory(folder, listing)).rejects.toThrow(
      "9 files added (new/0, new/1, new/2, new/3, new/4 and 4 more)",
    );
  });
});

/** A worker cannot become another user, and root may read everything. */
const canBeRefused = process.getuid?.() !== 0 || isMainThread;

/** As somebody who may not read everything. */
async function unprivileged<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a directory that cannot be packed", () => {
  test.each<[string, (folder: string) => string, string]>([
    ["does not exist", (folder) => join(folder, "none"), "the directory does not exist"],
    ["is below a file", (folder) => join(folder, "app.py/none"), "the directory does not exist"],
    ["is a file", (folder) => join(folder, "app.py"), "it is a file, not a directory"],
    ["is a device", () => "/dev/null", "it is a device, not a directory"],
  ])("because it %s", async (_, name, message) => {
    const named = name(directoryOf(shop));
    await expect(readDirectory(named)).rejects.toMatchObject({
      name: "UserError",
      message: `${named}: ${message}`,
      remedy: expect.any(String),
    });
  });

  test.each<[string, Readonly<Record<string, Made>>]>([
    ["is empty", {}],
    ["has only ignored files", { ".gitignore": "*", "app.py": "" }],
    [
      "has only what is never packed",
      { ".git/config": "", ".reconcile/state": "", ".reconcileignore": "" },
    ],
  ])("because it %s", async (_, files) => {
    const folder = directoryOf(files);
    await expect(readDirectory(folder)).rejects.toThrow(
      `${folder}: the directory has no files, or all of them are ignored`,
    );
  });

  test("because its files are ignored is packed with the line that the error shows, without its secrets", async () => {
    const folder = directoryOf({
      ".git/HEAD": "",
      "dist/app.js": "",
      ".env": "KEY=1",
      ".gitignore": "dist\n.*\n",
    });
    const error = await readDirectory(folder).catch((thrown) => thrown);
    const [, line = ""] = /, as in (!\S+\/), /.exec(error.remedy) ?? [];
    fill(folder, { ".reconcileignore": line });
    expect((await readDirectory(folder)).files.map(({ path }) => path)).toEqual(["dist/app.js"]);
  });

  test.skipIf(!canBeRefused)("because a file or a folder is not readable", async () => {
    for (const unreadable of ["app.py", "static"]) {
      const folder = directoryOf(shop);
      chmodSync(join(folder, ".."), 0o755);
      chmodSync(join(folder, unreadable), 0);
      await expect(unprivileged(() => readDirectory(folder))).rejects.toMatchObject({
        message: `${folder}/${unreadable}: you do not have permission to read it`,
      });
      chmodSync(join(folder, unreadable), 0o700);
    }
  });

  test.skipIf(!canBeRefused)("because a list of patterns is not readable", async () => {
    const folder = directoryOf({ ...shop, ".gitignore": "*.log\n" });
    chmodSync(join(folder, ".."), 0o755);
    chmodSync(join(folder, ".gitignore"), 0);
    await expect(unprivileged(() => readDirectory(folder))).rejects.toThrow(
      `${folder}/.gitignore: you do not have permission to read it`,
    );
  });

  test("because a file alone is too large, before it is read", async () => {
    const folder = directoryOf(shop);
    // Sparse, so that it takes no room.
    fill(folder, { "disk.img": "" });
    truncateSync(join(folder, "disk.img"), 2 ** 31);
    await expect(readDirectory(folder)).rejects.toMatchObject({
      message: `${folder}: the files are larger than ${MOST_BYTES / 2 ** 20} MiB in total`,
      remedy: expect.stringContaining("Most of it is in disk.img."),
    });
  });

  test.each<[string, string, string]>([
    ["a path", `${"folder/".repeat(150)}app.py`, "its path has more than 1024 bytes"],
    ["a line break in a name", "a\nb.py", "its name contains a control character"],
    ["an escape in a folder's name", "a\u001b[2J/b.py", "its name contains a control character"],
  ])("because of %s", async (_, path, message) => {
    const error = await readDirectory(directoryOf({ [path]: "" })).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DirectoryError);
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });

  test("because of a name that is not UTF-8, unless it is ignored", async () => {
    const folder = directoryOf(shop);
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff), Buffer.from(".bin")]),
      "",
    );
    await expect(readDirectory(folder)).rejects.toThrow("its name is not valid UTF-8");
    fill(folder, { ".reconcileignore": "*.bin\n" });
    expect((await readDirectory(folder)).files).toHaveLength(5);
  });

  test("because of a pipe or a socket", async () => {
    const folder = directoryOf(shop);
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(readDirectory(folder)).rejects.toThrow(`${folder}/pipe: it is a pipe, not a file`);
  });

  test.each<[string, Readonly<Record<string, Made>>, string]>([
    [
      "an absolute path",
      { link: { link: "/etc/passwd" } },
      "leads out of the directory, to /etc/passwd",
    ],
    [
      "a path above it",
      { link: { link: "../secret" } },
      "leads out of the directory, to ../secret",
    ],
    [
      "a path above it, through a folder that does not exist",
      { link: { link: "none/../../secret" } },
      "leads out of the directory, to none/../../secret",
    ],
    [
      "a path above it, through another link",
      { "a/b/c": "", "a/link": { link: "../up/.." }, up: { link: "a/b/../.." } },
      "/a/link: the symbolic link leads out of the directory, to ../up/..",
    ],
    [
      "itself",
      { one: { link: "two" }, two: { link: "one" } },
      "/one: the symbolic link leads back to itself",
    ],
  ])("because a symbolic link leads to %s", async (_, files, message) => {
    const folder = directoryOf({ "app.py": "", ...files });
    await expect(readDirectory(folder)).rejects.toThrow(message);
  });

  test("names every file that is in the way", async () => {
    const folder = directoryOf({
      ...shop,
      ".env": "",
      "a.link": { link: "/" },
      "b.link": { link: "/" },
    });
    const error = await readDirectory(folder).catch((thrown) => thrown);
    expect(error.problems.map(({ message }: { message: string }) => message)).toEqual([
      `${folder}/a.link: the symbolic link leads out of the directory, to /`,
      `${folder}/b.link: the symbolic link leads out of the directory, to /`,
      expect.stringContaining(`${folder}/.env: a file of this name usually holds secrets`),
    ]);
  });
});

describe("a file that changes while the directory is read", () => {
  /** Changes the directory at the first part of the archive that is a header of `app.py`. */
  function reading(folder: string, change: () => void) {
    let isDone = false;
    return readDirectory(folder, {
      archive: (part) => {
        if (isDone || !Buffer.from(part).subarray(0, 6).equals(Buffer.from("app.py"))) return;
        isDone = true;
        change();
      },
    });
  }

  test.each<[string, (folder: string) => void, string]>([
    ["has another size", (folder) => fill(folder, { "app.py": "other" }), "app.py"],
    ["is deleted", (folder) => rmSync(join(folder, "app.py")), "app.py"],
    ["is replaced", (folder) => replace(folder, "app.py", "print('jello')\n"), "app.py"],
    ["is read already", (folder) => fill(folder, { ".first": "new" }), ".first"],
    ["is new", (folder) => fill(folder, { "static/new": "" }), "static/new"],
  ])("is told when it %s", async (_, change, path) => {
    const folder = directoryOf({ ...shop, ".first": "old" });
    await expect(reading(folder, () => change(folder))).rejects.toMatchObject({
      name: "UserError",
      message: `${folder}/${path}: it changed while it was read`,
    });
  });

  test("is no symbolic link that took its place", async () => {
    const folder = directoryOf(shop);
    const secret = join(scratchFolder(), "secret");
    writeFileSync(secret, "print('hello')\n");
    const change = () => {
      rmSync(join(folder, "app.py"));
      fill(folder, { "app.py": { link: secret } });
    };
    await expect(reading(folder, change)).rejects.toThrow("app.py: it changed while it was read");
  });
});

function replace(folder: string, path: string, content: string): void {
  fill(folder, { "../fresh": content });
  renameSync(join(folder, "../fresh"), join(folder, path));
}
