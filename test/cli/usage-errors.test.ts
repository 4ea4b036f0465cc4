import { describe, expect, test } from "vitest";
import { MINIMAL, Process } from "./process.ts";

/** What a command line that is wrong gets on standard error; it has to be one line. */
async function told(line: string): Promise<string> {
  const process = new Process({ "shop.yaml": MINIMAL });
  expect(await process.run(line)).toBe(1);
  expect(process.stdout.text).toBe("");
  expect(process.stderr.text).toMatch(/^Error: [^\n]+\n$/);
  return process.stderr.text;
}

describe("what people know from other tools gets the way here, in one line", () => {
  test.each<[line: string, way: string]>([
    ["diff", "`reconcile plan`"],
    ["preview shop.yaml", "`reconcile plan`"],
    ["up", "`reconcile apply`"],
    ["deploy shop.yaml", "`reconcile apply`"],
    ["Deploy", "`reconcile apply`"],
    ["import aws_instance.web i-0123456789abcdef0", "`reconcile plan`"],
    ["state list", "`reconcile status`"],
    ["refresh", "There is no state file"],
    ["taint web", "There is no state file"],
    ["workspace select prod", "Each stack has its own stack file"],
    ["console", "`reconcile status`"],
    ["fmt", "`reconcile validate`"],
    ["sandbox ls", "`reconcile sandbox show`"],
    ["apply -auto-approve", "Use --yes"],
    ["apply --auto-approve shop.yaml", "Use --yes"],
    ["apply --approve", "Use --yes"],
    ["apply -y", "Use --yes"],
    ["apply --force", "Use --yes"],
    ["apply --dry-run", "`reconcile plan`"],
    ["plan -target=web", "whole stack file"],
    ["apply --target web", "whole stack file"],
    ["plan -var size=2", "no variables"],
    ["plan -var-file=prod.tfvars", "no variables"],
    ["plan -f ../a/shop.yaml", "`reconcile plan ../a/shop.yaml`"],
    ["status --file=my.yaml", "`reconcile status my.yaml`"],
    ["plan --file", "`reconcile plan shop.yaml`"],
    ["plan -o plan.json", "Use --out"],
    ["status -o json", "Use --json"],
    ["plan -out=plan.json", "Write --out, with two dashes"],
    ["plan -json", "Write --json, with two dashes"],
    ["plan -detailed-exitcode", "`reconcile plan --check`"],
    ["-v plan", "--verbose"],
    ["-v", "--version"],
    ["watch", "`reconcile status --watch`"],
    ["rollout status", "`reconcile status --watch`"],
    ["scale web=3", "`reconcile plan`"],
    ["apply --watch", "`reconcile status --watch`"],
    ["status -w", "Use --watch to"],
    ["status --follow", "Use --watch to"],
    ["status --wait", "Use --watch --check"],
    ["help diff", "`reconcile plan`"],
    ["graph -f dot shop.yaml", "Use --format to choose"],
    ["graph --output graph.svg shop.yaml", "> graph.svg"],
    ["image --out build.sh shop.yaml", "> build.sh"],
    ["-V", "--version"],
    ["apply --plan", "`reconcile apply --help`"],
    ["plan --out", "`reconcile plan --help`"],
    ["plan --region", "`reconcile --help`"],
    ["sandbox call", "needs service. Run `reconcile sandbox call --help`"],
    ["sandbox capacity ap-southeast-2a", "`reconcile sandbox capacity --help`"],
  ])("%s", async (line, way) => {
    expect(await told(line)).toContain(way);
  });

  test.each([
    ...["adopt", "release", "policy", "show", "output", "init"],
    ...["completion", "logs", "rehearse", "fleet"],
  ])("%s, which a later version may have, is said to be missing", async (name) => {
    const text = await told(name);
    expect(text).toContain(`the command "${name}" is not available in this version`);
    expect(text).not.toContain("Did you mean");
  });
});

