import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

beforeEach(startFakeTime);

afterEach(() => {
  vi.useRealTimers();
});

async function stack(): Promise<Process> {
  return new Process({ "shop.yaml": MINIMAL }, { sandbox: await createSandbox({ speed: 1 }) });
}

const silent = (process: Process) => expect(process.stdout.text + process.stderr.text).toBe("");

describe("--quiet", () => {
  test("prints nothing when there is nothing to report, with --json too", async () => {
    const process = await stack();
    expect(await pass(process.run("validate --quiet"))).toBe(0);
    silent(process);
    expect(await pass(process.run("destroy --sandbox --yes --quiet"))).toBe(0);
    silent(process);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    for (const line of [
      "plan --sandbox --quiet",
      "plan --sandbox --quiet --check",
      "--quiet plan --sandbox --json",
      "apply --sandbox --yes --quiet",
      "apply --sandbox --yes --quiet --json",
      "status --sandbox --quiet",
      "status --sandbox --quiet --json",
      "validate --quiet --json",
    ]) {
      expect(await pass(process.run(line)), line).toBe(0);
      silent(process);
    }
  });

  test("changes nothing of what differs", async () => {
    const process = await stack();
    const lines = async (line: string, code: number) => {
      expect(await pass(process.run(line))).toBe(code);
      return process.stdout.text;
    };
    const plan = await lines("plan --sandbox --check", 2);
    expect(await lines("plan --sandbox --check --quiet", 2)).toBe(plan);
    expect(JSON.parse(await lines("plan --sandbox --json --quiet", 0))).toHaveProperty("changes");
    expect(await lines("plan --sandbox --quiet --out plan.json", 0)).toContain(
      "Saved to plan.json",
    );
    const applied = await lines("apply --sandbox --yes --quiet", 0);
    expect(applied).toMatch(/^[^\n]*sandbox/);
    expect(applied).toContain("Done:");
    const destroyed = await lines("destroy --sandbox --yes --quiet --json", 0);
    expect(destroyed.trim().split("\n").at(-1)).toContain('"event":"finished"');
  });

  test("hides no status that is not all healthy", async () => {
    const process = await stack();
    expect(await pass(process.run("status --sandbox --quiet"))).toBe(0);
    expect(process.stdout.text).not.toBe("");
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(await pass(process.run("sandbox call autoscaling DescribeAutoScalingGroups"))).toBe(0);
    const { AutoScalingGroups } = JSON.parse(process.stdout.text);
    const id = AutoScalingGroups[0].Instances[0].InstanceId;
    const input = { InstanceId: id, HealthStatus: "Unhealthy", ShouldRespectGracePeriod: false };
    const call = ["sandbox", "call", "autoscaling", "SetInstanceHealth", JSON.stringify(input)];
    expect(await pass(process.runWords(call))).toBe(0);
    expect(await pass(process.run("status --sandbox --quiet"))).toBe(0);
    expect(process.stdout.text).toContain(id);
  });

  test("hides no warning and no error", async () => {
    const process = await stack();
    process.write(
      "open.yaml",
      `${MINIMAL}securityGroups:\n  web: { ingress: [{ port: 22, from: 0.0.0.0/0 }] }\n`,
    );
    expect(await pass(process.run("validate --quiet open.yaml"))).toBe(0);
    expect(process.stdout.text).toContain("warning: ");
    expect(await pass(process.run("plan --sandbox --quiet nowhere.yaml"))).toBe(1);
    expect(process.stderr.text).toContain("the file does not exist");
    expect(await pass(process.run("plan --quiet --chekc"))).toBe(1);
    expect(process.stderr.text).not.toBe("");
    expect(await pass(process.run("apply --quiet --yes --json nowhere.yaml"))).toBe(1);
    expect(JSON.parse(process.stdout.text)).toMatchObject({ event: "finished", ok: false });
  });
});
