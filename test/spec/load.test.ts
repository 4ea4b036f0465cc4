import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { type Loaded, loadStack } from "../../src/spec/load.ts";
import { LEAST, load } from "./stacks.ts";

function errorsOf(loaded: Loaded): readonly string[] {
  return "errors" in loaded ? loaded.errors.map(({ message }) => message) : [];
}

describe("defaults", () => {
  test("the least that is a stack has nothing open and nobody who could log in", () => {
    expect(load(LEAST)).toEqual({
      version: 1,
      stack: "afterpay",
      tags: {},
      network: {
        vpc: { kind: "default" },
        zones: { kind: "count", count: 2 },
        servers: "public",
      },
      securityGroups: [],
      access: "none",
      image: {
        base: { family: "debian-12" },
        release: { kind: "latest" },
        updates: "all",
        packages: [],
        sources: [],
        services: [],
        ipv6: "disabled",
        hardening: "strong",
        kernel: {},
        audit: false,
        allow: { changed: [], setuid: [], writable: [] },
        openFiles: 65535,
        files: [],
        run: [],
        verify: [],
        builder: { timeout: 1800 },
        disk: { type: "gp3" },
        keep: 1,
      },
      scaling: {
        instanceType: "t3.micro",
        instanceTypes: ["t3.micro"],
        securityGroups: [],
        min: 2,
        max: 2,
        cooldown: 30,
        healthCheck: { type: "instance", grace: 120 },
        hooks: {},
        rollout: { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true, alarms: false },
        scaleIn: true,
        schedule: [],
        suspended: [],
      },
      alarms: {},
    });
  });
});

describe("shorthands are written out", () => {
  test("paths are absolute, from the stack file's folder or from home", () => {
    const source = "application: { source: { file: ../app.py }, command: a }\n";
    expect(load(`${LEAST}${source}keyPair: { generate: ./a.pem }\n`)).toMatchObject({
      application: { source: { kind: "file", file: "/app.py" } },
      keyPair: { source: { kind: "generate", file: "/stacks/a.pem" } },
    });
    expect(load(`${LEAST}keyPair: { publicKey: ~/.ssh/id.pub }\n`).keyPair).toEqual({
      source: { kind: "public-key", file: `${homedir()}/.ssh/id.pub` },
    });
    const loaded = loadStack(`${LEAST}keyPair: { generate: a.pem }\n`, { file: "/far/away.yaml" });
    expect(loaded).toMatchObject({ stack: { keyPair: { source: { file: "/far/a.pem" } } } });
  });

  test("aliases repeat what they name", () => {
    const text = `${LEAST}securityGroups:\n  a: &a { ingress: [{ port: 80, from: 10.0.0.0/8 }] }\n  b: *a\n`;
    const [a, b] = load(text).securityGroups;
    expect(b?.ingress).toEqual(a?.ingress);
  });
});

describe("files as editors and systems leave them", () => {
  const expected = load(LEAST);
  const variants: readonly [why: string, content: string | Uint8Array][] = [
    ["a byte order mark", `\ufeff${LEAST}`],
    ["a byte order mark in bytes", Buffer.from(`\ufeff${LEAST}`)],
    ["lines that end as on Windows", LEAST.replaceAll("\n", "\r\n")],
    ["no end of line at the end", LEAST.trimEnd()],
    ["a document marker", `---\n${LEAST}...\n`],
    ["its version of YAML", `%YAML 1.2\n---\n${LEAST}`],
    [
      "JSON",
      JSON.stringify({
        version: 1,
        stack: "afterpay",
        image: { base: "debian-12" },
        scaling: { min: 2 },
      }),
    ],
    ["tabs after a value and in comments", LEAST.replace("afterpay", "afterpay\t# a\tcomment")],
  ];
  test.each(variants)("%s", (_why, content) => {
    expect(loadStack(content, { file: "a.yaml" })).toMatchObject({ stack: expected });
  });

  test("the byte order mark and Windows lines move no position", () => {
    const text = LEAST.replace("debian-12", "debian");
    const plain = loadStack(text, { file: "a.yaml" });
    expect(plain).toMatchObject({ errors: [{ line: 3, column: 16 }] });
    const odd = loadStack(`\ufeff${text.replaceAll("\n", "\r\n")}`, { file: "a.yaml" });
    expect(odd).toEqual(plain);
  });
});

