import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";
import type { Live } from "../../src/engine/resource.ts";

function balancer(url: string): Live {
  return {
    id: "lb",
    address: "load-balancer/shop",
    physicalName: "lb",
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: { url },
    uses: [],
  };
}

test.each([
  ["http://lb-1.elb.amazonaws.com", "http://lb-1.elb.amazonaws.com/", "as browsers show it"],
  ["lb-1.elb.amazonaws.com:25", "lb-1.elb.amazonaws.com:25", "a host and a port"],
  ["1-lb-1.elb.amazonaws.com:25", "1-lb-1.elb.amazonaws.com:25", "what no URL begins with"],
])("the address %s is told as %s: %s", (url, told) => {
  expect(outputsOf([balancer(url)], undefined, "/")).toEqual({ url: told });
});

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-outputs-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a key file that is there is named, with the way to log in", () => {
  const directory = emptyDirectory();
  const keyFile = join(directory, "afterpay.pem");
  writeFileSync(keyFile, "");
  expect(outputsOf([], { keyFile, user: "ec2-user" }, directory)).toEqual({
    keyFile: "./afterpay.pem",
    login: "ssh -i ./afterpay.pem ec2-user@<an instance's address>",
  });
});

test("a key file that is not there is not named: it may be on another machine", () => {
  const directory = emptyDirectory();
  const keyFile = join(directory, "afterpay.pem");
  expect(outputsOf([], { keyFile, user: "ec2-user" }, directory)).toEqual({});
});
