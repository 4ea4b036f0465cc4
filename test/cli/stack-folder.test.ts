import { execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readBytes } from "../../src/cli/read-bytes.ts";
import { requireOwnFolder } from "../../src/cli/stack-folder.ts";
import { encodePublicKey } from "../../src/resources/shared/open-ssh-key.ts";
import { MINIMAL, Process } from "./process.ts";

const SECRET = "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI";
const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@there";

const source = (file: string) =>
  `${MINIMAL}application: { source: { file: ${JSON.stringify(file)} }, command: x }\n`;
const key = (field: string, file: string) =>
  `${MINIMAL}keyPair: { ${field}: ${JSON.stringify(file)} }\n`;

/** What is not the stack file's: where CI keeps its own things. */
let outside: string;
beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), "reconcile-outside-")));
  writeFileSync(join(outside, "secret"), `${SECRET}\n`);
  writeFileSync(join(outside, "key.pub"), `${PUBLIC_KEY}\n`);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

/** Runs `validate`, and sees that nothing of the secret comes out. */
async function validated(process: Process, file = "shop.yaml") {
  const code = await process.run(`validate ${file}`);
  const text = `${process.stdout.text}${process.stderr.text}`;
  expect(text).not.toContain(SECRET.slice(0, 10));
  return { code, text };
}

describe("a file of the stack file's own folder", () => {
  test.each([
    ["beside it", "app.py"],
    ["below it", "./deep/app.py"],
    ["by a way that comes back", "./deep/../app.py"],
    ["by a link that stays inside", "link.py"],
  ])("is read: %s", async (_, file) => {
    const process = new Process({ "shop.yaml": source(file), "app.py": "print(1)\n" });
    mkdirSync(join(process.directory, "deep"));
    process.write("deep/app.py", "print(2)\n");
    symlinkSync("deep/app.py", join(process.directory, "link.py"));
    expect(await validated(process)).toMatchObject({ code: 0 });
  });

  test("is read by its absolute path, and where a link leads to the folder itself", async () => {
    const process = new Process({ "app.py": "print(1)\n" });
    symlinkSync(process.directory, join(outside, "linked"));
    process.write("shop.yaml", source(join(outside, "linked", "app.py")));
    expect(await validated(process)).toMatchObject({ code: 0 });
    expect(await validated(process, join(outside, "linked", "shop.yaml"))).toMatchObject({
      code: 0,
    });
  });
});

describe("a file that is elsewhere", () => {
  test.each<[string, (process: Process) => string]>([
    ["by its absolute path", () => join(outside, "secret")],
    [
      "by dots",
      (process) => `../${outside.split("/").at(-1)}/secret${process.directory.slice(0, 0)}`,
    ],
    ["by a link", (process) => link(process, "app.py", join(outside, "secret"))],
    [
      "by a link to a link",
      (process) => link(process, "b.py", link(process, "a.py", join(outside, "secret"))),
    ],
    ["by a folder that is a link", (process) => `${link(process, "deep", outside)}/secret`],
    [
      "in a folder whose name begins alike",
      (process) => {
        mkdirSync(`${process.directory}-other`);
        writeFileSync(`${process.directory}-other/secret`, SECRET);
        return `${process.directory}-other/secret`;
      },
    ],
    ["that is not there", () => join(outside, "nothing")],
  ])("is refused: %s", async (_, name) => {
    const process = new Process();
    process.write("shop.yaml", source(name(process)));
    const { code, text } = await validated(process);
    expect(code).toBe(1);
    expect(text).toMatch(
      /^shop\.yaml:5:\d+: error: application\.source\.file: .* not in the stack file's folder/m,
    );
    expect(text).toContain("Put the file into that folder");
    rmSync(`${process.directory}-other`, { recursive: true, force: true });
  });

  test.each(["plan", "apply --yes", "image", "graph"])("is refused by %s, too", async (command) => {
    const process = new Process({ "shop.yaml": source(join(outside, "secret")) });
    expect(await process.run(`${command} --sandbox shop.yaml`)).toBe(1);
    expect(process.stderr.text).toContain("not in the stack file's folder");
    expect(process.stdout.text + process.stderr.text).not.toContain(SECRET);
  });

  test("is refused before a private key is read or made there", async () => {
    const process = new Process({ "shop.yaml": key("generate", join(outside, "new", "key.pem")) });
    const { code, text } = await validated(process);
    expect(code).toBe(1);
    expect(text).toMatch(
      /^shop\.yaml:5:\d+: error: keyPair\.generate: .* not in the stack file's folder/m,
    );
    process.write("shop.yaml", key("generate", `${link(process, "keys", outside)}/key.pem`));
    expect(await validated(process)).toMatchObject({ code: 1 });
    process.write("shop.yaml", key("generate", "./not/yet/key.pem"));
    expect(await validated(process)).toMatchObject({ code: 0 });
  });

  test("all of them are told at once, each at its place", async () => {
    const process = new Process({
      "shop.yaml": `${source("/etc/hostname")}keyPair: { generate: /etc/shop.pem }\n`,
    });
    const { text } = await validated(process);
    expect(text).toMatch(/^shop\.yaml:5:\d+: error: application\.source\.file: /m);
    expect(text).toMatch(/^shop\.yaml:6:\d+: error: keyPair\.generate: /m);
    expect(text).toContain("2 errors");
  });
});