describe("places", () => {
  test("a value, a list item, and the nearest section above what is missing", () => {
    const text = `${LEAST}application:\n  source: { file: ./a.py }\n  command: a\n`;
    const loaded = loadStack(text, { file: "a.yaml" });
    if ("errors" in loaded) throw new Error("the file is good");
    expect(loaded.locate(["application", "source", "file"])).toEqual({ line: 6, column: 19 });
    expect(loaded.locate(["application", "user"])).toEqual({ line: 5, column: 1 });
    expect(loaded.locate(["keyPair", "generate"])).toEqual({ line: 1, column: 1 });
  });
});

describe("limits", () => {
  const large: readonly [why: string, content: string, message: RegExp][] = [
    ["a file that is far too large", "#".repeat(5_000_000), /larger than 256 KiB/],
    ["a list that is far too long", `a: [${"x,".repeat(40_000)}]`, /unknown field "a"/],
    [
      "very many fields",
      Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join("\n"),
      /unknown field/,
    ],
    ["brackets that only open", "[".repeat(50_000), /nested more than/],
    ["questions within questions", "? ".repeat(20_000), /nested more than/],
    ["lists within lists", "- ".repeat(20_000), /nested more than/],
    ["mappings within mappings", "{a: ".repeat(20_000), /nested more than/],
    ["one field all over again", "a: 1\n".repeat(20_000), /given twice/],
    ["anchors all over again", "&a ".repeat(20_000), /only one anchor/],
    ["a name without end", `${"a".repeat(200_000)}: 1`, /longer than 1024/],
    ["nothing but quotes", '"\n'.repeat(20_000), /not valid YAML/],
    ["very many wrong rules", rules(2_000), /port 99999/],
  ];
  // Some shapes take YAML parsers minutes, by recursion or by comparing all with all; these take
  // a second or two, and the limit leaves room for a busy machine.
  test.each(large)(
    "%s is refused soon",
    (_why, content, message) => {
      const loaded = loadStack(content, { file: "a.yaml" });
      expect(errorsOf(loaded).join("\n")).toMatch(message);
      expect(errorsOf(loaded).length).toBeLessThanOrEqual(101);
    },
    30_000,
  );

  test("hundreds of groups with thousands of rules are a stack like any other", () => {
    const groups = Array.from(
      { length: 300 },
      (_, group) =>
        `  g${group}: { ingress: [${Array.from({ length: 5 }, (_, rule) => `{ port: ${rule + 1}, from: g${(group + 1) % 300} }`).join(", ")}] }\n`,
    );
    expect(load(`${LEAST}securityGroups:\n${groups.join("")}`).securityGroups).toHaveLength(300);
  });

  test("an error beyond the last one shown still makes the file wrong", () => {
    const open = Array.from(
      { length: 120 },
      (_, n) => `      - { port: 22, protocol: tcp, from: 0.0.0.0/0 } # ${n}\n`,
    );
    const text = `${LEAST}securityGroups:\n  web:\n    ingress:\n${open.join("")}`;
    expect(loadStack(text, { file: "a.yaml" })).toHaveProperty("errors");
  });
});

function rules(count: number): string {
  const wrong = "      - { port: 99999, from: 10.0.0.0/8 }\n".repeat(count);
  return `${LEAST}securityGroups:\n  web:\n    ingress:\n${wrong}`;
}

describe("examples", () => {
  const read = (name: string): Loaded =>
    loadStack(readFileSync(new URL(`../../examples/${name}`, import.meta.url)), { file: name });

  test.each(["afterpay.yaml", "minimal.yaml"])("%s is good, and nothing in it is odd", (name) => {
    expect(read(name)).toMatchObject({ stack: {}, warnings: [] });
  });

  test("original.yaml is legal, and open as the original was", () => {
    expect(read("original.yaml")).toMatchObject({
      stack: { stack: "afterpay" },
      warnings: [{ line: 28, message: expect.stringContaining("SSH") }],
    });
  });

  test("a warning alone leaves the stack usable", () => {
    expect(read("original.yaml")).not.toHaveProperty("errors");
  });
});
