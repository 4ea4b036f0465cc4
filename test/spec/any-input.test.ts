import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Loaded, loadStack } from "../../src/spec/load.ts";
import fc from "../fast-check.ts";

const folder = new URL("bad-input/", import.meta.url);
const examples = new URL("../../examples/", import.meta.url);
const texts = [folder, examples]
  .flatMap((where) => readdirSync(where).map((name) => new URL(name, where)))
  .filter(({ pathname }) => pathname.endsWith(".yaml"))
  .map((url) => readFileSync(url));

/** Whatever was read, the answer is a stack or reasons, each at a place that the text has. */
function expectSense(loaded: Loaded, content: string | Uint8Array): void {
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  const lines = text.split("\n").length;
  const errors = "errors" in loaded ? loaded.errors : [];
  expect("stack" in loaded).toBe(errors.length === 0);
  for (const { line, column, message, help } of [...errors, ...loaded.warnings]) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe("");
    expect(`${message}${help}`.length, "short enough to read").toBeLessThan(600);
    // What a terminal would obey instead of showing.
    expect(`${message}${help}`).not.toMatch(/(?![\n])\p{Cc}/u);
  }
}

test("any text is answered", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expectSense(loadStack(text, { file: "a.yaml" }), text);
    }),
    { numRuns: 500 },
  );
});

test("a long run of spaces in a duration is answered in no time that grows with its square", () => {
  const duration = `"1${" ".repeat(200_000)}!"`;
  const text = `version: 1
stack: shop
image: { base: amazon-linux-2023, builder: { timeout: ${duration} } }
scaling: { min: 1, max: 2 }
`;
  const loaded = loadStack(text, { file: "a.yaml" });
  expectSense(loaded, text);
  expect(loaded).toMatchObject({
    errors: [{ message: expect.stringContaining("expected a duration") }],
  });
});

test("any bytes are answered", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expectSense(loadStack(bytes, { file: "a.yaml" }), bytes);
    }),
    { numRuns: 500 },
  );
});

test("any run of YAML's own signs is answered", () => {
  const sign = fc.constantFrom(
    ..."-?:,[]{}#&*!|>'\"%@` \n\t~<=a1",
    "version: 1\n",
    "stack: a\n",
    "image:\n  base: debian-12\n",
    "scaling: { min: 1 }\n",
    "securityGroups:\n",
    "&a ",
    "*a ",
    "<<: ",
    "__proto__: ",
    "---\n",
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 60 }), (signs) => {
      const text = signs.join("");
      expectSense(loadStack(text, { file: "a.yaml" }), text);
    }),
    { numRuns: 1000 },
  );
});

test("any value is answered", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expectSense(loadStack(text, { file: "a.yaml" }), text);
    }),
    { numRuns: 300 },
  );
});

test("any damage to a real file is answered", () => {
  const damage = fc.record({
    file: fc.constantFrom(...texts),
    from: fc.nat({ max: 3000 }),
    length: fc.nat({ max: 40 }),
    put: fc.string({ unit: "grapheme", maxLength: 8 }),
  });
  fc.assert(
    fc.property(damage, ({ file, from, length, put }) => {
      const at = from % (file.length + 1);
      const bytes = Buffer.concat([
        file.subarray(0, at),
        Buffer.from(put),
        file.subarray(at + length),
      ]);
      expectSense(loadStack(bytes, { file: "a.yaml" }), bytes);
    }),
    { numRuns: 1000 },
  );
});

test("any wrong value in any field of a good file is answered at that field or below", () => {
  const good = JSON.stringify({
    version: 1,
    stack: "a",
    securityGroups: { web: { ingress: [{ port: 80, from: "0.0.0.0/0" }] } },
    image: { base: "debian-12", files: [{ path: "/etc/a", content: "x" }] },
    loadBalancer: { securityGroups: ["web"], listeners: [{ port: 80 }] },
    scaling: {
      min: 1,
      max: 4,
      securityGroups: ["web"],
      target: { cpu: 50 },
      scaleIn: true,
      schedule: { nights: { at: "0 20 * * mon-fri", zone: "Australia/Sydney", max: 2 } },
      suspended: ["AZRebalance"],
      protect: true,
      instanceTypes: ["m7i.large", "c7i.large"],
      spot: { share: 50, base: 1 },
      hooks: { launch: { run: "/usr/bin/true", timeout: "5m", failed: "abandon" } },
      rollout: { alarms: true, bake: "10m" },
    },
    alarms: {
      unhealthy: { servers: 1, for: "3m" },
      errors: { percent: 5, for: "5m" },
      slow: { p95: "2s", for: "5m" },
      launches: { for: "15m" },
    },
    notify: {
      to: [
        "ops@example.com",
        "https://hooks.example.com/",
        "arn:aws:sns:eu-west-1:111111111111:ops",
      ],
      on: ["alarms", "launches", "applies"],
    },
  });
  fc.assert(
    fc.property(fc.constantFrom(...leaves(JSON.parse(good))), fc.jsonValue(), (path, value) => {
      const file: unknown = JSON.parse(good);
      put(file, path, value);
      const text = JSON.stringify(file);
      expectSense(loadStack(text, { file: "a.yaml" }), text);
    }),
    { numRuns: 500 },
  );
});

type Path = readonly string[];

function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key])),
  ].filter(({ length }) => length > 0);
}

function put(file: unknown, path: Path, value: unknown): void {
  let here = file;
  for (const key of path.slice(0, -1)) here = Reflect.get(Object(here), key);
  Reflect.set(Object(here), path.at(-1) ?? "", value);
}
