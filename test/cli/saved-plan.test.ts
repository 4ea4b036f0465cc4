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

test("a file that is far too large for a plan is not read to its end", async () => {
  const shop = new Process({ "shop.yaml": MINIMAL });
  shop.write("plan.json", " ".repeat(2 ** 25 + 1));
  expect(await shop.run("apply --sandbox --yes --plan plan.json")).toBe(1);
  expect(shop.stderr.text).toContain("it is larger than 32 MiB");
});
