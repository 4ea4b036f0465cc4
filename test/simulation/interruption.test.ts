import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { programUnderTest } from "../terminal/program-under-test.ts";
import { Terminal } from "../terminal/terminal.ts";
import { Random } from "./random.ts";
import { directory, end, Shell } from "./real-process.ts";

const program = programUnderTest();

test("a process that is interrupted at random moments leaves what the next one goes on from", async () => {
  const shell = new Shell(directory(), program.path);
  const empty = await shell.succeed("sandbox show");
  const random = new Random(1);
  // Five minutes of AWS's time in a fifth of a second; the start itself takes up to a second of this one.
  for (let round = 0; round < 10; round += 1) {
    const child = shell.start("apply --yes --json");
    const signal = random.pick(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const);
    setTimeout(() => child.kill(signal), random.between(50, 1_500)).unref();
    const ended = await end(child);
    const told = `${signal}: ${JSON.stringify(ended)}`;
    expect(ended.stderr, told).not.toMatch(/^\s+at /m);
    if (ended.signal === null) expect([0, 130], told).toContain(ended.code);
    // A signal that comes before the program listens ends it, as it would any other.
    else expect(ended.signal, told).toBe(signal);
  }
  await shell.demandConvergence(empty);
});

test("a pipe that breaks does not stop the work half done", async () => {
  const shell = new Shell(directory(), program.path);
  const empty = await shell.succeed("sandbox show");
  const child = shell.start("apply --yes");
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await end(child);
  expect(code).toBe(0);
  expect((await shell.run("plan --check")).code, "the work went on").toBe(0);
  await shell.demandConvergence(empty);
});

test("a full disk under standard output ends in words, and harms nothing", async () => {
  const shell = new Shell(directory(), program.path);
  const empty = await shell.succeed("sandbox show");
  const full = openSync("/dev/full", "w");
  const ended = await shell.run("apply --yes", { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  expect(ended.stderr, ended.stderr).not.toMatch(/^\s+at /m);
  expect(ended.stderr).toContain("the disk is full");
  expect(ended.code).toBe(1);
  expect((await shell.run("plan --check")).code, "the work went on").toBe(0);
  await shell.demandConvergence(empty);
});

/** Slow enough to close the terminal in between: a build takes a second. */
const slow = { RECONCILE_SANDBOX_SPEED: "240" };

// Several times, since what the program is just about to do with the terminal is chance.
test.each([1, 2])("a terminal that closes stops the apply as Ctrl-C does (%i)", async () => {
  const shell = new Shell(directory(), program.path);
  const empty = await shell.succeed("sandbox show");
  const words = [process.execPath, program.path, "apply", "--sandbox", "--yes"] as const;
  const terminal = new Terminal(words, { cwd: shell.cwd, env: slow });
  await terminal.shows(/image\/afterpay +creating for /);
  // The system hangs up, and so does whoever started it: two signals at once are no impatience.
  terminal.hangUp();
  expect(await terminal.exited).toBe(130);
  expect(readdirSync(join(shell.cwd, ".reconcile"))).toEqual([".gitignore", "sandbox.json"]);
  await shell.demandConvergence(empty);
});

test.each([
  {
    moment: "the work",
    line: "apply --sandbox --yes",
    shown: /image\/afterpay +creating for /,
    code: "0",
    differs: 0,
  },
  {
    moment: "the question",
    line: "apply --sandbox",
    shown: /Do you want to continue\?/,
    code: "130",
    differs: 2,
  },
])(
  "a terminal that closes without hanging up does not stop $moment half done",
  async ({ line, shown, code, differs }) => {
    const shell = new Shell(directory(), program.path);
    const empty = await shell.succeed("sandbox show");
    // Who leads the session hears of the end, and lives on; the program only finds nobody there.
    const script = `trap : HUP; "$NODE" "$PROGRAM" ${line}; echo $? > code`;
    const terminal = new Terminal(["/bin/sh", "-c", script], {
      cwd: shell.cwd,
      env: { NODE: process.execPath, PROGRAM: program.path, ...slow },
    });
    await terminal.shows(shown);
    terminal.hangUp();
    const file = join(shell.cwd, "code");
    const written = () => existsSync(file) && readFileSync(file, "utf8");
    expect(await vi.waitUntil(written, 40_000)).toBe(`${code}\n`);
    expect((await shell.run("plan --check")).code).toBe(differs);
    await shell.demandConvergence(empty);
  },
);
