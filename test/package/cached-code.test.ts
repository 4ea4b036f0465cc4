import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { MINIMAL } from "../cli/process.ts";
import { programUnderTest } from "../terminal/program-under-test.ts";
import { Terminal } from "../terminal/terminal.ts";

const program = programUnderTest();

/** A user who has a stack file, and nothing else at home. */
class User {
  readonly home = mkdtempSync(join(tmpdir(), "reconcile-home-"));

  constructor() {
    onTestFinished(() => rmSync(this.home, { recursive: true, force: true }));
    writeFileSync(join(this.home, "afterpay.yaml"), MINIMAL);
  }

  validate(env: Readonly<Record<string, string>> = {}, file = "afterpay.yaml"): number | null {
    const { status, stderr } = spawnSync(process.execPath, [program.path, "validate", file], {
      cwd: this.home,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: this.home, ...env },
    });
    expect(stderr).not.toContain("Warning");
    return status;
  }

  /** The folder with the stored code. */
  get folder(): string {
    const folders = join(this.home, ".cache", "reconcile-aws");
    return join(folders, existsSync(folders) ? (readdirSync(folders)[0] ?? "") : "");
  }

  stored(): readonly string[] {
    return existsSync(this.folder)
      ? readdirSync(this.folder).map((name) => join(this.folder, name))
      : [];
  }
}

/** Days ago, in seconds. */
function daysAgo(days: number): number {
  return Date.now() / 1000 - days * 24 * 60 * 60;
}

function age(path: string, days: number): void {
  utimesSync(path, daysAgo(days), daysAgo(days));
}

/** What is stored is replaced only by a new file. */
function identities(user: User): ReadonlyMap<string, number> {
  return new Map(user.stored().map((path) => [basename(path), statSync(path).ino]));
}

function flipBits(path: string): void {
  const content = readFileSync(path);
  for (let at = 64; at < content.length; at += 50)
    content.writeUInt8(255 - content.readUInt8(at), at);
  writeFileSync(path, content);
}

const HIJACKED = 77;

/** The compiled code of another source, as somebody could leave it in a folder that all can write. */
function codeInPlaceOf(stored: string): Buffer {
  const file = join(dirname(program.path), "program", basename(stored, ".code"));
  const source = readFileSync(file, "utf8");
  const other = `(function(){process.exit(${HIJACKED})})`;
  const code = new Script(other.padEnd(source.length)).createCachedData();
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(code));
  return Buffer.concat([code, checksum]);
}

