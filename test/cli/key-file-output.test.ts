import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reconcile-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("the key's file is told, and how to log in with it", () => {
  const keyFile = join(directory, "shop.pem");
  writeFileSync(keyFile, "a key");
  const login = { keyFile, user: "ec2-user" };
  expect(outputsOf([], login, directory, "203.0.113.7")).toEqual({
    keyFile: "./shop.pem",
    login: "ssh -i ./shop.pem ec2-user@203.0.113.7",
  });
  expect(outputsOf([], login, directory)).toEqual({ keyFile: "./shop.pem" });
});

test("the line for logging in is safe to copy into a shell, whatever the file is called", () => {
  const keyFile = join(directory, "a$(touch pwned) b.pem");
  writeFileSync(keyFile, "a key");
  expect(outputsOf([], { keyFile, user: "ec2-user" }, directory, "203.0.113.7")).toEqual({
    keyFile: "./a$(touch pwned) b.pem",
    login: "ssh -i './a$(touch pwned) b.pem' ec2-user@203.0.113.7",
  });
});

test("a key's file that is not on this machine is not told of", () => {
  const keyFile = join(directory, "elsewhere.pem");
  expect(outputsOf([], { keyFile, user: "ec2-user" }, directory)).toEqual({});
});
