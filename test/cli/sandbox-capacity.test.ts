import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StatusDocument } from "../../src/engine/status-format.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

let sandbox: Sandbox;
let process: Process;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
  process = new Process({ "shop.yaml": MINIMAL }, { sandbox });
});

afterEach(() => {
  vi.useRealTimers();
});

async function run(line: string): Promise<string> {
  const code = await pass(process.run(line));
  expect(code, process.stderr.text).toBe(0);
  return process.stdout.text;
}

async function zonesOfServers(): Promise<readonly string[]> {
  const { instances } = JSON.parse(await run("status --sandbox --json")) as StatusDocument;
  return instances.map(({ zone }) => zone).sort();
}

test("a person takes a zone's capacity away, and sees the servers launched in the other", async () => {
  expect(await run("sandbox capacity ap-southeast-2a none t3.micro")).toBe(
    "ap-southeast-2a now has no capacity for t3.micro.\n",
  );
  expect(await run("sandbox show")).toContain("ap-southeast-2a t3.micro  none");
  // The builder is in the first zone.
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(1);
  expect(process.stdout.text + process.stderr.text).toContain(
    "do not have sufficient t3.micro capacity in the Availability Zone you requested (ap-southeast-2a)",
  );
  await run("sandbox capacity ap-southeast-2a plenty");
  expect(await run("sandbox show")).not.toContain("shortage");
  await run("apply --sandbox --yes");
  const [zone = ""] = await zonesOfServers();
  await run(`sandbox capacity ${zone} none`);
  const { instances } = JSON.parse(await run("status --sandbox --json")) as StatusDocument;
  const InstanceIds = instances.map(({ id }) => id);
  await sandbox.call("ec2", "TerminateInstances", { InstanceIds });
  // The first attempt is made where most is missing, and fails.
  await vi.advanceTimersByTimeAsync(600_000);
  await run("apply --sandbox --yes");
  expect(await zonesOfServers()).not.toContain(zone);
});

test("a new stack is in zones that offer its servers' type", async () => {
  await run("sandbox capacity ap-southeast-2a not-offered t3.micro --json");
  const offered = await run(`sandbox call ec2 DescribeInstanceTypeOfferings ${byZone}`);
  expect(offered).not.toContain("ap-southeast-2a");
  await run("apply --sandbox --yes");
  const zones = await zonesOfServers();
  expect(zones.length).toBeGreaterThan(0);
  expect(zones).not.toContain("ap-southeast-2a");
});

const byZone =
  '{"LocationType":"availability-zone","Filters":[{"Name":"instance-type","Values":["t3.micro"]}]}';

test.each([
  ["no such zone", "us-east-1a none", "Invalid availability zone: [us-east-1a]"],
  ["no such type", "ap-southeast-2a none t9.micro", "Invalid value 't9.micro' for InstanceType"],
  ["no such capacity", "ap-southeast-2a little", "Use plenty, none or not-offered."],
])("%s is an error, and changes nothing", async (_name, words, told) => {
  expect(await pass(process.run(`sandbox capacity ${words}`))).toBe(1);
  expect(process.stderr.text).toContain(told);
  const launch = sandbox.call("ec2", "DescribeInstanceTypeOfferings", {
    LocationType: "availability-zone",
    Filters: [{ Name: "instance-type", Values: ["t3.micro"] }],
  });
  expect(await launch).toMatchObject({ InstanceTypeOfferings: { length: 3 } });
});
