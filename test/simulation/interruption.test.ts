import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildProgram } from "../terminal/program.ts";
import { Random } from "./random.ts";
import { minimal, toYaml } from "./stack-files.ts";

let program: ReturnType<typeof buildProgram>;

beforeAll(() => {
  program = buildProgram();
  // The bundler takes a second, and more while other tests run.
}, 60_000);

afterAll(() => program.remove());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "reconcile-interruption-"));
  onTestFinished(() => {
    chmodSync(path, 0o755);
    rmSync(path, { recursive: true, force: true });
  });
  writeFileSync(join(path, "afterpay.yaml"), toYaml(minimal));
  return path;
}

/** The real program, as its own process; a minute of AWS's time takes 0.04 seconds. */
function start(
  cwd: string,
  line: string,
  options: SpawnOptions = {},
  path = program.path,
): ChildProcess {
  return spawn(process.execPath, [path, ...line.split(" "), "--sandbox"], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, RECONCILE_SANDBOX_SPEED: "1500" },
    ...options,
  });
}

function end(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

async function run(cwd: string, line: string): Promise<Ended> {
  return end(start(cwd, line));
}

async function demandConvergence(cwd: string, empty: string): Promise<void> {
  const applied = await run(cwd, "apply --yes");
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
  const check = await run(cwd, "plan --check");
  expect(check.code, check.stdout + check.stderr).toBe(0);
  const destroyed = await run(cwd, "destroy --yes");
  expect(destroyed.code, destroyed.stdout + destroyed.stderr).toBe(0);
  expect((await run(cwd, "sandbox show")).stdout).toBe(empty);
}

test("a process that is interrupted at random moments leaves what the next one goes on from", async () => {
  const cwd = directory();
  const empty = (await run(cwd, "sandbox show")).stdout;
  const random = new Random(1);
  // Five minutes of AWS's time in a fifth of a second; the start itself takes up to a second of this one.
  for (let round = 0; round < 10; round += 1) {
    const child = start(cwd, "apply --yes --json");
    const signal = random.pick(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const);
    setTimeout(() => child.kill(signal), random.between(50, 1_500)).unref();
    const ended = await end(child);
    const told = `${signal}: ${JSON.stringify(ended)}`;
    expect(ended.stderr, told).not.toMatch(/^\s+at /m);
    if (ended.signal === null) expect([0, 130], told).toContain(ended.code);
    // A signal that comes before the program listens ends it, as it would any other.
    else expect(ended.signal, told).toBe(signal);
  }
  await demandConvergence(cwd, empty);
});

test("a closed pipe or terminal does not stop the work half done", async () => {
  const cwd = directory();
  const empty = (await run(cwd, "sandbox show")).stdout;
  const child = start(cwd, "apply --yes");
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await end(child);
  expect(code).toBe(0);
  expect((await run(cwd, "plan --check")).code).toBe(0);
  await demandConvergence(cwd, empty);
});

test("a full disk under standard output ends in words, and harms nothing", async () => {
  const cwd = directory();
  const empty = (await run(cwd, "sandbox show")).stdout;
  const full = openSync("/dev/full", "w");
  const child = start(cwd, "apply --yes", { stdio: ["ignore", full, "pipe"] });
  const ended = await end(child);
  closeSync(full);
  expect(ended.stderr, ended.stderr).not.toMatch(/^\s+at /m);
  expect(ended.stderr).toContain("the disk is full");
  expect(ended.code).toBe(1);
  expect((await run(cwd, "plan --check")).code, "the work went on").toBe(0);
  await demandConvergence(cwd, empty);
});

test("a directory that cannot be written to is named before anything is done", async () => {
  const cwd = directory();
  // The superuser may write anywhere; "nobody" may not, and may not read our own directories either.
  if (process.getuid?.() === 0) {
    cpSync(dirname(program.path), join(cwd, "program"), { recursive: true });
    chmodSync(join(cwd, "program"), 0o755);
  }
  chmodSync(cwd, 0o555);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const path = process.getuid?.() === 0 ? join(cwd, "program/reconcile.js") : program.path;
  const ended = await end(start(cwd, "apply --yes", nobody, path));
  expect(ended.code, JSON.stringify(ended)).toBe(1);
  expect(ended.stderr).toContain(".reconcile");
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});
