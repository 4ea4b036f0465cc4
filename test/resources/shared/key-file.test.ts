import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ensureKeyFile,
  exposure,
  KeyFileError,
  type KeyFiles,
  keyFilesOnDisk,
  readPublicKey,
  requireMakeable,
} from "../../../src/resources/shared/key-file.ts";

type FileSystem = typeof import("node:fs");

/** What the disk says to each call of that name; tests may run as root, whom nothing is denied. */
const faults = vi.hoisted(() => new Map<string, unknown>());
/** Files that are open. */
const opened = vi.hoisted(() => new Set<number>());
/** What is told of files otherwise than this system does. */
const told = vi.hoisted(() => ({ owner: undefined as number | undefined, links: true }));

vi.mock("node:fs", async (original) => {
  const fs = await original<FileSystem>();
  const strike = (name: string) => {
    const fault = faults.get(name);
    if (fault !== undefined) throw fault;
  };
  return {
    ...fs,
    openSync: (...args: Parameters<FileSystem["openSync"]>) => {
      strike("open");
      const file = fs.openSync(...args);
      opened.add(file);
      return file;
    },
    closeSync: (file: number) => {
      opened.delete(file);
      fs.closeSync(file);
    },
    fsyncSync: (file: number) => {
      strike("sync");
      fs.fsyncSync(file);
    },
    lstatSync: (path: string) =>
      told.links ? fs.lstatSync(path, { throwIfNoEntry: false }) : undefined,
    statSync: (path: string) => {
      const found = fs.statSync(path, { throwIfNoEntry: false });
      if (told.owner !== undefined) Object.assign(found ?? {}, { uid: told.owner });
      return found;
    },
    promises: {
      ...fs.promises,
      access: async (...args: Parameters<FileSystem["promises"]["access"]>) => {
        strike("access");
        await fs.promises.access(...args);
      },
    },
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-key-"));
  path = join(folder, "web.pem");
});
afterEach(() => {
  expect([...opened]).toEqual([]);
  faults.clear();
  Object.assign(told, { owner: undefined, links: true });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

const disk = (code: string) => Object.assign(new Error(code), { code });

async function failureOf(work: () => Promise<unknown>): Promise<KeyFileError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof KeyFileError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

const otherFile =
  "Name another file under keyPair.generate. If it does not exist, a key is created there.";
const checkDisk =
  "Check the directory's permissions and free space, or name another file under keyPair.generate.";
const removeLink = "Remove the link, or name another file under keyPair.generate.";

describe("a key's file is read", () => {
  test("whole, and is undefined where there is none", async () => {
    expect(await keyFilesOnDisk.read(path)).toBeUndefined();
    writeFileSync(path, "ä key\n");
    expect(await keyFilesOnDisk.read(path)).toBe("ä key\n");
  });

  test("through a link to a file", async () => {
    writeFileSync(join(folder, "there"), "key");
    symlinkSync("there", path);
    expect(await keyFilesOnDisk.read(path)).toBe("key");
  });

  test.each<[string, number, boolean]>([
    ["as large as any key could be", 2 ** 16, true],
    ["larger", 2 ** 16 + 1, false],
  ])("when it is %s: %d bytes, %s", async (_, size, isRead) => {
    writeFileSync(path, "x".repeat(size));
    const work = () => keyFilesOnDisk.read(path);
    if (isRead) expect(await work()).toHaveLength(size);
    else
      expect((await failureOf(work)).message).toContain(
        "is not a regular file, or it is too large for a key",
      );
  });

  test.each<[string, () => void]>([
    ["a folder", () => mkdirSync(path)],
    ["a pipe without a writer", () => void execFileSync("mkfifo", [path])],
  ])("only when it is a file, not %s", async (_, put) => {
    put();
    expect(await failureOf(() => keyFilesOnDisk.read(path))).toMatchObject({
      message: `the key file ${path} is not a regular file, or it is too large for a key`,
      remedy: otherFile,
    });
  });

  test("and a link to nothing is told, as nothing could be made there either", async () => {
    symlinkSync("nowhere", path);
    const refused = {
      message: `the key file ${path} cannot be used: ${path} is a symbolic link to a file that does not exist`,
      remedy: removeLink,
    };
    expect(await failureOf(() => keyFilesOnDisk.read(path))).toMatchObject(refused);
    expect(await failureOf(() => keyFilesOnDisk.writeNew(path, "key"))).toMatchObject(refused);
    expect(await failureOf(() => requireMakeable(path))).toMatchObject(refused);
  });

  test.each<[string, string]>([
    ["EACCES", "the current user may not read or write it (EACCES)"],
    ["EPERM", "the current user may not read or write it (EPERM)"],
    ["ENOTDIR", "a part of its path is a file, not a folder (ENOTDIR)"],
    ["ENOSPC", "the disk is full (ENOSPC)"],
    ["EROFS", "the disk is read-only (EROFS)"],
    ["EIO", "EIO"],
  ])("and what the disk says is told in words: %s", async (code, words) => {
    const cause = disk(code);
    for (const [call, work] of [
      ["open", () => keyFilesOnDisk.read(path)],
      ["open", () => keyFilesOnDisk.writeNew(path, "key")],
      ["sync", () => keyFilesOnDisk.writeNew(path, "key")],
      ["access", () => requireMakeable(path)],
    ] as const) {
      faults.clear();
      faults.set(call, cause);
      expect(await failureOf(work)).toMatchObject({
        message: `the key file ${path} cannot be used: ${words}`,
        remedy: checkDisk,
        cause,
      });
      // Nothing of a private key stays anywhere else.
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test("and what is no error of the disk's is told as unknown", async () => {
    faults.set("open", "out of order");
    const { message } = await failureOf(() => keyFilesOnDisk.read(path));
    expect(message).toBe(`the key file ${path} cannot be used: unknown error`);
  });
});

describe("a key's file is written", () => {
  test("with its folders, for its owner alone, and nothing beside it", async () => {
    const deep = join(folder, "keys", "deep", "web.pem");
    expect(await keyFilesOnDisk.writeNew(deep, "key")).toBe(true);
    expect(readFileSync(deep, "utf8")).toBe("key");
    expect(statSync(deep).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "keys", "deep"))).toEqual(["web.pem"]);
  });

  test("only where there is none", async () => {
    writeFileSync(path, "theirs");
    expect(await keyFilesOnDisk.writeNew(path, "ours")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("theirs");
    expect(readdirSync(folder)).toEqual(["web.pem"]);
  });

  test("and what a process that is gone has left of it is removed", async () => {
    // No system gives so high a number to a process.
    writeFileSync(`${path}.999999999-0123abcd.unfinished`, "secret");
    await keyFilesOnDisk.removeLeftovers(path);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a key that is made", () => {
  /** Files in memory that tell what is done to them. */
  function inMemory(content: string | undefined, writes: (files: Map<string, string>) => boolean) {
    const files = new Map(content === undefined ? [] : [[path, content]]);
    const done: string[] = [];
    const keyFiles: KeyFiles = {
      read: async (file) => {
        done.push("read");
        return files.get(file);
      },
      writeNew: async (file, text) => {
        done.push("write");
        const written = writes(files);
        if (written) files.set(file, text);
        return written;
      },
      removeLeftovers: async () => void done.push("clean up"),
    };
    return { keyFiles, done, files };
  }

  const pem = generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();

  test("is the one of its file, of which the public half alone is told", async () => {
    const { keyFiles, done, files } = inMemory(undefined, () => true);
    const made = await ensureKeyFile(keyFiles, path);
    expect(made).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]+=*$/);
    expect(done).toEqual(["clean up", "read", "write"]);
    expect(files.get(path)).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    expect(await readPublicKey(keyFiles, path)).toBe(made);
    expect(await ensureKeyFile(keyFiles, path)).toBe(made);
    expect(done.filter((each) => each === "write")).toHaveLength(1);
  });

  test("is the other one's where two make it at once", async () => {
    const { keyFiles } = inMemory(undefined, (files) => {
      files.set(path, pem);
      return false;
    });
    const made = await ensureKeyFile(keyFiles, path);
    expect(made).toBe(await readPublicKey(keyFiles, path));
  });

  test("is none where somebody removes the file meanwhile", async () => {
    const { keyFiles } = inMemory(undefined, () => false);
    await expect(ensureKeyFile(keyFiles, path)).rejects.toThrow(
      `${path} was removed while it was read`,
    );
  });

  test("is refused where the file holds something else, with what to do", async () => {
    const { keyFiles, done } = inMemory("no key", () => true);
    const refused = await failureOf(() => ensureKeyFile(keyFiles, path));
    expect(refused).toMatchObject({
      name: "KeyFileError",
      message: `${path} holds no readable private key`,
      remedy: expect.stringContaining("Name another file under keyPair.generate"),
      cause: expect.any(Error),
    });
    expect(done).not.toContain("write");
    const empty = await failureOf(() => ensureKeyFile(inMemory("", () => true).keyFiles, path));
    expect(empty.message).toBe(`${path} holds no key: it is empty`);
    expect(empty).not.toHaveProperty("cause");
  });
});

describe("whether a key's file could be made is seen before the work:", () => {
  test("it could in a folder that is there, or that can be made", async () => {
    await requireMakeable(path);
    await requireMakeable(join(folder, "keys", "deep", "web.pem"));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("it is there already, whoever may write beside it", async () => {
    writeFileSync(path, "key");
    faults.set("access", disk("EACCES"));
    await requireMakeable(path);
  });

  test.each<[string, string, () => void, string]>([
    [
      "a folder of its path is a file",
      "file/web.pem",
      () => writeFileSync(join(folder, "file"), ""),
      "a part of its path is a file, not a folder (ENOTDIR)",
    ],
    [
      "a folder of its path is below a file",
      "file/deep/web.pem",
      () => writeFileSync(join(folder, "file"), ""),
      "a part of its path is a file, not a folder (ENOTDIR)",
    ],
    [
      "a folder of its path is a link to nothing",
      "keys/deep/web.pem",
      () => symlinkSync("nowhere", join(folder, "keys")),
      "is a symbolic link to a file that does not exist",
    ],
  ])("it could not where %s", async (_, name, put, words) => {
    put();
    const { message } = await failureOf(() => requireMakeable(join(folder, name)));
    expect(message).toContain(words);
  });
});

const withModes = process.platform === "win32" ? test.skip : test;

test("where a folder is a file, Windows says of what is in it that it is not there", async () => {
  told.links = false;
  writeFileSync(join(folder, "file"), "");
  const { message, cause } = await failureOf(() =>
    requireMakeable(join(folder, "file", "web.pem")),
  );
  expect(message).toContain("a part of its path is a file, not a folder (ENOTDIR)");
  expect(cause).toMatchObject({ message: "ENOTDIR" });
});

describe("a private key that others may use", () => {
  withModes.each<[number, string]>([
    [0o640, "0640"],
    [0o604, "0604"],
    [0o610, "0610"],
    [0o4644, "4644"],
  ])("by its mode %o is told", (mode, said) => {
    writeFileSync(path, "");
    chmodSync(path, mode);
    expect(exposure(path)).toBe(
      `other users of this machine may use this private key (mode ${said}), so ssh refuses it`,
    );
  });

  withModes("is none that its owner alone can read, nor one that is not there", () => {
    for (const mode of [0o600, 0o400, 0o700]) {
      writeFileSync(path, "");
      chmodSync(path, mode);
      expect(exposure(path)).toBeUndefined();
      rmSync(path);
    }
    expect(existsSync(path)).toBe(false);
    expect(exposure(path)).toBeUndefined();
    chmodSync(folder, 0o755);
    expect(exposure(folder)).toBeUndefined();
  });

  withModes("as it is another user's is told, except to root, who may read all", () => {
    writeFileSync(path, "", { mode: 0o600 });
    told.owner = 1000;
    const me = vi.spyOn(process, "getuid");
    me.mockReturnValue(1000);
    expect(exposure(path)).toBeUndefined();
    me.mockReturnValue(1001);
    expect(exposure(path)).toBe(
      "this private key belongs to another user of this machine (uid 1000), who may use it",
    );
    me.mockReturnValue(0);
    expect(exposure(path)).toBeUndefined();
  });

  test("is not told on Windows, whose access lists a mode does not tell", () => {
    writeFileSync(path, "", { mode: 0o644 });
    chmodSync(path, 0o644);
    vi.stubGlobal("process", { ...process, platform: "win32" });
    expect(exposure(path)).toBeUndefined();
  });
});
