import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { NOTICES } from "../../scripts/notices.ts";
import { exampleDirectory } from "../terminal/program.ts";
import { Terminal } from "../terminal/terminal.ts";
import { type Packed, packAndInstall } from "./packed.ts";

const root = join(import.meta.dirname, "../..");

/** A build and npm take seconds, and minutes where others use the machine as well. */
const patience = 180_000;
vi.setConfig({ testTimeout: patience });

let packed: Packed;
beforeAll(async () => {
  packed = await packAndInstall();
}, patience);
afterAll(() => packed?.remove());

function installed(path = ""): string {
  return join(packed.project, "node_modules", packageJson.name, path);
}

function paths(): readonly string[] {
  return packed.files.map(({ path }) => path);
}

/** npm packs no `.gitignore`. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".gitignore")
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
}

test("the package has the program, the contract, the examples, and nothing else", () => {
  const listed = (folder: string, pattern: RegExp) =>
    readdirSync(join(root, folder))
      .filter((name) => pattern.test(name))
      .map((name) => `${folder}/${name}`);
  const fixed = [
    ...["LICENSE", "README.md", "package.json"],
    ...["cached-code.js", "exit-code.js", "reconcile.js", "terminal.js", NOTICES].map(
      (name) => `dist/${name}`,
    ),
    ...listed("examples", /\.(yaml|py)$/),
    ...["ansible", "flask", "go", "node", "static"].flatMap((name) => filesIn(`examples/${name}`)),
    ...listed("specs", /./),
  ];
  const program = /^dist\/program\/[\w.-]+-[\w-]{8}\.cjs$/;
  expect(
    paths()
      .filter((path) => !program.test(path))
      .sort(),
  ).toEqual(fixed.sort());
  expect(paths().filter((path) => program.test(path)).length).toBeGreaterThan(10);
});

test("the package is small, and only its command is executable", () => {
  // Bytes, compressed. A source map alone is larger.
  expect(packed.size).toBeLessThan(1_550_000);
  const executable = packed.files.filter(({ mode }) => (mode & 0o111) !== 0);
  expect(executable.map(({ path }) => path)).toEqual([packageJson.bin.reconcile]);
});

test("no file names a path of the machine on which it was built", () => {
  const places = [root, dirname(packed.project)];
  const naming = paths().filter((path) => {
    const text = readFileSync(installed(path), "utf8");
    return places.some((place) => text.includes(place));
  });
  expect(naming).toEqual([]);
});

test("the program is in ASCII, which it takes least time and memory to load", () => {
  const program = paths().filter((path) => path.startsWith("dist/program/"));
  const others = program.filter((path) =>
    readFileSync(installed(path)).some((byte) => byte > 0x7f),
  );
  expect(others).toEqual([]);
});

test("an installation installs this package alone", () => {
  expect(Object.keys(packageJson)).not.toContain("dependencies");
  const modules = join(packed.project, "node_modules");
  expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual([packageJson.name]);
});

test("the notices name every package in the bundles, with its licence", () => {
  const notices = readFileSync(installed(`dist/${NOTICES}`), "utf8");
  const folders = packed.bundled.flatMap(
    (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  const missing = [...new Set(folders)].filter((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    return !notices.split("\n").includes(`${name} ${version} (${license})`);
  });
  expect(missing).toEqual([]);
  for (const name of ["@aws-sdk/client-ec2", "commander", "ink", "react", "yaml", "zod"]) {
    expect(folders.some((folder) => folder.endsWith(`/${name}`))).toBe(true);
  }
  // Packages without a file, whose licence demands their copyright notice.
  for (const [name, holder] of [
    ["yoga-layout", "Meta Platforms, Inc. and affiliates"],
    ["proxy-agent-negotiate", "Nathan Rajlich"],
  ] as const) {
    const section = notices.split(/^-{80}$/m).filter((text) => text.includes(`\n${name} `));
    expect(section.join()).toMatch(new RegExp(`^Copyright .*${holder}`, "m"));
  }
  // Two licences that demand their text, as their packages have it.
  for (const name of ["@aws-sdk/client-ec2", "react"]) {
    expect(notices).toContain(
      readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8").trim(),
    );
  }
});

test("the installed command validates, applies in the sandbox, and draws its screen", async () => {
  const example = exampleDirectory();
  try {
    cpSync(example.path, packed.project, { recursive: true });
  } finally {
    example.remove();
  }
  const env = { PATH: process.env["PATH"] ?? "", HOME: packed.project };
  const command = ["npx", "--no-install", "reconcile"] as const;
  const run = (...argv: readonly string[]) =>
    execFileSync(command[0], [...command.slice(1), ...argv], {
      cwd: packed.project,
      encoding: "utf8",
      env: { ...env, RECONCILE_SANDBOX_SPEED: "600" },
    });
  expect(run("--version")).toBe(`${packageJson.version}\n`);
  expect(run("validate")).toMatch(/is a valid stack file/);
  expect(run("apply", "--sandbox", "--yes")).toMatch(/^URL +http:\/\//m);
  const terminal = new Terminal([...command, "plan", "--sandbox"], { cwd: packed.project, env });
  try {
    expect(await terminal.exited).toBe(0);
    expect((await terminal.lines()).join("\n")).toMatch(/No changes: 7 resources match/);
    // Ink hides the cursor. The text for pipes does not.
    expect(terminal.written).toContain("\u001b[?25l");
  } finally {
    await terminal.close();
  }
});
