import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { programUnderTest } from "../terminal/program-under-test.ts";
import { directory, type RealEnd, Shell } from "./real-process.ts";
import { SmallDisk, whyNoSmallDisk } from "./small-disk.ts";
import { minimal, type StackFile, toYaml } from "./stack-files.ts";

const program = programUnderTest();

const missing = whyNoSmallDisk();

/** With a key that is kept where the test says. */
const keyed: StackFile = { ...minimal, keyPair: { generate: "./disk/afterpay.pem" } };

function expectClearError({ code, stdout, stderr }: RealEnd, ...words: readonly RegExp[]): void {
  const told = stdout + stderr;
  expect(code, told).toBe(1);
  expect(told).not.toMatch(/^\s+at /m);
  expect(told).not.toContain("bug of its own");
  for (const word of words) expect(told).toMatch(word);
}

test.skipIf(missing !== undefined)(
  `a disk that gets full under the sandbox and the key ends in words, and nothing is half written${missing === undefined ? "" : ` (${missing})`}`,
  async () => {
    const cwd = directory();
    const empty = await new Shell(cwd, program.path).succeed("sandbox show");
    const disk = await SmallDisk.mount(join(cwd, "disk"), 4);
    onTestFinished(() => disk.unmount());
    const shell = new Shell(cwd, program.path, { prefix: disk.prefix(disk.path) });
    const write = `cat > afterpay.yaml <<'END'\n${toYaml({ ...keyed, keyPair: { generate: "./afterpay.pem" } })}END`;
    disk.do("sh", "-c", write);
    const whole = /^(afterpay\.(yaml|pem)|\.reconcile|sandbox\.json|\.gitignore)$/;
    let failures = 0;
    // Kilobytes: nothing fits, then the key, the account, the account beside its next state, and so on.
    for (const size of [4, 12, 44, 68, 84, 120]) {
      disk.resize(size);
      const ended = await shell.run("apply --yes");
      if (ended.code !== 0) {
        failures += 1;
        expectClearError(
          ended,
          /no space left on device|ENOSPC/,
          /Free some disk space|free space/,
        );
      }
      const files = disk.do("sh", "-c", "ls -A; ls -A .reconcile").trim().split("\n");
      expect(files.filter((file) => file !== "" && !whole.test(file))).toEqual([]);
      const state = disk.do("sh", "-c", "cat .reconcile/sandbox.json || true");
      if (state !== "") expect(() => JSON.parse(state)).not.toThrow();
    }
    expect(failures).toBeGreaterThan(3);
    disk.resize(10_000);
    await shell.demandConvergence(empty);
  },
);

test.skipIf(missing !== undefined)(
  `a full disk leaves no half of a plan, and no key that AWS knows${missing === undefined ? "" : ` (${missing})`}`,
  async () => {
    const cwd = directory(keyed);
    const disk = await SmallDisk.mount(join(cwd, "disk"), 64);
    onTestFinished(() => disk.unmount());
    const shell = new Shell(cwd, program.path, { prefix: disk.prefix(cwd) });
    const empty = await shell.succeed("sandbox show");
    await shell.succeed("plan --out disk/plan.json");
    const saved = disk.do("cat", "plan.json");
    disk.do("sh", "-c", "cat /dev/zero > filler 2> filler.error || true");
    for (const out of ["disk/plan.json", "disk/other.json", "/dev/full"]) {
      expectClearError(await shell.run(`plan --out ${out}`), /the disk is full/);
    }
    expectClearError(await shell.run("apply --yes"), /afterpay\.pem/, /ENOSPC/, /free space/);
    expect(disk.do("ls", "-A").trim().split("\n")).toEqual(["filler", "filler.error", "plan.json"]);
    expect(disk.do("cat", "plan.json")).toBe(saved);
    expect(await shell.succeed("sandbox call ec2 DescribeKeyPairs")).not.toContain("KeyName");
    disk.do("rm", "filler");
    await shell.demandConvergence(empty);
  },
);

/** The superuser may write anywhere; "nobody" may not, and may not read our own directories either. */
const nobody = 65_534;
const isSuperuser = process.getuid?.() === 0;

function unprivileged(cwd: string): Shell {
  if (!isSuperuser) return new Shell(cwd, program.path);
  cpSync(dirname(program.path), join(cwd, "program"), { recursive: true });
  for (const path of [cwd, ...["program", "afterpay.yaml"].map((name) => join(cwd, name))]) {
    chmodSync(path, 0o755);
    chownSync(path, nobody, nobody);
  }
  return new Shell(cwd, join(cwd, "program/reconcile.js"), { uid: nobody, gid: nobody });
}

test("a directory that cannot be written to is named before anything is done", async () => {
  const cwd = directory();
  const shell = unprivileged(cwd);
  chmodSync(cwd, 0o555);
  expectClearError(await shell.run("apply --yes"), /\.reconcile/, /permissions/);
  chmodSync(cwd, 0o755);
  await shell.succeed("apply --yes");
});

test("where the key or the plan cannot be written nothing else is harmed", async () => {
  const cwd = directory(keyed);
  const shell = unprivileged(cwd);
  const empty = await shell.succeed("sandbox show");
  const keys = join(cwd, "disk");
  mkdirSync(keys, { mode: 0o555 });
  for (const line of ["plan", "apply --yes"]) {
    expectClearError(await shell.run(line), /afterpay\.pem/, /EACCES/, /permissions/);
  }
  expect(readdirSync(keys)).toEqual([]);
  expect(readFileSync(join(cwd, ".reconcile/sandbox.json"), "utf8")).not.toContain('"ssh-ed25519');
  chmodSync(keys, 0o755);
  if (isSuperuser) chownSync(keys, nobody, nobody);
  mkdirSync(join(cwd, "plans"), { mode: 0o555 });
  expectClearError(
    await shell.run("plan --out plans/plan.json"),
    /plans\/plan\.json: you do not have permission/,
  );
  await shell.demandConvergence(empty);
});