const kernel = process.platform === "linux" ? test : test.skip;

describe("what the kernel tells of this process (Linux)", () => {
  kernel.each([
    ["/proc/self/environ", "/proc"],
    ["/proc/self/fd/0", "/proc"],
    ["/proc/1/root/etc/hostname", "/proc"],
    ["/sys/kernel/notes", "/sys"],
    ["/dev/zero", "/dev"],
  ])("is never a file of a stack file: %s", async (path, owner) => {
    for (const file of [source(path), key("publicKey", path), key("generate", path)]) {
      const process = new Process({ "shop.yaml": file });
      const { code, text } = await validated(process);
      expect(code).toBe(1);
      expect(text).toMatch(/^shop\.yaml:5:\d+: error: /m);
      expect(text).toMatch(
        new RegExp(`not a regular file|not in the stack file's folder|${owner}`),
      );
    }
  });

  kernel("not by a link, and not where the stack file's folder is the whole disk", async () => {
    const process = new Process();
    process.write("shop.yaml", source(link(process, "app.py", "/proc/self/environ")));
    expect((await validated(process)).text).toContain("the file belongs to the system, in /proc");
    process.write("shop.yaml", key("publicKey", link(process, "key.pub", "/proc/self/environ")));
    expect((await validated(process)).text).toContain("the file belongs to the system, in /proc");
    await expect(requireOwnFolder("/", "/proc/self/environ")).rejects.toThrow(
      "the file belongs to the system",
    );
    await expect(requireOwnFolder("/", "/etc/hostname")).resolves.toBe("/");
  });

  kernel("not in the place of the stack file, either", async () => {
    const process = new Process();
    link(process, "shop.yaml", "/proc/self/status");
    const { code, text } = await validated(process);
    expect(code).toBe(1);
    expect(text).not.toContain("VmPeak");
  });
});

describe("what is opened is judged, not what was there before", () => {
  test("a link that is changed meanwhile is seen by the path that the file really has", async () => {
    const process = new Process({ "app.py": "print(1)\n" });
    const path = join(process.directory, "app.py");
    const judged: string[] = [];
    const judge = (real: string) => void judged.push(real);
    await readBytes(path, { most: 100, judge });
    rmSync(path);
    symlinkSync(join(outside, "secret"), path);
    await readBytes(path, { most: 100, judge });
    expect(judged).toEqual([`${realpathSync(process.directory)}/app.py`, join(outside, "secret")]);
  });

  test("what is refused is not read", async () => {
    const refuse = () => {
      throw new Error("not this one");
    };
    await expect(readBytes(join(outside, "secret"), { most: 100, judge: refuse })).rejects.toThrow(
      "not this one",
    );
  });
});

