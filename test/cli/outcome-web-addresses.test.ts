import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { outcomeOf } from "../../src/cli/outcome-content.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { Process } from "./process.ts";

/** Chat services put a token into the path or the query of an address. Whoever reads it can write there. */
const before = "https://hooks.example.com/team/hunter2";
const after = "https://hooks.example.com:443/team?token=hunter3";
const mail = "ops@example.com";
const isSecret = /hunter\d|\/team|token=/;

const file = (to: readonly string[], tag: string) => `version: 1
stack: shop
image: { base: amazon-linux-2023 }
scaling: { min: 0, max: 1 }
notify: { to: [${to.map((each) => `"${each}"`).join(", ")}] }
tags: { a: ${tag} }
`;

let sandbox: Sandbox;
let process: Process;
let printed: string[];

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
  process = new Process({ "shop.yaml": file([mail, before], "b") }, { sandbox });
  printed = [];
});

afterEach(() => {
  vi.useRealTimers();
});

/** Runs the command, and returns what it printed. */
async function read(line: string, code = 0): Promise<string> {
  expect(await pass(process.run(line)), `${line}\n${process.stderr.text}`).toBe(code);
  printed.push(process.stdout.text, process.stderr.text);
  return process.stdout.text;
}

function eventsIn(lines: string): readonly EngineEvent[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
}

test("no output, event, message or tag has the path or the query of a web address", async () => {
  const first = await read("plan --sandbox");
  expect(first).toMatch(/AWS sends https:\/\/hooks\.example\.com\/… \([0-9a-f]{6}\) a request/);
  await read("apply --sandbox --yes");
  await read("plan --sandbox");
  await read("status --sandbox");
  await read("status --sandbox --json");
  sandbox.confirmSubscription(mail);
  sandbox.confirmSubscription(before);

  // Another token is another address, and a plan says so.
  process.write("shop.yaml", file([mail, after], "c"));
  const planned = await read("plan --sandbox");
  expect(planned).toMatch(
    /subscribe https:\/\/hooks\.example\.com\/… \((\w{6})\), unsubscribe https:\/\/hooks\.example\.com\/… \((?!\1)\w{6}\)/,
  );
  await read("plan --sandbox --check", 2);
  const document = JSON.parse(await read("plan --sandbox --json")) as PlanDocument;
  await read("graph --sandbox");
  await read("plan --sandbox --out saved.json");
  const events = eventsIn(await read("apply --sandbox --yes --json --plan saved.json"));
  printed.push(JSON.stringify(outcomeOf({ document, events })));
  printed.push(...sandbox.messages(mail).map((message) => JSON.stringify(message)));
  await read("status --sandbox");

  // A pending one that is no longer defined stays for two days.
  process.write("shop.yaml", file([mail], "c"));
  await read("apply --sandbox --yes");
  await read("plan --sandbox");
  await read("destroy --sandbox --yes");

  const all = printed.join("\n");
  expect(all.match(/https:\/\/hooks\.example\.com\/… \(/g)?.length).toBeGreaterThan(10);
  expect(all.split("\n").filter((line) => isSecret.test(line))).toEqual([]);
});
