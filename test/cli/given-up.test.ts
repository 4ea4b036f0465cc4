import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { openEndpoint } from "../aws/loopback.ts";
import { MINIMAL, Process } from "./process.ts";

const lines = [
  "plan",
  "plan --json",
  "status",
  "status --json",
  "apply --yes",
  "apply --yes --json",
  "destroy --yes",
  "destroy --yes --json",
  "graph",
];

describe("a look-up that fails ends all others", () => {
  test.each(lines)("of %s, in the same moment", async (line) => {
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
    onTestFinished(() => void vi.useRealTimers());
    const sandbox = await createSandbox({ speed: 1 });
    sandbox.setFaults({
      rules: [
        { operation: "DescribeSecurityGroups", kind: "deny" },
        // No answer comes before the others would give up by themselves.
        { kind: "slow", delayMilliseconds: 3_600_000 },
      ],
    });
    const process = new Process({ "afterpay.yaml": MINIMAL }, { sandbox });
    // No time passes: whatever waited for another answer would never end.
    expect(await process.run(`${line} --sandbox`)).toBe(1);
    const told = process.stdout.text + process.stderr.text;
    expect(told).toContain("not allowed to call ec2:DescribeSecurityGroups");
    const calls: string[] = [];
    sandbox.observe(({ operation }) => calls.push(operation));
    await vi.advanceTimersByTimeAsync(7_200_000);
    expect(calls).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("and those that wait to be repeated", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
    onTestFinished(() => void vi.useRealTimers());
    const sandbox = await createSandbox({ speed: 1 });
    let calls = 0;
    sandbox.observe(() => {
      calls += 1;
    });
    sandbox.setFaults({
      rules: [
        { operation: "DescribeSecurityGroups", kind: "deny", delayMilliseconds: 1_000 },
        { kind: "throttle" },
      ],
    });
    const process = new Process({ "afterpay.yaml": MINIMAL }, { sandbox });
    let isOver = false;
    const ended = process.run("plan --sandbox").finally(() => {
      isOver = true;
    });
    while (!isOver) await vi.advanceTimersByTimeAsync(100);
    expect(await ended).toBe(1);
    const before = calls;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const main = join(import.meta.dirname, "../../src/cli/main.ts");

/** The real program against an endpoint, in an environment that names nothing else of AWS. */
async function runProgram(url: string, line: string) {
  const { directory } = new Process({ "afterpay.yaml": MINIMAL });
  const program = spawn(process.execPath, [main, ...line.split(" ")], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: directory,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_REGION: "ap-southeast-2",
      AWS_ACCESS_KEY_ID: "anyone",
      AWS_SECRET_ACCESS_KEY: "anything",
      AWS_ENDPOINT_URL: url,
    },
  });
  let told = "";
  let toldAt = 0;
  for (const stream of [program.stdout, program.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      toldAt = performance.now();
    });
  }
  const [code] = (await once(program, "close")) as [number];
  return { code, told, lingered: performance.now() - toldAt };
}

describe("the real program", () => {
  test.each(lines)("ends %s with the error's words", async (line) => {
    const endpoint = await openEndpoint(({ action }, response) => {
      // The others are never answered, and would be waited for a minute each.
      if (action !== "DescribeSecurityGroups") return;
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Please log in</h1>");
    });
    const { code, told, lingered } = await runProgram(endpoint.url, line);
    expect(code).toBe(1);
    expect(told).toContain("is not AWS: it sent status 200, text/html");
    expect(told).toContain("Please log in");
    // A second as a rule; of a loaded machine no more is asked than that nothing was waited for.
    expect(lingered).toBeLessThan(20_000);
  });
});
