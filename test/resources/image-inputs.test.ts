import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildHash } from "../../src/resources/build-run.ts";
import {
  type ImageInputs,
  inputNames,
  inputsIn,
  inputTags,
  shorten,
} from "../../src/resources/image-inputs.ts";

const inputs = Object.fromEntries(inputNames.map((name) => [name, `value of ${name}`]));

describe("an image's inputs in its tags", () => {
  test("come back as they were", () => {
    const tags = inputTags(inputs as Record<keyof ImageInputs, string>, "afterpay-1");
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    expect(inputsIn(list)).toEqual(inputs);
  });

  test("have the keys under which every release looks for them", () => {
    const { "reconcile:image": name, ...keys } = inputTags(
      inputs as Record<keyof ImageInputs, string>,
      "afterpay-1",
    );
    expect(name).toBe("afterpay-1");
    expect(Object.keys(keys)).toEqual(
      [
        ...["family", "base", "release", "updates", "packages", "services", "ipv6"],
        ...["open-files", "files", "run", "verify", "application", "script"],
      ].map((key) => `reconcile:${key}`),
    );
  });

  test("are empty where only some are there, and said not to be told where none is", () => {
    const some = inputsIn([{ Key: "reconcile:script", Value: "0123" }]);
    expect(some).toEqual({
      ...Object.fromEntries(inputNames.map((name) => [name, ""])),
      script: "0123",
    });
    const none = inputsIn([{ Key: "reconcile:image", Value: "afterpay-1" }]);
    expect(new Set(Object.values(none))).toEqual(new Set(["not told by its tags"]));
  });

  test.each([
    ["chrony telnet mtr tree", true, "short and plain"],
    ["", true, "nothing"],
    ["x".repeat(200), true, "just short enough"],
    ["x".repeat(201), false, "longer than a tag should be"],
    ["first\nsecond", false, "a newline, which XML would change"],
    ["Grüße", false, "beyond ASCII"],
    [" a", false, "a space that might be trimmed"],
  ])("%j is readable: %s (%s)", (text, readable) => {
    const short = shorten(text);
    if (readable) expect(short).toBe(text);
    else expect(short).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(shorten(short)).toBe(short);
  });
});

describe("a build's identity in its user data", () => {
  const hash = "ab".repeat(32);
  const script = `#!/bin/bash\n# reconcile-build: format=1 hash=${hash} family=debian-12\n`;

  test.each([
    ["plain", Buffer.from(script)],
    ["gzipped", gzipSync(script)],
  ])("is found in a %s script", (_name, bytes) => {
    expect(buildHash(bytes.toString("base64"))).toBe(hash);
  });

  test("is not found where there is none", () => {
    expect(buildHash(Buffer.from(`#!/bin/bash\nhash=${hash}`).toString("base64"))).toBe("");
  });
});
