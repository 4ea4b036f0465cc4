import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ensureKeyFile,
  keyFilesOnDisk,
  requireMakeable,
} from "../../src/resources/shared/key-file.ts";
import { MINIMAL, Process } from "./process.ts";

const KEYED = `${MINIMAL}keyPair: { generate: ./shop.pem }\n`;
const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
const withModes = process.platform === "win32" ? test.skip : test;

const path = (process: Process, name = "shop.pem") => join(process.directory, name);

describe("a key file that cannot be made or read", () => {
  test.each<[string, (process: Process) => void, RegExp]>([
    [
      "a link to nothing",
      (process) => symlinkSync("nowhere", path(process)),
      /link (?:that leads to nothing|to a file that does not exist)/,
    ],
    [
      "a link to itself",
      (process) => symlinkSync("shop.pem", path(process)),
      /symbolic link to itself/,
    ],
    ["a directory", (process) => mkdirSync(path(process)), /is not a regular file/],
    [
      "a link to a directory",
      (process) => {
        mkdirSync(path(process, "keys"));
        symlinkSync("keys", path(process));
      },
      /is not a regular file/,
    ],
    ["a pipe", (process) => void execFileSync("mkfifo", [path(process)]), /is not a regular file/],
    [
      "far too large",
      (process) => process.write("shop.pem", "x".repeat(2 ** 20)),
      /is not a regular file, or it is too large for a key/,
    ],
    [
      "of another kind",
      (process) =>
        process.write(
          "shop.pem",
          generateKeyPairSync("ec", { namedCurve: "P-384" })
            .privateKey.export({ type: "sec1", format: "pem" })
            .toString(),
        ),
      /a key of type ECDSA/,
    ],
  ])(
    "is told by validate and plan, at its place, before anything is made: %s",
    async (_, put, words) => {
      const process = new Process({ "shop.yaml": KEYED });
      put(process);
      for (const line of ["validate", "plan --sandbox"]) {
        expect(await process.run(line)).toBe(1);
        const text = process.stdout.text + process.stderr.text;
        expect(text).toMatch(/^shop\.yaml:5:\d+: error: keyPair\.generate: /m);
        expect(text).toMatch(words);
        expect(text).not.toMatch(/bug of its own|^ +at /m);
      }
    },
  );

  test.each([
    ["a folder that is a link to nothing", (folder: string) => symlinkSync("nowhere", folder)],
    ["a folder that is a file", (folder: string) => writeFileSync(folder, "")],
  ])("is seen before the work: %s", async (_, put) => {
    const process = new Process();
    put(path(process, "keys"));
    await expect(requireMakeable(path(process, "keys/deep/shop.pem"))).rejects.toThrow(
      /symbolic link to a file that does not exist|a part of its path is a file/,
    );
  });
});

describe("a private key that others may use", () => {
  withModes.each([
    [0o644, true],
    [0o640, true],
    [0o660, true],
    [0o604, true],
    [0o600, false],
    [0o400, false],
  ])("mode %o: told %s", async (mode, told) => {
    const process = new Process({ "shop.yaml": KEYED, "shop.pem": String(pem) });
    chmodSync(path(process), mode);
    for (const line of ["validate", "plan --sandbox"]) {
      expect(await process.run(line)).toBe(0);
      const text = process.stdout.text + process.stderr.text;
      expect(text.includes("ssh refuses it")).toBe(told);
      expect(text.includes(`chmod 600 ${path(process)}`)).toBe(told);
    }
    await process.run("plan --sandbox --json");
    expect(JSON.parse(process.stdout.text).problems).toHaveLength(told ? 1 : 0);
    // It is the user's file: only they know who has to read it.
    expect(statSync(path(process)).mode & 0o777).toBe(mode);
  });
});

describe("what a killed process has left beside a key file", () => {
  const gone = () => {
    const child = execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" });
    return Number(child);
  };

  test("goes when the key is made; that of a living one stays", async () => {
    const shop = new Process();
    const file = path(shop);
    const left = `${file}.${gone()}-0123abcd.unfinished`;
    const living = `${file}.${process.ppid}-0123abcd.unfinished`;
    const other = `${file}.notes.unfinished`;
    for (const each of [left, living, other]) writeFileSync(each, "secret");
    await ensureKeyFile(keyFilesOnDisk, file);
    expect(readdirSync(shop.directory).toSorted()).toEqual(
      ["shop.pem", living, other].map((each) => each.split("/").at(-1)).toSorted(),
    );
  });

  test("goes when the key is there already: the process died after it had made it", async () => {
    const shop = new Process();
    const file = path(shop);
    await ensureKeyFile(keyFilesOnDisk, file);
    writeFileSync(`${file}.${gone()}-0123abcd.unfinished`, readFileSync(file));
    await ensureKeyFile(keyFilesOnDisk, file);
    expect(readdirSync(shop.directory)).toEqual(["shop.pem"]);
  });

  test("of a saved plan goes with the next one", async () => {
    const shop = new Process({ "shop.yaml": MINIMAL });
    const left = `plan.json.${gone()}-0123abcd.unfinished`;
    shop.write(left, "half a plan");
    expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
    expect(readdirSync(shop.directory)).not.toContain(left);
    expect(statSync(path(shop, "plan.json")).mode & 0o777).toBe(0o600);
  });
});

describe("a pipe for a saved plan", () => {
  withModes("that nobody reads is refused, not waited for", async () => {
    const shop = new Process({ "shop.yaml": MINIMAL });
    execFileSync("mkfifo", [path(shop, "out")]);
    expect(await shop.run("plan --sandbox --out out")).toBe(1);
    expect(shop.stderr.text).toContain("out: it is a device or a pipe that nobody reads or writes");
  });

  withModes("is read by apply, or left by the first interrupt", async () => {
    const shop = new Process({ "shop.yaml": MINIMAL });
    execFileSync("mkfifo", [path(shop, "in")]);
    const run = shop.run("apply --sandbox --yes --plan in");
    await expect.poll(() => shop.listeners).toBe(1);
    shop.signal("SIGINT");
    expect(await run).toBe(130);
  });
});
