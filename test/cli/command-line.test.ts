import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { MINIMAL, Process } from "./process.ts";

describe("exit codes", () => {
  test.each<[reason: string, line: string, code: number]>([
    ["the version is an answer", "--version", 0],
    ["so is the version of a command", "plan --version", 0],
    ["help is an answer", "--help", 0],
    ["help of a command too", "apply --help", 0],
    ["the short form of it", "apply -h", 0],
    ["the program's help in short", "-h", 0],
    ["help as a command", "help", 0],
    ["and for a command", "help apply", 0],
    ["no command is a mistake", "", 1],
    ["an unknown command", "aply", 1],
    ["an unknown option", "plan --chekc", 1],
    ["an option without its value", "plan --out", 1],
    ["too many files", "plan a.yaml b.yaml", 1],
    ["no such file", "plan nowhere.yaml", 1],
    ["a device that has no end", "apply --yes --plan /dev/zero", 1],
    ["nobody to ask", "apply", 1],
    ["nobody to ask before a destruction", "destroy", 1],
    ["JSON cannot ask either", "apply --json", 1],
    ["a saved plan that is not there", "apply --yes --plan nowhere.json", 1],
    ["a file that is no saved plan", "apply --yes --plan shop.yaml", 1],
    ["a port that is none", "sandbox serve --port http", 1],
    ["input that is not JSON", "sandbox call ec2 DescribeVpcs {", 1],
    ["a good file", "validate", 0],
  ])("%s: %s", async (_reason, line, code) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await process.run(line)).toBe(code);
    expect(process.stdout.text + process.stderr.text).not.toBe("");
    expect(process.stderr.text).not.toMatch(/^\s+at /m);
    expect(process.listeners).toBe(0);
  });
});

test.each([["plan --region"], ["plan --profile"], ["plan --out"], ["apply --plan"], ["validate"]])(
  "%s with nothing for its value says so, and looks at nothing",
  async (line) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await process.runWords([...line.split(" "), ""])).toBe(1);
    expect(process.stderr.text).toContain("It is empty: give it a value, or omit it.");
    expect(process.stdout.text).toBe("");
  },
);

test("--version is the package's, alone", async () => {
  const process = new Process();
  await process.run("--version");
  expect(process.stdout.text).toBe(`${packageJson.version}\n`);
});

test.each(["version", "version --sandbox"])("%s is the version, too", async (line) => {
  const process = new Process();
  expect(await process.run(line)).toBe(0);
  expect(process.stdout.text).toBe(`${packageJson.version}\n`);
  expect(await process.run(`${line} --json`)).toBe(0);
  expect(JSON.parse(process.stdout.text)).toEqual({ version: packageJson.version });
});

test("options are taken before and after the command", async () => {
  for (const line of ["--json validate", "validate --json"]) {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await process.run(line)).toBe(0);
    expect(JSON.parse(process.stdout.text)).toMatchObject({ ok: true });
  }
});

describe("an error under --json is JSON alone on standard output", () => {
  test.each([
    ["of the command line", "plan --chekc --json"],
    ["of a command line with lines, and options before the command", "--json apply --chekc"],
    ["of a command line that names no command", "--json"],
    ["of the file", "plan nowhere.yaml --json"],
    ["of a command with lines", "apply nowhere.yaml --yes --json"],
    ["of a missing answer", "destroy --json"],
  ])("%s", async (_reason, line) => {
    const process = new Process();
    expect(await process.run(line)).toBe(1);
    expect(process.stderr.text).toBe("");
    const printed: unknown = JSON.parse(process.stdout.text);
    expect(printed).toHaveProperty("error.message", expect.stringMatching(/^\w/));
    if (/\b(apply|destroy)\b/.test(line)) {
      expect(printed).toMatchObject({ event: "finished", ok: false });
    }
  });
});

test("a quota of the sandbox that is no number says so", async () => {
  const process = new Process({ "shop.yaml": MINIMAL });
  process.env = { RECONCILE_SANDBOX_VCPUS: "few" };
  expect(await process.run("plan --sandbox")).toBe(1);
  expect(process.stderr.text).toContain("RECONCILE_SANDBOX_VCPUS");
});

test.each(["fast", "1e308", "1000001"])(
  "a sandbox speed that is none says so: %s",
  async (speed) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    process.env = { RECONCILE_SANDBOX_SPEED: speed };
    expect(await process.run("plan --sandbox")).toBe(1);
    expect(process.stderr.text).toContain("RECONCILE_SANDBOX_SPEED");
  },
);
