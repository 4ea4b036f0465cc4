import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePlan } from "../src/engine/plan.ts";
import type { DesiredResource } from "../src/engine/resource.ts";
import { durations as groupDurations } from "../src/sandbox/auto-scaling/durations.ts";
import { durations as instanceDurations } from "../src/sandbox/ec2/durations.ts";
import { guestDurations } from "../src/sandbox/guest/durations.ts";
import { playGuest } from "../src/sandbox/guest/guest.ts";
import { durations as loadBalancerDurations } from "../src/sandbox/load-balancing/durations.ts";
import { Store, thingType } from "../test/engine/store.ts";

/**
 * Measures and prints what the README claims. Times depend on this machine and its load, so compare
 * only the ratios within one run.
 */

const root = join(import.meta.dirname, "..");
const program = join(root, "dist", "reconcile.js");
const directory = mkdtempSync(join(tmpdir(), "reconcile-bench-"));

try {
  print("Start", startUp());
  print("The example tier", exampleTier());
  print("300 security groups with 1,400 rules", manyGroups());
  print("The engine alone", engineAlone());
} finally {
  rmSync(directory, { recursive: true, force: true });
}

type Rows = readonly (readonly [what: string, figure: string])[];

function print(title: string, rows: Rows): void {
  const width = Math.max(...rows.map(([what]) => what.length));
  const lines = rows.map(([what, figure]) => `  ${what.padEnd(width)}  ${figure}`);
  process.stdout.write(`${title}\n${lines.join("\n")}\n\n`);
}

interface Ran {
  readonly milliseconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

function node(argv: readonly string[]): Ran {
  const begun = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, {
    cwd: directory,
    // At a lower speed than the usual 60, our own computing time counts less on the sandbox's clock, as on AWS.
    env: { ...process.env, RECONCILE_SANDBOX_SPEED: "15" },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${argv.join(" ")} failed:\n${stdout}${stderr}`);
  return { milliseconds: performance.now() - begun, stdout, stderr };
}

function reconcile(line: string): Ran {
  return node([program, ...line.split(" "), "--sandbox"]);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

/** Median of 21 pairs. The two runs of a pair follow each other, so both see the same load. */
function startUp(): Rows {
  node([program, "--version"]); // fills the compile cache
  const pairs = Array.from({ length: 21 }, () => {
    const nothing = node(["-e", "0"]).milliseconds;
    return { nothing, version: node([program, "--version"]).milliseconds };
  });
  const nothing = median(pairs.map((pair) => pair.nothing));
  const version = median(pairs.map((pair) => pair.version));
  return [
    ["node -e 0", milliseconds(nothing)],
    ["reconcile --version", `${milliseconds(version)} (target: at most 60 ms more)`],
  ];
}

interface Finished {
  readonly event: string;
  readonly seconds: number;
  readonly apiCalls: number;
}

function finished(ran: Ran): Finished {
  return JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "") as Finished;
}

function exampleTier(): Rows {
  const file = join(root, "examples", "afterpay.yaml");
  copyExample(file);
  const made = reconcile("apply afterpay.yaml --yes --json");
  const { seconds, apiCalls } = finished(made);
  const shortest = criticalPath();
  const plans = Array.from({ length: 5 }, () => reconcile("plan afterpay.yaml --verbose"));
  const calls = plans[0]?.stderr.trim().split("\n").length ?? 0;
  reconcile("destroy afterpay.yaml --yes");
  return [
    ["apply, all created", `${seconds.toFixed(0)} s of AWS time, ${apiCalls} calls`],
    [
      "critical path of the apply",
      `${shortest.toFixed(0)} s (the apply took ${percent(seconds, shortest)}; target: at most 5%)`,
    ],
    ["script of 2019", `1109 s (${(1109 / seconds).toFixed(2)} times as long)`],
    ["no-op plan", `${calls} calls (target: at most 15)`],
    [
      "no-op plan, new process",
      `${milliseconds(median(plans.map((plan) => plan.milliseconds)))} (target: under 500 ms)`,
    ],
  ];
}

function copyExample(file: string): void {
  writeFileSync(join(directory, "afterpay.yaml"), readFileSync(file));
  writeFileSync(
    join(directory, "tiny_app.py"),
    readFileSync(join(root, "examples", "tiny_app.py")),
  );
}

/** The shortest possible time: the sum of the waits that nothing can shorten. */
function criticalPath(): number {
  const script = reconcile("image afterpay.yaml").stdout;
  const [, family = "", release = ""] = /family=(\S+) release=(\S+)/.exec(script) ?? [];
  const build = playGuest({
    instanceId: "i-0",
    family,
    release,
    userData: Buffer.from(script),
    startedAt: 0,
  });
  const health = 2 * 10; // two checks at the example's interval
  return (
    instanceDurations.instancePending +
    build.afterSeconds +
    instanceDurations.instancePoweredOff +
    instanceDurations.imageAvailable +
    groupDurations.groupReaction +
    instanceDurations.instancePending +
    guestDurations.services +
    guestDurations.application +
    loadBalancerDurations.loadBalancerRegistration +
    health
  );
}

function percent(seconds: number, shortest: number): string {
  return `${((seconds / shortest - 1) * 100).toFixed(1)}% longer`;
}

function manyGroups(): Rows {
  const groups = Array.from({ length: 300 }, (_, index) => {
    // 200 groups of 5 rules and 100 of 4: 1,400.
    const rules = Array.from(
      { length: index < 200 ? 5 : 4 },
      (_unused, rule) => `{ port: ${1000 + rule}, from: g${(index + 1) % 300} }`,
    );
    return `  g${index}: { ingress: [${rules.join(", ")}] }`;
  });
  const text = `version: 1
stack: many
image: { base: amazon-linux-2023 }
scaling: { min: 1 }
securityGroups:
${groups.join("\n")}
`;
  writeFileSync(join(directory, "many.yaml"), text);
  const made = finished(reconcile("apply many.yaml --yes --json"));
  const plans = Array.from({ length: 3 }, () => reconcile("plan many.yaml --check --verbose"));
  const calls = plans[0]?.stderr.trim().split("\n").length ?? 0;
  return [
    ["apply, all created", `${made.seconds.toFixed(0)} s of AWS time, ${made.apiCalls} calls`],
    ["no-op plan", `${calls} calls`],
    ["no-op plan, new process", milliseconds(median(plans.map((plan) => plan.milliseconds)))],
  ];
}

function engineAlone(): Rows {
  return [2_500, 5_000, 10_000, 20_000].map((count) => {
    const times = Array.from({ length: 3 }, () => planOf(count));
    return [
      `plan of ${count.toLocaleString("en")} resources`,
      milliseconds(median(times)),
    ] as const;
  });
}

function planOf(count: number): number {
  const store = new Store();
  const desired: DesiredResource[] = [];
  for (let index = 0; index < count; index += 1) {
    const uses = index === 0 ? [] : [index - 1, Math.floor(index / 2)];
    const fields = { size: 1, shape: "round", peers: [] };
    store.put({
      id: `n${index}`,
      address: `thing/n${index}`,
      fields: { ...fields, uses: uses.map((other) => `n${other}`) },
    });
    desired.push({
      address: `thing/n${index}`,
      fields: {
        ...fields,
        size: 2,
        uses: uses.map((other) => ({ ref: `thing/n${other}`, output: "id" })),
      },
    });
  }
  const live = [...store.things.values()];
  const begun = performance.now();
  makePlan({ stack: "s", region: "r", account: "a", desired, live, types: [thingType("thing")] });
  return performance.now() - begun;
}
