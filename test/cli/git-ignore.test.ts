import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeIgnoredFolder } from "../../src/cli/git-ignore.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

beforeEach(startFakeTime);

afterEach(() => {
  vi.useRealTimers();
});

const hasGit = spawnSync("git", ["--version"]).status === 0;

function git(directory: string, ...argv: readonly string[]): string {
  return execFileSync("git", argv, { cwd: directory, encoding: "utf8" });
}

async function project(key: string): Promise<Process> {
  const stackFile = `${MINIMAL}keyPair: { generate: "${key}" }\n`;
  const made = new Process(
    { "shop.yaml": stackFile },
    { sandbox: await createSandbox({ speed: 1 }) },
  );
  made.env = { PATH: process.env["PATH"] ?? "", HOME: made.directory };
  return made;
}

const HINT = /Git does not ignore/;

describe.skipIf(!hasGit)("a private key that is made in a repository", () => {
  test("is told of once, with the line for .gitignore, and that line is right", async () => {
    const made = await project("./keys/a [shop].pem");
    mkdirSync(join(made.directory, "keys"));
    git(made.directory, "init", "--quiet");
    expect(await pass(made.run("apply --sandbox --yes"))).toBe(0);
    const [hint = ""] = made.stdout.text.split("\n").filter((line) => HINT.test(line));
    expect(hint).toContain("the private key ./keys/a [shop].pem.");
    const [, line = ""] = /Add the line (.+) to \.\/keys\/\.gitignore\.$/.exec(hint) ?? [];
    made.write("keys/.gitignore", `${line}\n`);
    expect(git(made.directory, "status", "--porcelain", "--untracked-files=all")).not.toContain(
      "pem",
    );
    expect(await pass(made.run("destroy --sandbox --yes"))).toBe(0);
    expect(await pass(made.run("apply --sandbox --yes"))).toBe(0);
    expect(made.stdout.text).not.toMatch(HINT);
  });

  test("is told of as an event under --json", async () => {
    const made = await project("./shop.pem");
    git(made.directory, "init", "--quiet");
    expect(await pass(made.run("apply --sandbox --yes --json"))).toBe(0);
    const events = made.stdout.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.filter(({ message }) => HINT.test(message))).toMatchObject([
      { event: "step-progress", address: "key-pair/shop", note: true },
    ]);
  });

  test("is no news where Git ignores it", async () => {
    const made = await project("./shop.pem");
    git(made.directory, "init", "--quiet");
    made.write(".gitignore", "*.pem\n");
    expect(await pass(made.run("apply --sandbox --yes"))).toBe(0);
    expect(made.stdout.text).not.toMatch(HINT);
  });
});

test("a private key that is made in no repository is no news", async () => {
  const made = await project("./shop.pem");
  expect(await pass(made.run("apply --sandbox --yes"))).toBe(0);
  expect(made.stdout.text).not.toMatch(HINT);
});

test("Git ignores the folder of the sandbox", async () => {
  const made = new Process({ "shop.yaml": MINIMAL });
  expect(await pass(made.run("sandbox call ec2 DescribeVpcs"))).toBe(0);
  expect(readFileSync(join(made.directory, ".reconcile/.gitignore"), "utf8")).toBe("*\n");
  if (!hasGit) return;
  git(made.directory, "init", "--quiet");
  const status = git(made.directory, "status", "--porcelain", "--untracked-files=all");
  expect(status).toBe("?? shop.yaml\n");
});

test("a folder that a symbolic link leads to is not ignored: its files are somebody else's", () => {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-link-"));
  mkdirSync(join(directory, "other"));
  symlinkSync("other", join(directory, ".reconcile"));
  makeIgnoredFolder(join(directory, ".reconcile"));
  expect(readdirSync(join(directory, "other"))).toEqual([]);
});
