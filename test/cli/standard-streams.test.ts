import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

beforeEach(startFakeTime);

afterEach(() => {
  vi.useRealTimers();
});

/** A process whose standard input holds a text. */
async function fed(text: string, files: Readonly<Record<string, string>> = {}): Promise<Process> {
  const process = new Process(files, { sandbox: await createSandbox({ speed: 1 }) });
  process.stdin.end(text);
  return process;
}

const APPLICATION = `${MINIMAL}application:
  source: { file: ./app.py }
  command: python3 app.py
  port: 8080
`;

describe("- in place of the stack file is standard input", () => {
  test.each<[line: string, code: number, stdout: string]>([
    ["validate -", 0, "<stdin> is a valid stack file"],
    ["plan --sandbox -", 0, "launch-template/shop"],
    ["plan --sandbox --check -", 2, "launch-template/shop"],
    ["status --sandbox -", 0, ""],
    ["graph --sandbox -", 0, "image/shop"],
    ["image --sandbox -", 0, "#!/bin/bash"],
    ["apply --sandbox --yes -", 0, "auto-scaling-group/shop"],
    ["destroy --sandbox --yes -", 0, ""],
  ])("%s", async (line, code, stdout) => {
    const process = await fed(MINIMAL);
    expect(await pass(process.run(line)), process.stderr.text).toBe(code);
    expect(process.stdout.text).toContain(stdout);
  });

  test("its paths start from the working directory", async () => {
    const process = await fed(APPLICATION, { "app.py": "print('hello')\n" });
    expect(await pass(process.run("validate -"))).toBe(0);
    const elsewhere = await fed(APPLICATION);
    expect(await pass(elsewhere.run("validate -"))).toBe(1);
    expect(elsewhere.stdout.text).toContain(join(elsewhere.directory, "app.py"));
  });

  test("what is wrong in it has its place", async () => {
    const process = await fed(`${MINIMAL}regoin: us-east-1\n`);
    expect(await pass(process.run("validate - --json"))).toBe(1);
    expect(JSON.parse(process.stdout.text)).toMatchObject({
      file: "<stdin>",
      problems: [{ file: "<stdin>", line: 5, column: 1 }],
    });
  });

  test("a saved plan in it is told of", async () => {
    const process = await fed('{ "savedPlan": 3 }');
    expect(await pass(process.run("apply --yes -"))).toBe(1);
    expect(process.stderr.text).toContain("run: reconcile apply --yes --plan -\n");
  });

  test.each(["apply -", "destroy -", "apply --plan -"])("%s needs --yes", async (line) => {
    const process = new Process({}, { terminal: true });
    expect(await pass(process.run(line))).toBe(1);
    expect(process.stderr.text).toContain("cannot ask for approval on standard input");
    const command = line.startsWith("apply --plan")
      ? "apply --plan - --yes"
      : line.replace(" ", " --yes ");
    expect(process.stderr.text).toContain(`reconcile ${command}\n`);
  });

  test("an interrupt ends the wait for it", async () => {
    const process = new Process();
    process.interruptsAtOnce = true;
    expect(await pass(process.run("plan --sandbox -"))).toBe(130);
  });
});

describe("--out - is standard output, for the saved plan alone", () => {
  test("the plan for a person is on standard error, and the saved one can be applied from standard input", async () => {
    const sandbox = await createSandbox({ speed: 1 });
    const planning = new Process({ "shop.yaml": MINIMAL }, { sandbox });
    expect(await pass(planning.run("plan --sandbox --out - shop.yaml"))).toBe(0);
    expect(JSON.parse(planning.stdout.text)).toHaveProperty("savedPlan");
    expect(planning.stderr.text).toContain("launch-template/shop");
    expect(planning.stderr.text).not.toContain("Saved to");
    const applying = new Process({}, { sandbox });
    applying.stdin.end(planning.stdout.text);
    expect(await pass(applying.run("apply --sandbox --yes --plan -")), applying.stderr.text).toBe(
      0,
    );
    expect(await pass(planning.run("plan --sandbox --check shop.yaml"))).toBe(0);
  });

  test("a saved plan of more than any plan has is refused as too large", async () => {
    const process = new Process({});
    process.stdin.end(Buffer.alloc(2 ** 25 + 1, " "));
    expect(await pass(process.run("apply --sandbox --yes --plan -"))).toBe(1);
    expect(process.stderr.text).toContain("standard input: it is larger than 32 MiB");
  });

  test("it is what a file would hold", async () => {
    const process = new Process(
      { "shop.yaml": MINIMAL },
      { sandbox: await createSandbox({ speed: 1 }) },
    );
    await pass(process.run("plan --sandbox --out plan.json shop.yaml"));
    expect(await pass(process.run("plan --sandbox --check --out=- shop.yaml"))).toBe(2);
    expect(process.stdout.text).toBe(readFileSync(join(process.directory, "plan.json"), "utf8"));
  });

  test("a terminal gets it without what steers a terminal", async () => {
    const process = new Process({ "shop.yaml": MINIMAL }, { terminal: true });
    expect(await pass(process.run("plan --sandbox --out - shop.yaml"))).toBe(0);
    expect(JSON.parse(process.stdout.text)).toHaveProperty("savedPlan");
  });

  test("it cannot be shared with --json", async () => {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await pass(process.run("plan --sandbox --json --out - shop.yaml"))).toBe(1);
    expect(JSON.parse(process.stdout.text)).toMatchObject({
      error: { message: "--json and --out - both print on standard output" },
    });
  });

  test("what is no plan says so", async () => {
    const process = await fed("version: 1\n");
    expect(await pass(process.run("apply --yes --plan -"))).toBe(1);
    expect(process.stderr.text).toContain("standard input is not a saved plan");
  });
});
