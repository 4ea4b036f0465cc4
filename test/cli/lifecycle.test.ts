import { chmodSync, mkdirSync, promises, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import type { StatusDocument } from "../../src/engine/status-format.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

const files = { "shop.yaml": MINIMAL };
let sandbox: Sandbox;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
});

afterEach(() => {
  vi.useRealTimers();
});

function pipe(): Process {
  return new Process(files, { sandbox });
}

function terminal(): Process {
  return new Process(files, { sandbox, terminal: true });
}

describe("from nothing to nothing", () => {
  test("plan, apply, plan again, status, destroy: each with its exit code", async () => {
    const process = pipe();
    const before = sandbox.inventory();
    expect(await pass(process.run("plan --sandbox"))).toBe(0);
    expect(await pass(process.run("plan --sandbox --check"))).toBe(2);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(process.stdout.text).toMatch(/\nDone: 3 created in .*\n/);
    expect(process.stdout.text).toMatch(/^image +ami-/m);
    expect(await pass(process.run("plan --sandbox --check"))).toBe(0);
    expect(process.stdout.text).toContain("No changes:");
    expect(await pass(process.run("status --sandbox"))).toBe(0);
    expect(process.stdout.text).toContain("auto-scaling-group/shop");
    expect(await pass(process.run("destroy --sandbox --yes"))).toBe(0);
    expect(sandbox.inventory()).toEqual(before);
  });

  test("as JSON: a plan, lines of events, a status, each of the contract's form", async () => {
    const process = pipe();
    expect(await pass(process.run("plan --sandbox --json"))).toBe(0);
    const plan = JSON.parse(process.stdout.text) as PlanDocument;
    expect(Object.keys(plan).sort()).toEqual(
      [
        "formatVersion",
        "stack",
        "region",
        "account",
        "summary",
        "changes",
        "steps",
        "problems",
      ].sort(),
    );
    expect(plan.changes.map(({ action }) => action)).toEqual(["create", "create", "create"]);

    expect(await pass(process.run("apply --sandbox --yes --json"))).toBe(0);
    expect(process.stderr.text).toBe("");
    const events = process.stdout.lines
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as EngineEvent);
    expect(events[0]).toMatchObject({ event: "planned", summary: plan.summary });
    expect(events.at(-1)).toMatchObject({ event: "finished", ok: true, summary: { create: 3 } });
    expect(events.filter(({ event }) => event === "step-done")).toHaveLength(3);

    expect(await pass(process.run("status --sandbox --json"))).toBe(0);
    const status = JSON.parse(process.stdout.text) as StatusDocument;
    expect(status).toMatchObject({ stack: "shop", region: "ap-southeast-2" });
    expect(status.resources.map(({ address, type }) => `${type} ${address}`)).toEqual([
      "auto-scaling-group auto-scaling-group/shop",
      "image image/shop",
      "launch-template launch-template/shop",
    ]);
    const image = status.resources.find(({ type }) => type === "image");
    expect(image).toMatchObject({ id: status.outputs["image"] });

    expect(await pass(process.run("image --sandbox --checks --json"))).toBe(0);
    const { checks } = JSON.parse(process.stdout.text) as { checks: { id: string }[] };
    expect(checks.length).toBeGreaterThan(10);
    expect(image?.outputs).toMatchObject({ checksPassed: checks.length });
    expect(image?.outputs["checks"]).toEqual(expect.arrayContaining(checks.map(({ id }) => id)));
    expect(status.instances).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^i-/),
        zone: expect.stringMatching(/^ap-southeast-2/),
        image: status.outputs["image"],
        lifecycle: "InService",
        health: "Healthy",
      }),
    ]);

    expect(await pass(process.run("destroy --sandbox --yes --json"))).toBe(0);
    const last = JSON.parse(process.stdout.lines.at(-2) ?? "") as EngineEvent;
    expect(last).toMatchObject({ event: "finished", ok: true, summary: { delete: 3 } });
  });
});

