import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";
import type { Live } from "../../src/engine/live.ts";
import { ensureKeyFile, keyFilesOnDisk } from "../../src/resources/shared/key-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reconcile-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function keyPair(publicKey: string): Live {
  return {
    id: "key-1",
    address: "key-pair/shop",
    physicalName: "shop",
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: { id: "key-1", name: "shop", publicKey },
    uses: [],
  };
}

function access(keyFile: string, address?: string) {
  return {
    directory,
    login: { keyFile, user: "ec2-user" },
    serverAddress: vi.fn(async () => address),
  };
}

test("the key's file is told, and how to log in with it", async () => {
  const keyFile = join(directory, "shop.pem");
  const live = [keyPair(await ensureKeyFile(keyFilesOnDisk, keyFile))];
  expect(await outputsOf(live, access(keyFile, "203.0.113.7"))).toEqual({
    keyFile: "./shop.pem",
    login: "ssh -i ./shop.pem ec2-user@203.0.113.7",
  });
  expect(await outputsOf(live, access(keyFile))).toEqual({ keyFile: "./shop.pem" });
  expect(await outputsOf(live, { ...access(keyFile, "203.0.113.7"), directory: tmpdir() })).toEqual(
    {
      keyFile: `./${keyFile.slice(tmpdir().length + 1)}`,
      login: `ssh -i ./${keyFile.slice(tmpdir().length + 1)} ec2-user@203.0.113.7`,
    },
  );
  const elsewhere = join(directory, "elsewhere");
  expect(await outputsOf(live, { ...access(keyFile), directory: elsewhere })).toEqual({ keyFile });
});

test("the line for logging in is safe to copy into a shell, whatever the file is called", async () => {
  const keyFile = join(directory, "a$(touch pwned) b.pem");
  const live = [keyPair(await ensureKeyFile(keyFilesOnDisk, keyFile))];
  expect(await outputsOf(live, access(keyFile, "203.0.113.7"))).toEqual({
    keyFile: "./a$(touch pwned) b.pem",
    login: "ssh -i './a$(touch pwned) b.pem' ec2-user@203.0.113.7",
  });
});

test.each(["without a file on this machine", "with another key in it", "without a generated key"])(
  "a key's file is not told of %s, and no server's address is asked for",
  async (what) => {
    const keyFile = join(directory, "shop.pem");
    if (what !== "without a file on this machine") await ensureKeyFile(keyFilesOnDisk, keyFile);
    const { login, ...asked } = access(keyFile, "203.0.113.7");
    const known = what === "without a generated key" ? asked : { ...asked, login };
    expect(await outputsOf([keyPair("ssh-ed25519 AAAA")], known)).toEqual({});
    expect(asked.serverAddress).not.toHaveBeenCalled();
  },
);

test.each([
  ["debian-12", "admin"],
  ["ubuntu-24.04", "ubuntu"],
  ["a family of the future", "ec2-user"],
])("the login's user is that of the image in use, whose family is %s", async (family, user) => {
  const keyFile = join(directory, "shop.pem");
  const key = keyPair(await ensureKeyFile(keyFilesOnDisk, keyFile));
  const image = {
    ...key,
    id: "ami-1",
    address: "image/shop",
    fields: { family },
    outputs: {},
  } as const;
  const { login } = await outputsOf([key, image], access(keyFile, "203.0.113.7"));
  expect(login).toBe(`ssh -i ./shop.pem ${user}@203.0.113.7`);
});
