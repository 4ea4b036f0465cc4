import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MINIMAL, Process } from "./process.ts";

test("a saved plan that is damaged gets words, whatever happened to it", async () => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
  const whole = readFileSync(join(shop.directory, "plan.json"));
  const damages = fc.oneof(
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc
      .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 5 }))
      .map(([at, put]) => Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + 7)])),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(`{"savedPlan":2,"document":${text}}`)),
  );
  await fc.assert(
    fc.asyncProperty(damages, async (content) => {
      writeFileSync(join(shop.directory, "plan.json"), content);
      expect(await shop.run("apply --sandbox --yes --plan plan.json")).toBe(1);
      expect(shop.stderr.text).toMatch(
        /^Error: plan\.json (is not a saved plan|is a damaged|was saved)/,
      );
      expect(shop.stderr.text).toContain("reconcile plan --out");
      expect(shop.stderr.text).not.toMatch(/bug of its own|^ +at /m);
    }),
    { numRuns: 60 },
  );
});

test.each<[string, (plan: ReturnType<typeof JSON.parse>) => void]>([
  ["resources without their fields", ({ desired }) => desired.forEach(empty)],
  ["a field that is nothing", ({ desired }) => desired.forEach(nothing)],
  ["a reference to nothing", ({ desired }) => desired.forEach(astray)],
  ["an address twice", ({ desired }) => desired.push(...desired)],
])("a saved plan with a sum of its own is damaged all the same: %s", async (_, change) => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  expect(await shop.run("plan --sandbox --out plan.json")).toBe(0);
  const { document, desired, live } = JSON.parse(
    readFileSync(join(shop.directory, "plan.json"), "utf8"),
  );
  const saved = { document, desired, live };
  change(saved);
  const sha256 = createHash("sha256").update(JSON.stringify(saved)).digest("hex");
  shop.write("plan.json", JSON.stringify({ savedPlan: 2, sha256, ...saved }));
  expect(await shop.run("apply --sandbox --yes --plan plan.json")).toBe(1);
  expect(shop.stderr.text).toMatch(
    /^Error: plan\.json is a damaged saved plan|not what they were when the plan was saved/,
  );
  expect(shop.stderr.text).not.toMatch(/bug of its own|^ +at /m);
});

type Wanted = { fields: Record<string, unknown> };

function empty(wanted: Wanted): void {
  wanted.fields = {};
}

function nothing({ fields }: Wanted): void {
  for (const name of Object.keys(fields)) fields[name] = null;
}

function astray({ fields }: Wanted): void {
  for (const name of Object.keys(fields)) {
    fields[name] = JSON.parse(
      JSON.stringify(fields[name]).replaceAll(/"(\w[\w-]*)\/[\w-]+"/g, '"$1/nowhere"'),
    );
  }
}

test("a file that is far too large for a plan is not read to its end", async () => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  shop.write("plan.json", " ".repeat(2 ** 25 + 1));
  expect(await shop.run("apply --sandbox --yes --plan plan.json")).toBe(1);
  expect(shop.stderr.text).toContain("it is larger than 32 MiB");
});
