import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { clientsOf, send } from "../moto/account-clients.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { Process } from "./process.ts";

const mail = "ops@example.com";
const url = "https://hooks.example.com/secret";

const file = (rest: string) => `version: 1
stack: shop
image: { base: amazon-linux-2023 }
scaling: { min: 0, max: 1 }
${rest}
`;
let sandbox: Sandbox;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
});

afterEach(() => {
  vi.useRealTimers();
});

function processWith(notify: string): Process {
  return new Process({ "shop.yaml": file(notify) }, { sandbox });
}

/** The subjects of the mails since the confirmation. */
function subjects(): readonly (string | undefined)[] {
  return sandbox
    .messages(mail)
    .filter(({ type }) => type === "Notification")
    .map(({ subject }) => subject);
}

async function applyAndConfirm(notify: string): Promise<Process> {
  const process = processWith(notify);
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  sandbox.confirmSubscription(mail);
  return process;
}

describe("an apply", () => {
  test("that subscribes somebody ends well, and says who has to confirm", async () => {
    const process = processWith(`notify: { to: [${mail}], on: [applies] }`);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(process.stdout.text).toMatch(
      /\nPending: topic\/shop waits for ops@example\.com to confirm its subscription\. AWS has sent a mail with a link\.\n {2}→ Open the link in the mail .*\n\nEverything else is done, and no further apply is needed\.\n$/s,
    );
    // Nobody had confirmed yet.
    expect(subjects()).toEqual([]);
    expect(process.stderr.text).toBe("");
    expect(await pass(process.run("plan --sandbox --check"))).toBe(0);
    expect(process.stdout.text).toContain("ops@example.com must confirm its subscription by mail");
  });

  test("says so as JSON, too", async () => {
    const process = processWith(`notify: { to: [${mail}], on: [applies] }`);
    expect(await pass(process.run("apply --sandbox --yes --json"))).toBe(0);
    const last = process.stdout.lines.filter((line) => line !== "").at(-1) ?? "";
    expect(JSON.parse(last) as EngineEvent).toMatchObject({
      event: "finished",
      ok: true,
      pending: [{ address: "topic/shop", applyAgain: false }],
    });
  });

  test("that changed something is told, and one that changed nothing is not", async () => {
    const process = await applyAndConfirm(`notify: { to: [${mail}], on: [applies] }`);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(subjects()).toEqual([]);
    process.write("shop.yaml", file(`notify: { to: [${mail}], on: [applies] }\ntags: { a: b }`));
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(subjects()).toEqual([expect.stringMatching(/^reconcile shop: \d updated$/)]);
    const [{ text = "", attributes = {} } = {}] = sandbox.messages(mail).slice(-1);
    expect(text).toContain("- update topic/shop: tags differ");
    expect(attributes).toEqual({ reconcile: { type: "String", value: "applied" } });
    expect(process.stderr.text).toBe("");
  });

  test("that failed is told, and its exit code stays", async () => {
    const process = await applyAndConfirm(`notify: { to: [${mail}], on: [applies] }`);
    process.write("shop.yaml", file(`notify: { to: [${mail}], on: [applies] }\ntags: { a: b }`));
    sandbox.setFaults({ rules: [{ operation: "CreateOrUpdateTags", kind: "deny" }] });
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(1);
    expect(subjects()).toEqual(["reconcile shop: apply failed"]);
    const [{ text = "" } = {}] = sandbox.messages(mail).slice(-1);
    expect(text).toContain("Error at auto-scaling-group/shop:");
    expect(text).toContain("autoscaling:CreateOrUpdateTags");
  });

  test.each<[what: string, rules: readonly { operation: string; kind: "deny" }[]]>([
    ["was interrupted after its first steps", []],
    ["failed and was interrupted", [{ operation: "TagResource", kind: "deny" }]],
  ])("that %s is not told: whoever interrupted it knows", async (_, rules) => {
    const process = await applyAndConfirm(`notify: { to: [${mail}], on: [applies] }`);
    const changed = `notify: { to: [${mail}], on: [applies] }\ntags: { a: b }`;
    // The new image takes minutes. Tags are set in seconds.
    const packages = "amazon-linux-2023, packages: [jq]";
    process.write("shop.yaml", file(changed).replace("amazon-linux-2023", packages));
    sandbox.setFaults({ rules });
    let sent = false;
    const code = await pass(process.run("apply --sandbox --yes"), () => {
      const { text } = process.stdout;
      const isFar = rules.length > 0 ? /topic\/shop: failed/ : /topic\/shop: updated/;
      if (sent || !isFar.test(text)) return;
      sent = true;
      process.signal("SIGTERM");
    });
    expect(sent, process.stdout.text + process.stderr.text).toBe(true);
    expect(code).toBe(130);
    expect(subjects()).toEqual([]);
  });

  test("that fails before its first step is told, if nobody was asked", async () => {
    const process = await applyAndConfirm(`notify: { to: [${mail}], on: [applies] }`);
    sandbox.setFaults({ rules: [{ operation: "DescribeImages", kind: "deny" }] });
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(1);
    expect(subjects()).toEqual(["reconcile shop: apply failed"]);
    const [{ text = "" } = {}] = sandbox.messages(mail).slice(-1);
    expect(text).toContain("ec2:DescribeImages");
    expect(text).not.toContain("Changes:");
  });

  test("tells nobody who does not want to hear of applies", async () => {
    const process = await applyAndConfirm(`notify: { to: [${mail}], on: [launches] }`);
    process.write("shop.yaml", file(`notify: { to: [${mail}], on: [launches] }\ntags: { a: b }`));
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(subjects()).toEqual([]);
  });

  test("that cannot tell succeeds all the same, with one line for each whom it did not reach", async () => {
    const process = processWith(`notify: { to: [${mail}, ${url}], on: [applies] }`);
    sandbox.setFaults({ rules: [{ operation: "Publish", kind: "deny" }] });
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    const lines = process.stderr.text.trim().split("\n").toSorted();
    expect(lines).toEqual([
      expect.stringMatching(
        /^warning: the outcome was not published to arn:aws:sns:.*:shop: .*sns:Publish/,
      ),
      "warning: the outcome was not sent to https://hooks.example.com/… (790e23): RECONCILE_WEBHOOK_SECRET, the key of its signature, is not set",
    ]);
    process.env = { RECONCILE_WEBHOOK_SECRET: "a key" };
    process.write(
      "shop.yaml",
      file(`notify: { to: [${mail}, ${url}], on: [applies] }\ntags: { a: b }`),
    );
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(process.stderr.text).toContain(
      "warning: the outcome was not sent to https://hooks.example.com/… (790e23): in the sandbox, nothing leaves this machine",
    );
    expect(process.stderr.text).not.toContain("secret");
  });
});