test.each([
  [
    "apply --yes=true",
    'the option "--yes" of reconcile apply takes no value. Write it without "=true"',
  ],
  ["status --watch=1", 'the option "--watch" of reconcile status takes no value'],
  ["--sandbox=true plan", 'the option "--sandbox" of reconcile takes no value'],
])("an option that exists is not said to be missing: %s", async (line, way) => {
  const text = await told(line);
  expect(text).toContain(way);
  expect(text).not.toContain("has no option");
});

test.each<[line: string, near: string]>([
  ["help aply", "Did you mean `reconcile apply`?"],
  ["aply", "Did you mean `reconcile apply`?"],
  ["statsu", "Did you mean `reconcile status`?"],
  ["sandbox shwo", "Did you mean `reconcile sandbox show`?"],
  ["plan --chekc", "Did you mean --check?"],
  ["--sandbx plan", "Did you mean --sandbox?"],
])("a misspelled word gets the nearest one: %s", async (line, near) => {
  expect(await told(line)).toContain(near);
});

describe("nothing suggests what deletes", () => {
  const typos = (word: string) => [
    ...Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1)),
    ...Array.from(word.slice(1), (_, at) => {
      const [one = "", other = ""] = word.slice(at, at + 2);
      return word.slice(0, at) + other + one + word.slice(at + 2);
    }),
    `${word}s`,
    word.toUpperCase(),
  ];

  test.each([
    ...typos("destroy"),
    ...["down", "delete", "remove", "rm", "teardown", "terminate", "undeploy", "deploy", "prune"],
    ...["purge", "clean", "reset", "wipe", "empty"],
    ...typos("reset").map((word) => `sandbox ${word}`),
    ...["sandbox destroy", "sandbox delete", "sandbox clear", "sandbox empty"],
  ])("%s", async (line) => {
    if (line === "sandbox reset") return;
    const text = await told(line);
    // What was typed is quoted; nothing else may name it.
    expect(text.replace(/"[^"]*"/, "")).not.toMatch(/destroy|reset/i);
  });

  test.each(["-auto-approve", "--auto-approve", "-y", "-yes", "--yess", "--force", "--dry-run"])(
    "nor deletes without asking: destroy %s",
    async (option) => {
      const text = (await told(`destroy ${option}`)).replace(/"[^"]*"/, "");
      expect(text).not.toContain("--yes");
    },
  );
});

test("under --json, the way is the error's remedy", async () => {
  const process = new Process();
  expect(await process.run("preview --json")).toBe(1);
  expect(process.stderr.text).toBe("");
  expect(JSON.parse(process.stdout.text)).toEqual({
    error: {
      kind: "user",
      message: 'reconcile has no command "preview"',
      remedy: "Run `reconcile plan` to see what differs from the stack file.",
    },
  });
  expect(await process.run("apply --auto-approve --json")).toBe(1);
  expect(JSON.parse(process.stdout.text)).toMatchObject({
    event: "finished",
    ok: false,
    error: { remedy: "Use --yes to apply without asking." },
  });
});

describe("a plan that is named in place of a stack file", () => {
  test.each<[line: string, way: string]>([
    ["apply plan.out", "run: reconcile apply --plan plan.out"],
    ["apply --sandbox --yes plan.out", "run: reconcile apply --yes --sandbox --plan plan.out"],
    ["plan plan.out", "Name the stack file"],
    ["validate plan.out", "Name the stack file"],
    ["apply --yes plan.json", "`reconcile plan --out plan.json`"],
  ])("%s", async (line, way) => {
    const process = new Process({ "shop.yaml": MINIMAL });
    expect(await process.run("plan --sandbox --out plan.out shop.yaml")).toBe(0);
    expect(await process.run("plan --sandbox --json shop.yaml")).toBe(0);
    process.write("plan.json", process.stdout.text);
    expect(await process.run(line)).toBe(1);
    expect(process.stderr.text).toContain("not a stack file");
    expect(process.stderr.text).toContain(way);
  });
});