describe("the program's compiled code", () => {
  test("is stored for its user alone, and the next process uses it", () => {
    const user = new User();
    expect(user.validate()).toBe(0);
    const names = user.stored().map((path) => basename(path));
    for (const stage of ["process", "command-line", "stack-file"]) {
      expect(names).toContainEqual(expect.stringMatching(`^${stage}-[\\w-]{8}\\.cjs\\.code$`));
    }
    for (const path of user.stored()) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(user.folder).mode & 0o777).toBe(0o700);
    const before = identities(user);
    expect(user.validate()).toBe(0);
    // Code that V8 rejects is replaced.
    expect(identities(user)).toEqual(before);
  });

  test.skipIf(process.platform === "win32")(
    "is stored for its user alone, too, if a live view comes first and the user's group may write new folders",
    async () => {
      const user = new User();
      const shell = 'umask 002; exec "$0" "$@"';
      const plan = [process.execPath, program.path, "plan", "--sandbox", "afterpay.yaml"];
      const terminal = new Terminal(["/bin/sh", "-c", shell, ...plan], { cwd: user.home });
      expect(await terminal.exited).toBe(0);
      const names = user.stored().map((path) => basename(path));
      expect(names).toContain("modules");
      expect(names).toContainEqual(expect.stringMatching(/^process-/));
      expect(statSync(user.folder).mode & 0o777).toBe(0o700);
    },
  );

  test("is stored for the functions that were called", () => {
    const user = new User();
    user.validate();
    const [commandLine = ""] = user.stored().filter((path) => /command-line/.test(path));
    const size = statSync(commandLine).size;
    // Of a process that ends at once, only what loading it calls.
    const hasty = new User();
    spawnSync(process.execPath, [program.path, "version"], { env: { HOME: hasty.home } });
    const [little = ""] = hasty.stored().filter((path) => /command-line/.test(path));
    expect(size).toBeGreaterThan(statSync(little).size);
  });

  test.each([
    ["empty", (path: string) => truncateSync(path, 0)],
    ["cut off", (path: string) => truncateSync(path, 100)],
    // V8 checks only the beginning, and crashes when it runs the rest.
    ["damaged in the middle", flipBits],
  ])("is replaced if it is %s", (_damage, inflict) => {
    const user = new User();
    user.validate();
    const before = identities(user);
    for (const path of user.stored()) inflict(path);
    expect(user.validate()).toBe(0);
    expect([...identities(user).keys()]).toEqual([...before.keys()]);
    for (const [name, inode] of identities(user)) expect(inode).not.toBe(before.get(name));
  });

  test("is stored again after a day, with what other commands called", () => {
    const user = new User();
    user.validate();
    const before = identities(user);
    for (const path of user.stored()) age(path, 2);
    expect(user.validate()).toBe(0);
    for (const [name, inode] of identities(user)) expect(inode).not.toBe(before.get(name));
  });

  test("of a program that is gone is deleted after a month", () => {
    const user = new User();
    user.validate();
    for (const path of user.stored()) age(path, 2);
    const [old = "", recent = ""] = ["old", "recent"].map((name) => join(user.folder, name));
    for (const path of [old, recent]) writeFileSync(path, "");
    // The folders of other versions of V8.
    const [oldFolder = "", recentFolder = ""] = ["9.old", "9.recent"].map((name) =>
      join(user.folder, "..", name),
    );
    for (const path of [oldFolder, recentFolder]) {
      mkdirSync(path);
      writeFileSync(join(path, "some.code"), "");
    }
    for (const path of [old, oldFolder]) age(path, 31);
    for (const path of [recent, recentFolder]) age(path, 29);
    user.validate();
    expect([old, oldFolder].filter((path) => existsSync(path))).toEqual([]);
    expect([recent, recentFolder].filter((path) => !existsSync(path))).toEqual([]);
  });

  test("is not stored by a command that fails, which has called little", () => {
    const user = new User();
    expect(user.validate({}, "nowhere.yaml")).toBe(1);
    expect(user.stored()).toEqual([]);
  });

  test("is in the folder that XDG_CACHE_HOME names", () => {
    const user = new User();
    const caches = join(user.home, "caches");
    expect(user.validate({ XDG_CACHE_HOME: caches })).toBe(0);
    expect(readdirSync(caches)).toEqual(["reconcile-aws"]);
    expect(user.stored()).toEqual([]);
  });

  test("is neither stored nor used with NODE_DISABLE_COMPILE_CACHE", () => {
    const user = new User();
    expect(user.validate({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(0);
    expect(user.stored()).toEqual([]);
  });

  describe("of somebody else", () => {
    function hijacked(): User {
      const user = new User();
      user.validate();
      const [first = ""] = user.stored().filter((path) => basename(path).startsWith("process-"));
      writeFileSync(first, codeInPlaceOf(first));
      // V8 recognizes the code's source only by its length.
      expect(user.validate()).toBe(HIJACKED);
      return user;
    }

    test.each(["", "..", "../..", "../../.."])(
      "is neither used nor replaced where others can write: folder/%s",
      (parent) => {
        const user = hijacked();
        chmodSync(join(user.folder, parent), 0o777);
        const before = identities(user);
        expect(user.validate()).toBe(0);
        expect(identities(user)).toEqual(before);
      },
    );

    // Only root can give a folder to somebody else.
    test.skipIf(process.geteuid?.() !== 0)(
      "is neither used nor stored by root in another user's home, as with sudo",
      () => {
        const user = hijacked();
        chownSync(user.home, 12345, 12345);
        expect(user.validate()).toBe(0);
        rmSync(join(user.home, ".cache"), { recursive: true });
        expect(user.validate()).toBe(0);
        expect(existsSync(join(user.home, ".cache"))).toBe(false);
      },
    );

    test("is not used from a file that others can write", () => {
      const user = hijacked();
      for (const path of user.stored()) chmodSync(path, 0o666);
      expect(user.validate()).toBe(0);
      for (const path of user.stored()) expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    test("is not used from the current directory when HOME is empty", () => {
      const user = hijacked();
      expect(user.validate({ HOME: "" })).toBe(0);
    });

    test("is not used through a link into a folder where others can write", () => {
      const user = hijacked();
      const shared = join(user.home, "shared");
      mkdirSync(shared);
      renameSync(join(user.home, ".cache"), join(shared, ".cache"));
      symlinkSync(join("shared", ".cache"), join(user.home, ".cache"));
      expect(user.validate()).toBe(HIJACKED);
      chmodSync(shared, 0o777);
      expect(user.validate()).toBe(0);
    });
  });

  test("is used in a folder of one's own in a folder such as /tmp", () => {
    const user = new User();
    chmodSync(user.home, 0o1777);
    user.validate();
    const before = identities(user);
    expect(before.size).toBeGreaterThan(0);
    expect(user.validate()).toBe(0);
    expect(identities(user)).toEqual(before);
  });

  test("is not necessary: a home that cannot exist is no error", () => {
    const user = new User();
    expect(user.validate({ HOME: join(user.home, "afterpay.yaml", "nobody") })).toBe(0);
  });
});
