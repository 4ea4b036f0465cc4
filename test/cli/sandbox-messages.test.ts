import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

let sandbox: Sandbox;
let process: Process;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1, consistency: { maxMilliseconds: 0 } });
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

async function subscribe(endpoint: string, topic = "people"): Promise<string> {
  const { TopicArn }: { TopicArn: string } = Object(
    await sandbox.call("sns", "CreateTopic", { Name: topic }),
  );
  await sandbox.call("sns", "Subscribe", { TopicArn, Protocol: "email", Endpoint: endpoint });
  return TopicArn;
}

test("the owner of an address confirms it, and sees what it gets", async () => {
  expect(await run("sandbox messages")).toBe("No topic has sent a message.\n");
  const TopicArn = await subscribe("ops@example.com");
  await subscribe("ops@example.com", "others");
  expect(await run("sandbox confirm ops@example.com")).toBe(
    "ops@example.com gets the messages of people, others now.\n",
  );
  await sandbox.call("sns", "Publish", { TopicArn, Subject: "Hello", Message: "text" });
  await sandbox.call("sns", "Publish", { TopicArn, Message: "first\nsecond" });
  const lines = (await run("sandbox messages ops@example.com")).trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}/, ""))).toEqual([
    "AWS Notification - Subscription Confirmation",
    "AWS Notification - Subscription Confirmation",
    "Hello",
    "first",
  ]);
  expect(await run("sandbox messages boss@example.com")).toBe(
    "No message has reached boss@example.com.\n",
  );
});

test("both are JSON on request", async () => {
  const TopicArn = await subscribe("ops@example.com");
  expect(JSON.parse(await run("sandbox confirm ops@example.com --json"))).toMatchObject([
    { topic: TopicArn, protocol: "email", endpoint: "ops@example.com" },
  ]);
  await sandbox.call("sns", "Publish", { TopicArn, Message: "first\nsecond" });
  expect(JSON.parse(await run("sandbox messages --json")).at(-1)).toMatchObject({
    type: "Notification",
    topic: TopicArn,
    text: "first\nsecond",
    reached: [{ endpoint: "ops@example.com" }],
  });
});

test("an address that is not pending is an error that names the pending ones", async () => {
  await subscribe("ops@example.com");
  expect(await pass(process.run("sandbox confirm boss@example.com"))).toBe(1);
  expect(process.stderr.text).toContain(
    "No subscription of boss@example.com is pending. Pending: ops@example.com.",
  );
});
