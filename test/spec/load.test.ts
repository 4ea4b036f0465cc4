import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { type Loaded, loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";

const LEAST = "version: 1\nstack: afterpay\nimage: { base: debian-12 }\nscaling: { min: 2 }\n";

function load(text: string): Stack {
  const loaded = loadStack(text, { file: "a.yaml", folder: "/stacks" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.stack;
}

function errorsOf(loaded: Loaded): readonly string[] {
  return "errors" in loaded ? loaded.errors.map(({ message }) => message) : [];
}

describe("defaults", () => {
  test("the least that is a stack has nothing open and nobody who could log in", () => {
    expect(load(LEAST)).toEqual({
      version: 1,
      stack: "afterpay",
      tags: {},
      network: { vpc: { kind: "default" }, zones: { kind: "count", count: 2 } },
      securityGroups: [],
      image: {
        base: { family: "debian-12" },
        release: { kind: "latest" },
        updates: "all",
        packages: [],
        services: [],
        ipv6: "disabled",
        openFiles: 65535,
        files: [],
        run: [],
        verify: [],
        builder: { instanceType: "t3.micro", timeout: 1800 },
        keep: 1,
      },
      scaling: {
        instanceType: "t3.micro",
        securityGroups: [],
        min: 2,
        max: 2,
        cooldown: 30,
        healthCheck: { type: "instance", grace: 120 },
        rollout: { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true },
      },
    });
  });

  const dependent: readonly [
    why: string,
    text: string,
    pick: (stack: Stack) => unknown,
    unknown,
  ][] = [
    [
      "max is as many as min or desired",
      LEAST.replace("min: 2", "min: 2, desired: 5"),
      ({ scaling }) => [scaling.max, scaling.desired],
      [5, 5],
    ],
    [
      "with a load balancer, its word decides on health",
      `${LEAST}loadBalancer: {}\n`,
      ({ scaling }) => scaling.healthCheck.type,
      "load-balancer",
    ],
    [
      "a grace period that the file leaves out has room for a slow check and a start",
      `${LEAST}loadBalancer: { healthCheck: { interval: 60s, healthy: 10 } }\n`,
      ({ scaling }) => scaling.healthCheck.grace,
      660,
    ],
    [
      "and is no shorter with a quick one",
      `${LEAST}loadBalancer: {}\n`,
      ({ scaling }) => scaling.healthCheck.grace,
      120,
    ],
    [
      "a listener passes on to the application, and the check asks there",
      `${LEAST}loadBalancer: {}\napplication: { source: { file: a.py }, command: a, port: 8000 }\n`,
      ({ loadBalancer }) => [loadBalancer?.listeners, loadBalancer?.healthCheck.target],
      [[{ port: 80, protocol: "http", to: 8000 }], "HTTP:8000/"],
    ],
    [
      "without an application, a listener passes on to its own port, and a tcp one is checked by a connection",
      `${LEAST}loadBalancer: { listeners: [{ port: 25, protocol: tcp }] }\n`,
      ({ loadBalancer }) => [loadBalancer?.listeners, loadBalancer?.healthCheck.target],
      [[{ port: 25, protocol: "tcp", to: 25 }], "TCP:25"],
    ],
    [
      "an image with a name of its own has no room for an earlier one",
      LEAST.replace("debian-12", "debian-12, name: AfterPayAMI"),
      ({ image }) => image.keep,
      0,
    ],
  ];
  test.each(dependent)("%s", (_why, text, pick, expected) => {
    expect(pick(load(text))).toEqual(expected);
  });
});

describe("shorthands are written out", () => {
  test("rules have one peer each, with ports as EC2 has them", () => {
    const { securityGroups } = load(`${LEAST}
securityGroups:
  web:
    ingress:
      - { port: 80, from: [load-balancer, web, 0.0.0.0/0, "2001:DB8:0:0::/32"] }
      - { port: 8000-8010, protocol: udp, from: sg-0123456789abcdef0 }
      - { port: all, from: pl-0123456789abcdef0 }
      - { protocol: icmp, from: 10.0.0.0/8 }
      - { protocol: icmp, port: 8, from: 10.0.0.0/8 }
      - { protocol: all, from: web }
    egress: []
  load-balancer: { name: ELB, description: Front }
`);
    const web = { kind: "group", value: "web" };
    const inside = { kind: "cidr4", value: "10.0.0.0/8" };
    const http = { protocol: "tcp", fromPort: 80, toPort: 80 };
    expect(securityGroups).toEqual([
      {
        section: "web",
        description: "security-group/web of afterpay",
        ingress: [
          { ...http, source: { kind: "group", value: "load-balancer" } },
          { ...http, source: web },
          { ...http, source: { kind: "cidr4", value: "0.0.0.0/0" } },
          { ...http, source: { kind: "cidr6", value: "2001:db8::/32" } },
          {
            protocol: "udp",
            fromPort: 8000,
            toPort: 8010,
            source: { kind: "group-id", value: "sg-0123456789abcdef0" },
          },
          {
            protocol: "tcp",
            fromPort: 0,
            toPort: 65535,
            source: { kind: "prefix-list", value: "pl-0123456789abcdef0" },
          },
          { protocol: "icmp", fromPort: -1, toPort: -1, source: inside },
          { protocol: "icmp", fromPort: 8, toPort: -1, source: inside },
          { protocol: "all", fromPort: -1, toPort: -1, source: web },
        ],
        egress: [],
      },
      {
        section: "load-balancer",
        name: "ELB",
        description: "Front",
        ingress: [],
        egress: [
          {
            protocol: "all",
            fromPort: -1,
            toPort: -1,
            destination: { kind: "cidr4", value: "0.0.0.0/0" },
          },
        ],
      },
    ]);
  });

  test("the zones are a number, names, or those of subnets", () => {
    const zones = (network: string) => load(`${LEAST}network: ${network}\n`).network.zones;
    expect(zones("{ vpc: vpc-01234567 }")).toEqual({ kind: "count", count: 2 });
    expect(zones("{ zones: 3 }")).toEqual({ kind: "count", count: 3 });
    // Of a region, of a local zone and of a Wavelength zone.
    const names = ["us-east-1a", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1"];
    expect(zones(`{ zones: [${names.join(", ")}] }`)).toEqual({ kind: "names", names });
    const subnets = ["subnet-0123456789abcdef0", "subnet-01234567"];
    expect(zones(`{ subnets: [${subnets.join(", ")}] }`)).toEqual({ kind: "of-subnets", subnets });
  });

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

  test("circles of groups are legal", () => {
    const groups = `securityGroups:
  a: { ingress: [{ port: 1, from: [a, b] }] }
  b: { ingress: [{ port: 1, from: a }], egress: [{ port: 1, to: a }] }
`;
    expect(load(LEAST + groups).securityGroups).toHaveLength(2);
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
