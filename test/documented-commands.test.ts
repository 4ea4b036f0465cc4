import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import packageLock from "../package-lock.json" with { type: "json" };
import { createSandbox } from "../src/sandbox/sandbox.ts";
import { Process } from "./cli/process.ts";
import { pass, startFakeTime } from "./scenarios/fake-time.ts";

const root = join(import.meta.dirname, "..");
const main = join(root, "src/cli/main.ts");
const readme = readFileSync(join(root, "README.md"), "utf8");

/**
 * What npm, or a tool like it, would fetch from its registry under the command's name. That package is
 * not this one, and it has a command of the same name.
 */
const FALLS_THROUGH = [
  /\b(?:npx|npm exec|npm x|pnpx|bunx)\s+(?!--no(?:-install)?\s+(?:--\s+)?reconcile\b)(?:-\S+\s+)*reconcile(?:@\S+)?(?=[\s`'"]|$)/,
  /\b(?:npm|pnpm|yarn|bun) (?:i|install|add|global add|dlx|create|init)\s+(?:-\S+\s+)*reconcile(?:@\S+)?(?=[\s`'"]|$)/,
  /\b(?:pnpm|yarn) dlx\s+(?:-\S+\s+)*reconcile(?:@\S+)?(?=[\s`'"]|$)/,
  /node_modules\/reconcile\//,
];

const PLACES = [
  ...["README.md", "CONTRIBUTING.md", "package.json"],
  ...[".ci", "docs", "examples", "scripts", "specs", "src"],
];

function fallsThrough(line: string): boolean {
  return FALLS_THROUGH.some((pattern) => pattern.test(line));
}

describe("no line can fall through to the registry's package of the command's name", () => {
  test.each([
    ["npx reconcile plan", true],
    ["`npx reconcile`", true],
    ["npx --yes reconcile plan", true],
    ["npx -y reconcile@latest plan", true],
    ["npm exec reconcile -- plan", true],
    ["npm install --save-dev reconcile", true],
    ["npm i -g reconcile", true],
    ["pnpm dlx reconcile plan", true],
    ["yarn add reconcile@3", true],
    ["./node_modules/reconcile/specs/stack.schema.json", true],
    ["npx --no-install reconcile plan", false],
    ["npx --no reconcile plan", false],
    ["npm install --save-dev ./reconcile-aws-0.1.0.tgz", false],
    ["npm install --save-dev reconcile-aws", false],
    ["./node_modules/reconcile-aws/specs/stack.schema.json", false],
  ])("%s: %j", (line, expected) => {
    expect(fallsThrough(line)).toBe(expected);
  });

  test("in anything that a person reads or runs", () => {
    const files = PLACES.flatMap((place) =>
      statSync(join(root, place)).isFile()
        ? [place]
        : readdirSync(join(root, place), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    );
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line, index) => (fallsThrough(line) ? [`${file}:${index + 1}: ${line}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

test("the package's name is its own, and the command's is not", () => {
  expect(packageJson.name).toBe("reconcile-aws");
  expect(packageLock.name).toBe(packageJson.name);
  expect(packageLock.packages[""].name).toBe(packageJson.name);
  expect(packageJson.bin).toEqual({ reconcile: "dist/reconcile.js" });
  expect(readme).toContain(`${packageJson.name}-${packageJson.version}.tgz`);
});

/** The fenced blocks below a heading of the README, without the indentation of a list. */
function blocks(heading: string, language: string): readonly string[] {
  const section = readme.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  const fences = section.matchAll(
    new RegExp(`^( *)(?:\\d\\. )?\`\`\`${language}\n(.*?)^ *\`\`\``, "gms"),
  );
  return [...fences].map(([, , body = ""]) => {
    const indent = /^ */.exec(body)?.[0] ?? "";
    return body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
  });
}

/** A project with the README's stack file, and an `npx` that runs these sources, as they are installed. */
function project() {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-readme-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [stackFile] = blocks("On a real account", "yaml");
  writeFileSync(join(directory, "shop.yaml"), stackFile ?? "");
  cpSync(join(root, "examples"), join(directory, "examples"), { recursive: true });
  const bin = join(directory, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "npx"),
    `#!/bin/sh\n[ "$1 $2" = "--no-install reconcile" ] || exit 99\nshift 2\nexec "${process.execPath}" "${main}" "$@"\n`,
  );
  chmodSync(join(bin, "npx"), 0o755);
  const run = (script: string) =>
    spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: directory,
      encoding: "utf8",
      env: {
        HOME: directory,
        PATH: `${bin}${delimiter}${process.env["PATH"]}`,
        RECONCILE_SANDBOX: "1",
        RECONCILE_SANDBOX_SPEED: "2000",
      },
    });
  return { run };
}

const hasBash = spawnSync("bash", ["--version"]).status === 0;

describe.skipIf(!hasBash)("the README's lines, as a CI job runs them (bash -e -o pipefail)", () => {
  test("for a real account, and in CI: the saved plan is applied", () => {
    const { run } = project();
    const [, lines = ""] = blocks("On a real account", "sh");
    const [ci = ""] = blocks("Correct drift automatically", "sh");
    expect(lines).toContain("validate shop.yaml");
    expect(ci.match(/^npx /gm)).toHaveLength(2);
    // A job has nobody to ask.
    const reads = lines.replace(/^npx .* apply .*$/m, "");
    expect(run(`${reads}\n${ci}`)).toMatchObject({ status: 0, stderr: "" });
    // The same lines when nothing differs.
    expect(run(ci)).toMatchObject({ status: 0, stderr: "" });
    const [cron = ""] = blocks("Correct drift automatically", "");
    const command = cron.replace(/^.*&& /, "");
    expect(command).toContain("apply --yes --quiet shop.yaml");
    expect(run(command)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

/** The documented command lines, without what is before and behind them. */
const documented = ["README.md", "examples/demand.yaml", ...specs()]
  .flatMap((file) => readFileSync(join(root, file), "utf8").split("\n"))
  .flatMap((line) => /^(?:# {3}|npx --no-install )(reconcile [a-z].*)/.exec(line)?.[1] ?? [])
  .map((line) => line.replace(/ *[#&|;].*/, ""));

function specs(): readonly string[] {
  return readdirSync(join(root, "specs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("specs", name));
}

test.each([...new Set(documented)])("%s: the command and its options exist", async (line) => {
  const [, command = "", inner = ""] = line.split(" ");
  const words = command === "sandbox" ? [command, inner] : [command];
  const process = new Process();
  expect(await process.runWords([...words, "--help"])).toBe(0);
  const help = process.stdout.text;
  expect(help).toContain(`Usage: reconcile ${words.join(" ")} `);
  for (const [option] of line.matchAll(/(?<= )--[a-z-]+/g)) expect(help).toContain(`${option} `);
});

test("the lines that show a tier grow with its load", async () => {
  startFakeTime();
  // By day in Sydney, because the example's schedule allows only two servers at night.
  vi.setSystemTime("2026-01-06T00:00:00Z");
  onTestFinished(() => void vi.useRealTimers());
  const sandbox = await createSandbox({ speed: 1 });
  const process = new Process({}, { sandbox });
  cpSync(join(root, "examples"), join(process.directory, "examples"), { recursive: true });
  const [lines = ""] = blocks("Scale with demand", "sh");
  const commands = lines
    .trim()
    .split("\n")
    .map((line) => line.replace("npx --no-install reconcile ", "").replace(/ +#.*/, ""));
  expect(commands.map((line) => line.split(" ")[0])).toEqual(["apply", "sandbox", "status"]);
  // Nobody answers a question, and a watch does not end by itself.
  for (const line of commands) {
    const alone = line.replace(/^apply /, "apply --yes ").replace(" --watch", "");
    expect(await pass(process.run(alone)), process.stderr.text).toBe(0);
    if (!line.startsWith("sandbox")) continue;
    expect(process.stdout.text).toContain("uses 90 % of its CPU");
    await pass(sandbox.clock.sleep(30 * 60_000));
  }
  const [, serving] = /Healthy: (\d+) of \d+ servers/.exec(process.stdout.text) ?? [];
  expect(Number(serving)).toBeGreaterThan(2);
});