test("a destroy says first whose subscriptions end with the topic", async () => {
  const process = await applyAndConfirm(`notify: { to: [${mail}] }`);
  const TopicArn = sandbox.messages(mail)[0]?.topic;
  const clients = clientsOf(sandbox, sandbox.region);
  await pass(send(clients, "sns", "Subscribe", { TopicArn, Protocol: "https", Endpoint: url }));
  sandbox.confirmSubscription(url);
  // AWS lists it after some seconds.
  await pass(new Promise((resolve) => setTimeout(resolve, 10_000)));
  expect(await pass(process.run("destroy --sandbox --yes"))).toBe(0);
  expect(process.stdout.text).toContain(
    `! 1 confirmed subscription of somebody else ends with topic/shop: https://hooks.example.com/… (790e23). This cannot be undone.`,
  );
});

describe("a topic that exists already", () => {
  const theirs = "arn:aws:sns:ap-southeast-2:000000000000:theirs";

  test("is an error of the stack file if it does not exist", async () => {
    const process = processWith(`notify: { to: ["${theirs}"] }`);
    expect(await pass(process.run("plan --sandbox"))).toBe(1);
    expect(process.stderr.text).toContain("notify.to[0]: this topic does not exist");
  });

  test("is a warning if nobody may look at it", async () => {
    // Of a stack that has had no topic, AWS is not asked for one.
    const process = processWith("");
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    process.write("shop.yaml", file(`notify: { to: ["${theirs}"], on: [applies] }`));
    sandbox.setFaults({ rules: [{ operation: "GetTopicAttributes", kind: "deny" }] });
    expect(await pass(process.run("plan --sandbox"))).toBe(0);
    expect(process.stdout.text).toContain(`whether the topic ${theirs} exists was not checked`);
  });
});
