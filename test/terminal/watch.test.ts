import { execFileSync } from "node:child_process";
import { expect, type TestContext, test, vi } from "vitest";
import type { StatusDocument } from "../../src/engine/status-format.ts";
import { exampleDirectory } from "./program.ts";
import { programUnderTest } from "./program-under-test.ts";
import { Terminal } from "./terminal.ts";

const program = programUnderTest();

/** A stack without an image's checks and a load balancer, so that it is there within seconds. */
const SMALL = `version: 1
stack: shop
image: { base: amazon-linux-2023 }
scaling: { min: 2, max: 2 }
`;

/** A directory with a stack that is applied, and what somebody does there in another terminal. */
function appliedStack({ onTestFinished }: Pick<TestContext, "onTestFinished">) {
  const directory = exampleDirectory(() => SMALL);
  onTestFinished(() => directory.remove());
  const reconcile = (...words: string[]) =>
    execFileSync(process.execPath, [program.path, ...words], {
      cwd: directory.path,
      env: { ...process.env, RECONCILE_SANDBOX_SPEED: "600" },
      encoding: "utf8",
      stdio: "pipe",
    });
  const apply = () => reconcile("apply", "--sandbox", "--yes");
  apply();
  return {
    apply,
    ids() {
      const { instances } = JSON.parse(
        reconcile("status", "--sandbox", "--json"),
      ) as StatusDocument;
      return instances.map(({ id }) => id);
    },
    /** A group of that many servers, which stay away or come, however busy the machine is. */
    scale(DesiredCapacity: number) {
      const group = { AutoScalingGroupName: "shop", MinSize: 0, DesiredCapacity };
      const call = ["sandbox", "call", "autoscaling", "UpdateAutoScalingGroup"];
      reconcile(...call, JSON.stringify(group));
    },
    watch(columns: number, rows: number, ...words: string[]): Terminal {
      const line = [program.path, "status", "--watch", "--sandbox", ...words] as const;
      const terminal = new Terminal([process.execPath, ...line], {
        cwd: directory.path,
        columns,
        rows,
        env: { RECONCILE_SANDBOX_SPEED: "60" },
      });
      onTestFinished(() => terminal.close());
      return terminal;
    },
  };
}

const HEALTHY = /✓ Healthy: 2 of 2 servers are in service/;

test("a watched status shows servers go and come, and stays when q ends it", async (context) => {
  const stack = appliedStack(context);
  const [gone = ""] = stack.ids();
  const watch = stack.watch(80, 30);
  await watch.shows(HEALTHY);
  await watch.shows(/Press q to quit/);
  stack.scale(0);
  await watch.shows(/✗ NOT HEALTHY: 0 of 2 servers are in service/);
  await watch.shows(new RegExp(`CHANGES, NEWEST FIRST[\\s\\S]*\\d\\d:\\d\\d:\\d\\d ${gone}`));
  stack.scale(2);
  await watch.shows(HEALTHY);
  watch.type("q");
  expect(await watch.exited).toBe(0);
  const lines = await watch.lines();
  expect(lines.join("\n")).toMatch(HEALTHY);
  // What stays is the whole status, once, and nothing of the picture.
  expect(lines.filter((line) => line.startsWith("Stack shop"))).toHaveLength(1);
  expect(lines.join("\n")).not.toContain("Press q to quit");
  expect(lines.join("\n")).toMatch(/✓ image\/shop +ready/);
  expect(watch.isCursorVisible).toBe(true);
});

test("Ctrl-C ends a watched status at once, with 130, and a resize draws it anew", async (context) => {
  const stack = appliedStack(context);
  const watch = stack.watch(120, 30);
  await watch.shows(HEALTHY);
  watch.resize(50, 12);
  await vi.waitFor(async () => {
    const screen = await watch.screen();
    expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(screen.filter((line) => line.startsWith("Stack shop"))).toHaveLength(1);
    expect(screen.join("\n")).toMatch(/… \d+ more lines/);
    expect(screen.at(-1)).toMatch(/Press q|quit\.$/);
  }, 20_000);
  watch.type("\u0003");
  expect(await watch.exited).toBe(130);
  expect(watch.isCursorVisible).toBe(true);
});

test("with a check, the watch ends as soon as all is well", async (context) => {
  const stack = appliedStack(context);
  stack.scale(0);
  const watch = stack.watch(80, 30, "--check");
  await watch.shows(/✗ NOT HEALTHY: 0 of 2[\s\S]*Differs from the stack file/);
  stack.apply();
  await watch.shows(HEALTHY);
  expect(await watch.exited).toBe(0);
  expect((await watch.lines()).join("\n")).toMatch(/✓ Matches the stack file/);
});
