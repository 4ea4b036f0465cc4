import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { SandboxError } from "../../src/sandbox/sandbox-error.ts";
import { services } from "../../src/sandbox/services.ts";
import { resetStateFile } from "../../src/sandbox/state-file.ts";

let directory: string;
let stateFile: string;
const opened: Sandbox[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reconcile-sandbox-"));
  stateFile = join(directory, "deep", "sandbox.json");
});
afterEach(async () => {
  vi.useRealTimers();
  for (const sandbox of opened.splice(0)) await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(options: { speed?: number } = {}): Promise<Sandbox> {
  const sandbox = await createSandbox({
    stateFile,
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  opened.push(sandbox);
  return sandbox;
}

async function close(sandbox: Sandbox): Promise<void> {
  opened.splice(opened.indexOf(sandbox), 1);
  await sandbox.close();
}

const group = { GroupName: "web", Description: "x" };

test.each(["sandbox.json.lock.%.new", "sandbox.json.%.tmp"])(
  "a link that lies at %s leads no writing to another file",
  async (name) => {
    mkdirSync(join(directory, "deep"));
    const victim = join(directory, "victim");
    writeFileSync(victim, "mine");
    const lying = join(directory, "deep", name.replace("%", String(process.pid)));
    symlinkSync("../victim", lying);
    const sandbox = await open();
    if (!existsSync(lying)) symlinkSync("../victim", lying);
    await sandbox.call("ec2", "CreateSecurityGroup", group);
    await close(sandbox);
    expect(readFileSync(victim, "utf8")).toBe("mine");
  },
);

/** What a person would be told. */
async function complaint(): Promise<SandboxError> {
  try {
    await open();
  } catch (error) {
    if (error instanceof SandboxError) return error;
    throw error;
  }
  throw new Error("The sandbox opened.");
}

test("what was written is there again, and only the owner may read it", async () => {
  const first = await open();
  await first.call("ec2", "CreateSecurityGroup", group);
  const inventory = first.inventory();
  await close(first);
  expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  const second = await open();
  expect(second.inventory()).toEqual(inventory);
  expect(readdirSync(join(directory, "deep")).sort()).toEqual([
    "sandbox.json",
    "sandbox.json.lock",
  ]);
});

test("a write is on the disk before it is answered; a read writes nothing", async () => {
  const sandbox = await open();
  await sandbox.call("ec2", "CreateSecurityGroup", group);
  const text = readFileSync(stateFile, "utf8");
  expect(text).toContain('"name":"web"');
  writeFileSync(stateFile, "untouched");
  await sandbox.call("ec2", "DescribeSecurityGroups", {});
  expect(readFileSync(stateFile, "utf8")).toBe("untouched");
});

test("a sandbox that was closed leaves the file to whoever has it now", async () => {
  const first = await open();
  await close(first);
  const second = await open();
  await second.call("ec2", "CreateSecurityGroup", group);
  const text = readFileSync(stateFile, "utf8");
  await first.close();
  await expect(first.call("ec2", "CreateSecurityGroup", group)).rejects.toThrow(/closed/);
  expect(readFileSync(stateFile, "utf8")).toBe(text);
});

test("time goes on while nobody looks, at the speed of the last run", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00Z"), toFake: ["Date"] });
  const first = await open({ speed: 60 });
  const { Images } = Object(await first.call("ec2", "DescribeImages", { Owners: ["amazon"] }));
  await first.call("ec2", "RunInstances", {
    ImageId: Images[0].ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
  });
  const before = first.now();
  await close(first);
  vi.setSystemTime(Date.now() + 10_000);
  const second = await open({ speed: 1 });
  expect(second.now() - before).toBe(600_000);
  expect(second.inventory()["instance"]).toMatchObject([{ state: "running" }]);
  // A clock that was set back does not take sandbox time back.
  const reached = second.now();
  await close(second);
  vi.setSystemTime(Date.parse("2026-01-01T00:00:00Z"));
  expect((await open()).now()).toBeGreaterThanOrEqual(reached);
});

// Without EC2, there was no sandbox.
const later = services.map(({ name }) => name).filter((name) => name !== "ec2");

test.each(later)(
  "a file that was written before the sandbox had %s is read as one in which it has nothing",
  async (name) => {
    const first = await open();
    const image = Object(await first.call("ec2", "DescribeImages", { Owners: ["amazon"] }));
    await first.call("ec2", "CreateLaunchTemplate", {
      LaunchTemplateName: "web",
      LaunchTemplateData: { ImageId: image.Images[0].ImageId, InstanceType: "t3.micro" },
    });
    await createBalancer(first);
    await createGroup(first);
    const inventory = first.inventory();
    await close(first);
    const tables = services.find((service) => service.name === name)?.tables ?? [];
    const state = JSON.parse(readFileSync(stateFile, "utf8"));
    for (const region of Object.values<Record<string, object>>(state.regions)) {
      for (const table of tables) {
        // An object that the inventory does not show may not exist.
        if (table.view !== undefined) expect(Object.keys(region)).toContain(table.name);
        delete region[table.name];
      }
    }
    writeFileSync(stateFile, JSON.stringify(state));
    const second = await open();
    const missing = tables.map((table) => table.name);
    expect(second.inventory()).toEqual(
      Object.fromEntries(Object.entries(inventory).filter(([type]) => !missing.includes(type))),
    );
    if (name === "elasticloadbalancing") await createBalancer(second);
    if (name === "autoscaling") await createGroup(second);
    expect(Object.keys(second.inventory()).sort()).toEqual(Object.keys(inventory).sort());
  },
);

function createBalancer(sandbox: Sandbox): Promise<unknown> {
  return sandbox.call("elb", "CreateLoadBalancer", {
    LoadBalancerName: "web",
    AvailabilityZones: ["ap-southeast-2a"],
    Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
  });
}

function createGroup(sandbox: Sandbox): Promise<unknown> {
  return sandbox.call("autoscaling", "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    MinSize: 0,
    MaxSize: 0,
    AvailabilityZones: ["ap-southeast-2a"],
    LaunchTemplate: { LaunchTemplateName: "web" },
  });
}

test("a time that could not be read again is not written", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00Z"), toFake: ["Date"] });
  await close(await open());
  const text = readFileSync(stateFile, "utf8");
  const sandbox = await open({ speed: Number.MAX_VALUE });
  vi.setSystemTime(Date.now() + 10_000);
  await expect(sandbox.call("ec2", "CreateSecurityGroup", group)).rejects.toThrow();
  await close(sandbox).catch(() => {});
  expect(JSON.parse(readFileSync(stateFile, "utf8")).now).toBe(JSON.parse(text).now);
});

describe("a second user of the file", () => {
  test("in this process is told, and nothing changes", async () => {
    const first = await open();
    const error = await complaint();
    expect(error.message).toContain(`in use by another process (${process.pid})`);
    expect(error.remedy).toContain("sandbox.json.lock");
    await first.call("ec2", "CreateSecurityGroup", group);
  });

  test("in another process is told, and may come when that one has gone", async () => {
    await close(await open());
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      writeFileSync(`${stateFile}.lock`, String(other.pid));
      expect((await complaint()).message).toContain(`(${other.pid})`);
    } finally {
      const gone = new Promise((resolve) => other.once("exit", resolve));
      other.kill("SIGKILL");
      await gone;
    }
    await open();
  });

  test("a lock left behind by a dead process, or by an earlier one with our own id, is no obstacle", async () => {
    await close(await open());
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    for (const text of [String(dead), String(process.pid), ""]) {
      writeFileSync(`${stateFile}.lock`, text);
      await close(await open());
    }
  });
});

