import { createHash } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildHash } from "../../../src/resources/image/build-run.ts";
import {
  type ImageInputs,
  inputNames,
  inputsIn,
  inputTags,
  shorten,
  untold,
} from "../../../src/resources/image/inputs.ts";

const inputs = Object.fromEntries(inputNames.map((name) => [name, `value of ${name}`]));

describe("an image's inputs in its tags", () => {
  test("come back as they were", () => {
    const tags = inputTags(inputs as Record<keyof ImageInputs, string>, "afterpay-1");
    const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    expect(inputsIn(list)).toEqual(inputs);
  });

  test("of an earlier release have no command in what is read", () => {
    const earlier =
      "shop.py sha256:0123456789ab; serve --token hunter2; as shop on port 80; python none";
    const [, Value = ""] = Object.entries(
      inputTags({ ...(inputs as Record<keyof ImageInputs, string>), application: earlier }, "a"),
    ).find(([key]) => key === "reconcile:application") as [string, string];
    expect(Value).toBe(earlier);
    const { application } = inputsIn([{ Key: "reconcile:application", Value }]);
    expect(application).toMatch(
      /^shop\.py sha256:0123456789ab; command sha256:[0-9a-f]{12}; as shop on port 80; python none$/,
    );
  });

  test("have the keys under which every release looks for them", () => {
    const { "reconcile:image": name, ...keys } = inputTags(
      inputs as Record<keyof ImageInputs, string>,
      "afterpay-1",
    );
    expect(name).toBe("afterpay-1");
    expect(Object.keys(keys)).toEqual(
      [
        ...["family", "architecture", "base", "release", "updates", "packages", "services", "ipv6"],
        ...["hardening", "open-files", "disk", "files", "run", "verify", "application", "script"],
        ...["further", "ansible"],
      ].map((key) => `reconcile:${key}`),
    );
  });

  test("are empty where only some are there, and said not to be told where none is", () => {
    const some = inputsIn([{ Key: "reconcile:script", Value: "0123" }]);
    expect(some).toEqual({
      ...Object.fromEntries(inputNames.map((name) => [name, ""])),
      // An earlier release built for nothing else.
      architecture: "x86_64",
      script: "0123",
    });
    const none = inputsIn([{ Key: "reconcile:image", Value: "afterpay-1" }]);
    expect(new Set(Object.values(none))).toEqual(new Set(["not recorded in its tags"]));
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
    const short = shorten("run", text);
    if (readable) expect(short).toBe(text);
    else expect(short).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(shorten("run", short)).toBe(short);
  });
});

