import { execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readStack } from "../../src/cli/read-stack.ts";
import { MINIMAL, Process } from "./process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconcile-read-"));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, content: string) => writeFile(join(folder, name), content);
const withPipes = process.platform === "win32" ? test.skip : test;
const isRoot = process.getuid?.() === 0;

describe("reading", () => {
  test("names are relative to the folder, and paths in the file to the file's own", async () => {
    await mkdir(join(folder, "sub"));
    await put("sub/a.yaml", `${MINIMAL}keyPair: { generate: a.pem }\n`);
    expect(await readStack("sub/a.yaml", folder)).toMatchObject({
      stack: { keyPair: { source: { file: join(folder, "sub/a.pem") } } },
      folder: join(folder, "sub"),
    });
  });

  test("what cannot be read is said in words, under the name that was given", async () => {
    await put("a.yaml", MINIMAL);
    const message = async (file: string): Promise<unknown> => {
      const loaded = await readStack(file, folder);
      return "errors" in loaded ? loaded.errors.map((error) => [error.file, error.message]) : [];
    };
    expect(await message("b.yaml")).toEqual([["b.yaml", "the file does not exist"]]);
    expect(await message("a.yaml/b")).toEqual([["a.yaml/b", "the file does not exist"]]);
    expect(await message(".")).toEqual([[".", "this is a folder"]]);
    expect(await message("\0")).toEqual([["\0", expect.stringContaining("cannot be read")]]);
  });

  test.skipIf(isRoot)(
    "a file without permission (root reads everything, whatever the mode)",
    async () => {
      await put("a.yaml", MINIMAL);
      await chmod(join(folder, "a.yaml"), 0);
      expect(await readStack("a.yaml", folder)).toMatchObject({
        errors: [{ message: "the file may not be read" }],
      });
    },
  );

  test("what is far too long is read to the limit only", async () => {
    await put("a.yaml", "#".repeat(2 ** 22));
    expect(await readStack("a.yaml", folder)).toMatchObject({
      errors: [{ message: "the file is larger than 256 KiB" }],
    });
  });

  withPipes.each(["/dev/zero", "/dev/null", "/dev/tty"])(
    "a device is no stack file: %s",
    async (device) => {
      expect(await readStack(device, folder)).toMatchObject({
        errors: [{ message: expect.stringMatching(/this is a device|cannot be read: ENXIO/) }],
      });
    },
  );
});

describe("a link that leads out of the folder", () => {
  const SECRET = "machine example.org login me password hunter2\n";

  test("is told of, and nothing of what it leads to, when that is no stack file", async () => {
    await put("netrc", SECRET);
    await mkdir(join(folder, "checkout"));
    await symlink("../netrc", join(folder, "checkout/a.yaml"));
    const loaded = await readStack("checkout/a.yaml", folder);
    expect(loaded).toMatchObject({
      errors: [
        {
          file: "checkout/a.yaml",
          message: `this is a symbolic link to ${await realpath(join(folder, "netrc"))}, which is not a stack file`,
        },
      ],
      warnings: [],
    });
    expect(JSON.stringify(loaded)).not.toContain("hunter2");
  });

  test("is followed to a stack file, and what is wrong in that one is told", async () => {
    await put("real.yaml", MINIMAL);
    await put("wrong.yaml", `${MINIMAL}colour: red\n`);
    await mkdir(join(folder, "checkout"));
    await symlink("../real.yaml", join(folder, "checkout/a.yaml"));
    await symlink("../wrong.yaml", join(folder, "checkout/b.yaml"));
    expect(await readStack("checkout/a.yaml", folder)).toMatchObject({ stack: { stack: "shop" } });
    expect(await readStack("checkout/b.yaml", folder)).toMatchObject({
      errors: [{ path: "colour" }],
    });
  });
});

describe("a pipe in the place of a stack file", () => {
  withPipes("is read to its end, in parts too", async () => {
    const pipe = makePipe("pipe");
    const read = readStack("pipe", folder);
    const [first, ...rest] = MINIMAL.split("\n");
    const writer = spawn("sh", ["-c", 'exec >"$1"; echo "$2"; cat', "sh", pipe, first ?? ""]);
    writer.stdin.end(rest.join("\n"));
    expect(await read).toMatchObject({ stack: { stack: "shop" }, folder });
    writer.kill();
  });

  withPipes("has the same limit", async () => {
    const pipe = makePipe("pipe");
    const read = readStack("pipe", folder);
    const writer = spawn("sh", ["-c", 'exec >"$1"; yes', "sh", pipe]);
    expect(await read).toMatchObject({ errors: [{ message: "the file is larger than 256 KiB" }] });
    writer.kill();
  });

  withPipes("that nobody writes into is left by the first interrupt", async () => {
    const process = new Process();
    execFileSync("mkfifo", [join(process.directory, "pipe.yaml")]);
    for (const line of ["validate pipe.yaml", "plan --sandbox pipe.yaml"]) {
      const run = process.run(line);
      await expect.poll(() => process.listeners).toBe(1);
      process.signal("SIGINT");
      expect(await run).toBe(130);
    }
  });

  withPipes("is not waited for when nobody named it", async () => {
    const process = new Process({ "shop.yaml": MINIMAL });
    execFileSync("mkfifo", [join(process.directory, "pipe.yaml")]);
    expect(await process.run("validate")).toBe(0);
    expect(process.stdout.text).toContain("shop.yaml");
  });
});

function makePipe(name: string): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}
