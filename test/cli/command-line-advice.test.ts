import { spawnSync } from "node:child_process";
import { Command } from "commander";
import { expect, test } from "vitest";
import { advise, type CommandLine, typedLine } from "../../src/cli/command-line.ts";
import { MINIMAL, Process } from "./process.ts";

/** What is advised, of all that was printed. */
async function advised(line: string): Promise<string> {
  const process = new Process({ "shop.yaml": MINIMAL });
  expect(await process.run(line)).toBe(1);
  return process.stderr.text;
}

test.each<[line: string, told: readonly string[]]>([
  ["apply", ["`reconcile plan` first to see the changes", ": reconcile apply --yes\n"]],
  [
    "--sandbox apply --region us-east-1 ../a/shop.yaml",
    [
      "`reconcile plan --sandbox --region us-east-1 ../a/shop.yaml` first to see the changes",
      ": reconcile apply --sandbox --region us-east-1 --yes ../a/shop.yaml\n",
    ],
  ],
  [
    "apply --sandbox --plan plan.json --profile=work --no-color",
    [": reconcile apply --plan plan.json --sandbox --profile work --no-color --yes\n"],
  ],
  [
    "destroy ../a/shop.yaml --verbose",
    [
      "`reconcile status --verbose ../a/shop.yaml` first to see the resources",
      ": reconcile destroy --verbose --yes ../a/shop.yaml\n",
    ],
  ],
])("%s, with nobody to ask, is advised as it was typed, with --yes", async (line, told) => {
  const text = await advised(line);
  for (const part of told) expect(text.replaceAll(/\s*$/g, "\n")).toContain(part);
});

test("a saved plan, or a destruction, is not looked at with plan", async () => {
  expect(await advised("apply --plan plan.json")).not.toContain("reconcile plan");
  expect(await advised("destroy")).not.toContain("reconcile plan");
});

/** The words that a shell makes of a line. */
function wordsOf(line: string): readonly string[] {
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

test.each([
  [["my stack.yaml"]],
  [["it's.yaml"]],
  [['$(rm -rf x);`y`&"z"\\.yaml']],
  [["-odd.yaml"]],
  [["~/*?[a].yaml"]],
  [["é.yaml"]],
])("a shell takes what is advised as what was typed: %j", (operands) => {
  const typed: CommandLine = {
    command: "plan",
    options: new Map([["--out", operands[0]]]),
    operands,
  };
  const words = wordsOf(advise(typed));
  expect(words.slice(0, 4)).toEqual(["reconcile", "plan", "--out", operands[0]]);
  const read: { out?: string; file?: string } = {};
  const program = new Command("reconcile").exitOverride();
  const command = program
    .command("plan")
    .argument("[file]")
    .option("--out <file>")
    .action((file: string, { out }: { out: string }) => {
      Object.assign(read, { file, out });
    });
  program.parse(words.slice(1), { from: "user" });
  expect(read).toEqual({ file: operands[0], out: operands[0] });
  expect(typedLine(command)).toEqual(typed);
});

test.each(["1", "true"])(
  "where RECONCILE_SANDBOX is %s, advice names the sandbox",
  async (value) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    process.env = { RECONCILE_SANDBOX: value };
    expect(await process.run("apply shop.yaml")).toBe(1);
    expect(process.stderr.text).toContain(": reconcile apply --sandbox --yes shop.yaml\n");
    expect(await process.run("plan --out plan.json shop.yaml")).toBe(0);
    expect(process.stdout.text).toContain("  reconcile apply --sandbox --plan plan.json\n");
  },
);

test.each(["no", "off", "False", "2", " "])(
  "RECONCILE_SANDBOX=%j does not choose silently between the sandbox and the account",
  async (value) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    process.env = { RECONCILE_SANDBOX: value };
    expect(await process.run("status --check --quiet shop.yaml")).toBe(1);
    expect(process.stdout.text).toBe("");
    expect(process.stderr.text).toContain(`RECONCILE_SANDBOX is ${JSON.stringify(value)}`);
  },
);
