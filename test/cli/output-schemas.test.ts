import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

beforeEach(startFakeTime);

afterEach(() => {
  vi.useRealTimers();
});

const root = join(import.meta.dirname, "../..");

function published(name: keyof typeof packageJson.exports) {
  return z.fromJSONSchema(
    JSON.parse(readFileSync(join(root, packageJson.exports[name]), "utf8")) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  );
}

const events = published("./events.schema.json");
const status = published("./status.schema.json");
const plan = published("./plan.schema.json");

const example = (name: string) => readFileSync(join(root, "examples", name), "utf8");

/** Every line of standard output, which has to be as the schema says. */
async function lines(process: Process, line: string, code: number): Promise<readonly unknown[]> {
  expect(await pass(process.run(line)), process.stderr.text).toBe(code);
  const values = process.stdout.text
    .trim()
    .split("\n")
    .map((each): unknown => JSON.parse(each));
  for (const value of values) {
    expect(events.safeParse(value).error?.issues ?? [], JSON.stringify(value)).toEqual([]);
  }
  return values;
}

async function whole(process: Process, line: string, code: number, schema: z.ZodType) {
  expect(await pass(process.run(line)), process.stderr.text).toBe(code);
  expect(schema.safeParse(JSON.parse(process.stdout.text)).error?.issues ?? []).toEqual([]);
  return process.stdout.text;
}

describe("what is printed is as the published schemas say", () => {
  test("plan, apply, status and destroy of a tier, from nothing to nothing", async () => {
    const process = new Process(
      { "afterpay.yaml": example("afterpay.yaml"), "tiny_app.py": example("tiny_app.py") },
      { sandbox: await createSandbox({ speed: 1 }) },
    );
    await whole(process, "status --sandbox --json", 0, status);
    await whole(process, "plan --sandbox --json", 0, plan);
    const applied = await lines(process, "apply --sandbox --yes --json", 0);
    const kinds = new Set(
      applied.map((value) => z.looseObject({ event: z.string() }).parse(value).event),
    );
    expect([...kinds].sort()).toEqual([
      "finished",
      "planned",
      "step-done",
      "step-progress",
      "step-started",
    ]);
    await lines(process, "apply --sandbox --yes --json", 0);
    const healthy = await whole(process, "status --sandbox --json", 0, status);
    expect(JSON.parse(healthy).instances).toHaveLength(2);
    process.write("afterpay.yaml", example("afterpay.yaml").replaceAll("max: 2", "max: 3"));
    await whole(process, "status --sandbox --check --json", 2, status);
    await whole(process, "plan --sandbox --json", 0, plan);
    await lines(process, "destroy --sandbox --yes --json", 0);
    await lines(process, "destroy --sandbox --yes --json", 0);
  });

  test("an apply that fails, with what its failure skips", async () => {
    const sandbox = await createSandbox({ speed: 1 });
    const broken = `${MINIMAL}`.replace(
      "image: { base: amazon-linux-2023 }",
      "image: { base: amazon-linux-2023, run: [exit 3] }",
    );
    const process = new Process({ "shop.yaml": broken }, { sandbox });
    const told = JSON.stringify(await lines(process, "apply --sandbox --yes --json", 1));
    expect(told).toContain('"step-failed"');
    expect(told).toContain('"step-skipped"');
    expect(told).toContain('"consoleOutput"');
  });

  test.each([
    ["a stack file that is wrong", "apply --sandbox --yes --json wrong.yaml", 1],
    ["a file that does not exist", "destroy --sandbox --yes --json nowhere.yaml", 1],
    ["nobody to ask", "apply --json", 1],
    ["a wrong command line", "apply --auto-approve --json", 1],
  ])("%s", async (_reason, line, code) => {
    const process = new Process({
      "shop.yaml": MINIMAL,
      "wrong.yaml": "version: 1\nstack: Shop\n",
    });
    await lines(process, line, code);
  });

  test("an interrupt", async () => {
    const process = new Process(
      { "shop.yaml": MINIMAL },
      { sandbox: await createSandbox({ speed: 1 }) },
    );
    process.interruptsAtOnce = true;
    await lines(process, "apply --sandbox --yes --json", 130);
  });
});

test("the schemas refuse what is not of their form", () => {
  const at = "2026-01-05T09:00:00.000Z";
  const step = { key: "image/shop create", verb: "create", address: "image/shop" };
  const started = { at, event: "step-started", ...step };
  expect(events.safeParse(started).success).toBe(true);
  for (const wrong of [
    { ...started, event: "step-begun" },
    { ...started, extra: 1 },
    { ...started, verb: "explode" },
    { ...started, address: "shop" },
    { at, event: "finished", ok: true },
    { at, event: "step-failed", ...step, error: { code: "NoMessage" } },
  ]) {
    expect(events.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
  expect(status.safeParse({ stack: "shop", region: "us-east-1" }).success).toBe(false);
});
