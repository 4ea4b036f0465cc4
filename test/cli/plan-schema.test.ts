import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { run } from "../../src/cli/run.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { pretendProcess } from "../scenarios/process.ts";

const root = join(import.meta.dirname, "../..");
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(root, "specs/plan.schema.json"), "utf8")),
);

async function planOf(file: string): Promise<unknown> {
  const sandbox = await createSandbox({});
  const { io, printed } = pretendProcess(join(root, "examples"), {});
  await run(["plan", file, "--sandbox", "--json"], { ...io, sandbox });
  return JSON.parse(printed().stdout);
}

test.each(["afterpay.yaml", "original.yaml", "minimal.yaml"])(
  "the plan of %s is what the published schema says",
  async (file) => {
    const plan = await planOf(file);
    expect(schema.safeParse(plan).error?.issues ?? []).toEqual([]);
  },
);

test("the schema refuses what is no plan", async () => {
  const plan = (await planOf("minimal.yaml")) as Record<string, unknown>;
  const wrong = [
    { ...plan, formatVersion: 2 },
    { ...plan, extra: true },
    { ...plan, changes: [{ address: "image/x", action: "explode", because: "", fields: [] }] },
    { ...plan, summary: { create: 1 } },
  ];
  for (const each of wrong) expect(schema.safeParse(each).success).toBe(false);
});