describe("a file that cannot be used stays as it is", () => {
  test.each([
    ["no JSON", "{ half", /is damaged: /, /sandbox reset/],
    ["other JSON", '{"version":1,"hello":"world"}', /does not describe an account/, /reset/],
    ["a list", "[]", /does not describe an account/, /reset/],
    ["a newer format", '{"version":2}', /newer release/, /sandbox reset/],
    ["nothing at all", "", /is damaged/, /reset/],
  ])("%s", async (_reason, text, message, remedy) => {
    await close(await open());
    writeFileSync(stateFile, text);
    const error = await complaint();
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
    expect(readFileSync(stateFile, "utf8")).toBe(text);
    // The lock was let go of, so that a reset is possible; it keeps the file aside.
    const aside = resetStateFile(stateFile);
    expect(readFileSync(aside ?? "", "utf8")).toBe(text);
    await open();
  });
});

test("what killed processes have left of it is gone at the next start", async () => {
  const sandbox = await open();
  await sandbox.close();
  const gone = spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).stdout.trim();
  const folder = join(directory, "deep");
  for (const rest of [`.${gone}.tmp`, ".1.tmp", `.lock.${gone}.new`, `.lock.${gone}.stale`]) {
    writeFileSync(`${stateFile}${rest}`, "{");
  }
  // A living process may be about to take the lock; and what is named otherwise is somebody's.
  const kept = [
    `sandbox.json.lock.${process.ppid}.new`,
    "sandbox.json.copy.tmp",
    "sandbox.json.old",
  ];
  for (const name of kept) writeFileSync(join(folder, name), "");
  await open();
  expect(readdirSync(folder).toSorted()).toEqual(
    ["sandbox.json", "sandbox.json.lock", ...kept].toSorted(),
  );
});

test.skipIf(process.platform === "win32")(
  "a pipe in its place is refused, not waited for",
  async () => {
    for (const name of ["", ".lock"]) {
      rmSync(join(directory, "deep"), { recursive: true, force: true });
      mkdirSync(join(directory, "deep"));
      spawnSync("mkfifo", [`${stateFile}${name}`]);
      await expect(open()).rejects.toThrow(/not a regular file/);
    }
  },
);

test("a directory that cannot be written is named", async () => {
  if (process.getuid?.() === 0) {
    // Nothing is forbidden to root; a file where the directory should be stops even root.
    writeFileSync(join(directory, "deep"), "");
  } else {
    chmodSync(directory, 0o500);
  }
  const error = await complaint();
  expect(error.message).toContain("Cannot write the sandbox's state file");
  expect(error.remedy).toContain("permissions");
});