describe("a public key", () => {
  test("may be anywhere, as it is in a home's .ssh", async () => {
    const process = new Process({ "shop.yaml": key("publicKey", join(outside, "key.pub")) });
    expect(await validated(process)).toMatchObject({ code: 0 });
  });

  test.each([
    ["some secret", `${SECRET}\n`],
    [
      "a secret behind a key's kind",
      `ssh-ed25519 ${Buffer.from(SECRET.repeat(2)).toString("base64")}\n`,
    ],
    [
      "a secret in the place of the kind",
      `${SECRET} AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n`,
    ],
    [
      "a secret behind the key's bytes",
      `ssh-ed25519 ${Buffer.concat([Buffer.from("AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl", "base64"), Buffer.from(SECRET)]).toString("base64")}\n`,
    ],
    ["a key and more", `${PUBLIC_KEY}\n${SECRET}\n`],
    ["a key that is cut off", `${PUBLIC_KEY.slice(0, 50)}\n`],
    ["nothing", ""],
  ])("that is none is refused, and nothing of it is said: %s", async (_, content) => {
    writeFileSync(join(outside, "key.pub"), content);
    const process = new Process({ "shop.yaml": key("publicKey", join(outside, "key.pub")) });
    const { code, text } = await validated(process);
    expect(code).toBe(1);
    expect(text).toMatch(/^shop\.yaml:5:\d+: error: keyPair\.publicKey: .*key\.pub: the file /m);
    for (const word of content.split(/\s+/).filter((part) => part.length > 20)) {
      expect(text).not.toContain(word.slice(0, 12));
    }
  });

  test("of another kind is named by its kind alone", async () => {
    const blob = Buffer.concat([field("ecdsa-sha2-nistp256"), field("nistp256"), field("point")]);
    writeFileSync(join(outside, "key.pub"), `ecdsa-sha2-nistp256 ${blob.toString("base64")} me\n`);
    const process = new Process({ "shop.yaml": key("publicKey", join(outside, "key.pub")) });
    const { text } = await validated(process);
    expect(text).toContain("a key of the type ecdsa-sha2-nistp256, which EC2 does not accept");
    expect(text).toContain("ssh-ed25519 and ssh-rsa");
  });

  test.each([2048, 3072])("RSA is taken of the lengths alone that EC2 takes: %i", async (bits) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
    writeFileSync(join(outside, "key.pub"), `${encodePublicKey(privateKey)} me\n`);
    const process = new Process({ "shop.yaml": key("publicKey", join(outside, "key.pub")) });
    const { text } = await validated(process);
    const words =
      "an RSA key of 3072 bits, and EC2 accepts only RSA keys of 1024, 2048 or 4096 bits";
    expect(text.includes(words)).toBe(bits === 3072);
  });
});

describe("the application's source", () => {
  test("is not Git's own file, in which CI leaves a token", async () => {
    const process = new Process({ "shop.yaml": source(".git/config") });
    mkdirSync(join(process.directory, ".git"));
    process.write(".git/config", SECRET);
    expect((await validated(process)).text).toContain("the file belongs to Git");
    process.write("shop.yaml", source(link(process, "app.py", ".git/config")));
    expect((await validated(process)).text).toContain("the file belongs to Git");
  });

  test("is no private key", async () => {
    const process = new Process({
      "shop.yaml": source("shop.pem"),
      "shop.pem": `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n`,
    });
    expect((await validated(process)).text).toContain("the file contains a private key");
  });

  test("has a limit", async () => {
    const process = new Process({ "shop.yaml": source("app.jar"), "app.jar": "" });
    // Sparse, so that it takes no room.
    truncateSync(join(process.directory, "app.jar"), 250 * 2 ** 20);
    expect(await validated(process)).toMatchObject({ code: 0 });
    truncateSync(join(process.directory, "app.jar"), 250 * 2 ** 20 + 1);
    expect((await validated(process)).text).toContain("it is larger than 250 MiB");
  });

  test("may be a hard link or be moved there: it is in the folder", async () => {
    const process = new Process({ "shop.yaml": source("app.py") });
    writeFileSync(join(process.directory, "first.py"), "print(1)\n");
    linkSync(join(process.directory, "first.py"), join(process.directory, "second.py"));
    renameSync(join(process.directory, "second.py"), join(process.directory, "app.py"));
    expect(await validated(process)).toMatchObject({ code: 0 });
  });
});

describe("the folder of a stack file", () => {
  test("that is a link is where the link is, not where it leads", async () => {
    const process = new Process({ "app.py": "print(1)\n" });
    writeFileSync(join(outside, "shop.yaml"), source("./app.py"));
    writeFileSync(join(outside, "app.py"), "print(2)\n");
    link(process, "shop.yaml", join(outside, "shop.yaml"));
    expect(await validated(process)).toMatchObject({ code: 0 });
    rmSync(join(process.directory, "app.py"));
    expect((await validated(process)).text).toContain(
      `${process.directory}/app.py: the file does not exist`,
    );
  });

  const pipes = process.platform === "win32" ? test.skip : test;
  pipes("that comes through a pipe is the working directory", async () => {
    const process = new Process({ "app.py": "print(1)\n", "whole.yaml": source("./app.py") });
    const pipe = join(outside, "pipe");
    execFileSync("mkfifo", [pipe]);
    chmodSync(pipe, 0o600);
    const run = validated(process, pipe);
    const writer = spawn("sh", [
      "-c",
      'cat "$1" >"$2"',
      "sh",
      join(process.directory, "whole.yaml"),
      pipe,
    ]);
    expect(await run).toMatchObject({ code: 0 });
    writer.kill();
  });
});

function link(process: Process, name: string, to: string): string {
  symlinkSync(to, join(process.directory, name));
  return name;
}

function field(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
}