describe("inputs that share a tag", () => {
  const source = "tools https://packages.example.com/debian bookworm main, key sha256:0123456789ab";
  const tagsOf = (sources: string, allow: string, environment = "") => {
    const compared = {
      ...inputs,
      sources: shorten("sources", sources),
      allow: shorten("allow", allow),
      environment: shorten("environment", environment),
    };
    return inputTags(
      { ...compared, texts: { sources, allow, environment } } as ImageInputs & {
        texts: Partial<ImageInputs>;
      },
      "afterpay-1",
    );
  };
  const readBack = (Value: string | undefined) => {
    const { sources, allow, environment } = inputsIn([
      { Key: "reconcile:script", Value: "0123" },
      ...(Value === undefined ? [] : [{ Key: "reconcile:further", Value }]),
    ]);
    return [sources, allow, environment];
  };

  test("of an earlier release, which knew no environment, have none", () => {
    expect(readBack('["a","b"]')).toEqual(["a", "b", ""]);
  });

  test("hold the longest of all three that are compared as they are", () => {
    const longest = "x".repeat(80);
    const many = "y".repeat(1000);
    const noise = Array.from({ length: 40 }, (_, index) =>
      createHash("sha256").update(String(index)).digest("base64url"),
    ).join("\n");
    for (const [sources, allow] of [
      [longest, longest],
      [longest, many],
      [many, noise],
    ] as const) {
      const tag = tagsOf(sources, allow, noise)["reconcile:further"];
      expect(tag?.length).toBeLessThanOrEqual(256);
      expect(readBack(tag)).toEqual([
        shorten("sources", sources),
        shorten("allow", allow),
        shorten("environment", noise),
      ]);
    }
  });

  test.each([
    ["one", source, ""],
    ["both", source, "setuid /opt/tool"],
    [
      "several lines",
      `${source}\nproxy http://10.0.0.5:3128`,
      'changed /etc/"x"\nwritable /srv/\\',
    ],
  ])("are stored whole, %s", (_, sources, allow) => {
    const tag = tagsOf(sources, allow)["reconcile:further"];
    expect(tag?.length).toBeLessThanOrEqual(256);
    expect(readBack(tag)).toEqual([sources, allow, ""]);
  });

  test("need no tag where an image has none of them", () => {
    expect(tagsOf("", "")).not.toHaveProperty("reconcile:further");
    expect(readBack(undefined)).toEqual(["", "", ""]);
  });

  test("are stored in the form that is compared where they do not fit", () => {
    const many = Array.from({ length: 60 }, (_, index) => {
      const digest = createHash("sha256").update(String(index)).digest("base64url");
      return `setuid /opt/${digest}`;
    }).join("\n");
    for (const [sources, allow] of [
      ["x".repeat(100), many],
      [many, many],
    ] as const) {
      const tag = tagsOf(sources, allow)["reconcile:further"];
      expect(tag?.length).toBeLessThanOrEqual(256);
      expect(readBack(tag)).toEqual([shorten("sources", sources), shorten("allow", allow), ""]);
      expect(shorten("allow", readBack(tag)[1] ?? "")).toBe(shorten("allow", allow));
    }
  });

  test.each(["", "x", "{}", "[1]", "null", '["a"'])("are not told by %j", (value) => {
    expect(readBack(value)).toEqual([untold, untold, untold]);
  });
});

describe("a text in its tag", () => {
  const tagsOf = (run: string) => {
    const some = { ...inputs, run: shorten("run", run), texts: { run } };
    return inputTags(some as ImageInputs & { texts: { run: string } }, "afterpay-1");
  };
  const readBack = (value: string | undefined) =>
    inputsIn([{ Key: "reconcile:run", ...(value !== undefined && { Value: value }) }]).run;

  test.each([
    ["short and plain", "echo one", /^echo one$/],
    ["of several lines", "echo one\necho two\n  echo three", /^brotli:[\w+/=]+$/],
    ["beyond ASCII", "echo Grüße", /^brotli:/],
    ["that looks compressed", "brotli:AAAA", /^brotli:(?!AAAA$)/],
    ["long, but of few words", "dnf install -y chrony\n".repeat(300), /^brotli:/],
  ])("that is %s is stored whole", (_, text, tag) => {
    const { "reconcile:run": value } = tagsOf(text);
    expect(value).toMatch(tag);
    expect(value?.length).toBeLessThanOrEqual(256);
    expect(readBack(value)).toBe(text);
  });

  test("that is too long is its digest", () => {
    const text = Array.from({ length: 500 }, (_, index) => `echo ${index * 7919}`).join("\n");
    expect(tagsOf(text)["reconcile:run"]).toBe(shorten("run", text));
  });

  test("that somebody changed is taken as it is, however much it would unpack to", () => {
    const bomb = `brotli:${brotliCompressSync(Buffer.alloc(2 ** 20)).toString("base64")}`;
    for (const value of ["brotli:", "brotli:!!!", "brotli:AAAA", bomb]) {
      expect(readBack(value)).toBe(value);
    }
  });
});

describe("a build's identity in its user data", () => {
  const hash = "ab".repeat(32);
  const script = `#!/bin/bash\n# reconcile-build: format=2 hash=${hash} family=debian-12\n`;

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