describe("on a terminal", () => {
  test("apply asks, and changes nothing without a yes", async () => {
    const process = terminal();
    const before = sandbox.inventory();
    process.stdin.write("n\n");
    expect(await pass(process.run("apply --sandbox"))).toBe(1);
    expect(process.stdout.text).toContain("This will create 3 resources of stack shop");
    expect(process.stdout.text).toContain("Nothing has changed.");
    expect(sandbox.inventory()).toEqual(before);
    process.stdin.write("y\n");
    expect(await pass(process.run("apply --sandbox"))).toBe(0);
  });

  test("destroy wants the stack's name, and nothing else will do", async () => {
    const process = terminal();
    await pass(process.run("apply --sandbox --yes"));
    const before = sandbox.inventory();
    process.stdin.write("y\n");
    expect(await pass(process.run("destroy --sandbox"))).toBe(1);
    expect(sandbox.inventory()).toEqual(before);
    process.stdin.write("shop\n");
    expect(await pass(process.run("destroy --sandbox"))).toBe(0);
  });
});

describe("interrupts", () => {
  test("the first one starts nothing new, says what is left, and the next apply goes on", async () => {
    const process = pipe();
    let sent = false;
    const code = await pass(process.run("apply --sandbox --yes"), () => {
      if (sent || !process.stdout.text.includes("image/shop: creating")) return;
      sent = true;
      process.signal("SIGTERM");
    });
    expect(code).toBe(130);
    expect(process.stderr.text).toContain("Interrupt again to stop at once");
    expect(process.stdout.text).toContain("Not done:\n  create image/shop");
    expect(process.exits).toEqual([]);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(await pass(process.run("plan --sandbox --check"))).toBe(0);
  });

  test.each([
    "validate",
    "plan --sandbox",
    "status --sandbox",
    "graph --sandbox",
    "image --sandbox",
    "sandbox show",
  ])("while %s only looks, it ends without an answer", async (line) => {
    const process = pipe();
    process.interruptsAtOnce = true;
    expect(await pass(process.run(line))).toBe(130);
    expect(process.stdout.text).toBe("");
    expect(process.stderr.text).toContain("Interrupted");
    expect(process.listeners).toBe(0);
  });

  test.each([
    ["SIGINT", [130], "somebody is impatient"],
    ["SIGHUP", [], "a terminal that closes says so twice"],
  ] as const)("a second %s ends the process at once: %j (%s)", async (signal, exits, _why) => {
    const process = pipe();
    let sent = false;
    await pass(process.run("apply --sandbox --yes"), () => {
      if (sent || !process.stdout.text.includes("image/shop: creating")) return;
      sent = true;
      process.signal(signal);
      process.signal(signal);
    });
    expect(process.exits).toEqual(exits);
    expect(process.stderr.text.includes("stopped at once")).toBe(exits.length > 0);
  });
});

describe("what was left undone goes on", () => {
  /** Interrupted before anything is there. */
  async function cutShort(line: string): Promise<string> {
    const process = pipe();
    if (line.includes("--plan")) await pass(process.run("plan --sandbox --out plan.json"));
    let sent = false;
    const code = await pass(process.run(line), () => {
      if (sent || !process.stdout.text.includes("image/shop: creating")) return;
      sent = true;
      process.signal("SIGINT");
    });
    expect(code).toBe(130);
    return process.stdout.text;
  }

  test("by the command line that was typed", async () => {
    const told = await cutShort("apply --yes --sandbox shop.yaml --no-color");
    expect(told).toContain("Run `reconcile apply --yes --sandbox --no-color shop.yaml` again");
  });

  test("by a new plan, where it was a saved one: it is refused by then", async () => {
    const told = await cutShort("apply --sandbox --yes --plan plan.json");
    expect(told).toContain("(`reconcile plan --sandbox --out plan.json`), and apply it.");
  });
});

describe("a saved plan", () => {
  test("is carried out as it was shown", async () => {
    const process = pipe();
    expect(await pass(process.run("plan --sandbox --out plan.json"))).toBe(0);
    expect(process.stdout.text).toContain("\n  reconcile apply --sandbox --plan plan.json\n");
    // What counts is the plan, whatever became of the file.
    process.write("shop.yaml", "broken");
    expect(await pass(process.run("apply --sandbox --yes --plan plan.json"))).toBe(0);
    expect(process.stdout.text).toMatch(/\nDone: 3 created/);
  });

  test("is for its owner alone, whatever file was there before", async () => {
    const process = pipe();
    process.write("plan.json", "anyone's");
    chmodSync(join(process.directory, "plan.json"), 0o644);
    expect(await pass(process.run("plan --sandbox --out plan.json"))).toBe(0);
    expect(statSync(join(process.directory, "plan.json")).mode & 0o777).toBe(0o600);
  });

  test("that cannot be written is one JSON object: why", async () => {
    const process = pipe();
    expect(await pass(process.run("plan --sandbox --json --out no/plan.json"))).toBe(1);
    expect(JSON.parse(process.stdout.text)).toMatchObject({
      error: { kind: "user", message: "no/plan.json: the folder does not exist" },
    });
  });

  test("is refused once the live resources are others", async () => {
    const process = pipe();
    await pass(process.run("plan --sandbox --out plan.json"));
    await pass(process.run("apply --sandbox --yes"));
    const before = sandbox.inventory();
    expect(await pass(process.run("apply --sandbox --yes --plan plan.json"))).toBe(1);
    expect(process.stderr.text).toContain("image/shop");
    expect(sandbox.inventory()).toEqual(before);
  });

  test("is refused in another region", async () => {
    const process = pipe();
    await pass(process.run("plan --sandbox --out plan.json"));
    const line = "apply --sandbox --yes --plan plan.json --region us-east-1";
    expect(await pass(process.run(line))).toBe(1);
    expect(process.stderr.text).toContain("ap-southeast-2");
  });
});

test("a plan says that a key's file cannot be made, and not the apply", async () => {
  const process = pipe();
  process.write("keyed.yaml", `${MINIMAL}keyPair: { generate: ./closed/new/shop.pem }\n`);
  mkdirSync(join(process.directory, "closed"));
  // By the system's own answer, which is another for root.
  const closed = vi
    .spyOn(promises, "access")
    .mockRejectedValue(Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" }));
  try {
    expect(await pass(process.run("plan --sandbox keyed.yaml"))).toBe(1);
    expect(closed).toHaveBeenCalledWith(join(process.directory, "closed"), expect.anything());
  } finally {
    closed.mockRestore();
  }
  expect(process.stderr.text).toMatch(
    /shop\.pem cannot be used: the current user may not read or write it \(EACCES\)$/m,
  );
  expect(process.stderr.text).toContain("permissions");
  expect(await pass(process.run("plan --sandbox keyed.yaml"))).toBe(0);
});

test("a key that is there asks for no file: it may be on another machine", async () => {
  const process = pipe();
  const keyed = `${MINIMAL}keyPair: { generate: ./keys/shop.pem }\n`;
  process.write("shop.yaml", keyed);
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  rmSync(join(process.directory, "keys"), { recursive: true });
  process.write("keys", "a file in its place");
  expect(await pass(process.run("plan --sandbox"))).toBe(1);
  rmSync(join(process.directory, "keys"));
  expect(await pass(process.run("plan --sandbox"))).toBe(0);
});

test("--verbose tells each call with its duration, on standard error", async () => {
  const process = pipe();
  await pass(process.run("plan --sandbox --json --verbose"));
  expect(process.stderr.text).toMatch(/^ec2:DescribeImages {2}\d+ ms$/m);
  expect(() => JSON.parse(process.stdout.text)).not.toThrow();
});

test("a plan with an error changes nothing, and says what to do", async () => {
  const process = pipe();
  process.write("shop.yaml", `${MINIMAL}securityGroups: { web: { name: taken } }\n`);
  await sandbox.call("ec2", "CreateSecurityGroup", {
    GroupName: "taken",
    Description: "Of somebody else",
  });
  // Long enough for everyone to see it.
  vi.advanceTimersByTime(60_000);
  const before = sandbox.inventory();
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(1);
  expect(process.stderr.text).toMatch(/^Error: the plan has an error, so nothing was changed: /);
  expect(process.stderr.text).toContain("taken");
  expect(sandbox.inventory()).toEqual(before);
});
