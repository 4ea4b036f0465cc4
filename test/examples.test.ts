import { appendFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../src/sandbox/sandbox.ts";
import { Process } from "./cli/process.ts";
import { pass, startFakeTime } from "./scenarios/fake-time.ts";

let sandbox: Sandbox;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
});

afterEach(() => {
  vi.useRealTimers();
});

const examples = join(import.meta.dirname, "../examples");

test("the README shows the first of them as it is", () => {
  const readme = readFileSync(join(examples, "../README.md"), "utf8");
  const [, ...lines] = readFileSync(join(examples, "flask/shop.yaml"), "utf8").split("\n");
  expect(readme).toContain(`\`\`\`yaml\n${lines.join("\n")}\`\`\``);
});

/** Each with a file of its code, and what the sandbox cannot know of it. */
describe.each<[name: string, code: string, unknown: string | undefined]>([
  [
    "ansible",
    "ansible/roles/web/templates/journal.conf.j2",
    "image.ansible: not run in the sandbox",
  ],
  ["flask", "shop/__init__.py", undefined],
  ["go", "main.go", "application.build: not run in the sandbox"],
  ["node", "server.js", "application.build: not run in the sandbox"],
  ["static", "site/style.css", undefined],
])("the example %s", (name, code, unknown) => {
  test("has at most fifteen lines of stack file", () => {
    const lines = readFileSync(join(examples, name, "shop.yaml"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  test("comes up, has a second release with one apply, and goes", async () => {
    const process = new Process({}, { sandbox });
    cpSync(join(examples, name), process.directory, { recursive: true });
    const before = sandbox.inventory();
    expect(await pass(process.run("validate"))).toBe(0);
    expect(process.stdout.text + process.stderr.text).not.toMatch(/warning/i);

    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(process.stdout.text).toMatch(/^URL +http:/m);
    if (unknown !== undefined) expect(process.stdout.text).toContain(unknown);
    expect(await pass(process.run("plan --sandbox --check"))).toBe(0);
    expect(await pass(process.run("status --sandbox --check"))).toBe(0);

    appendFileSync(join(process.directory, code), "\n");
    expect(await pass(process.run("plan --sandbox --check"))).toBe(2);
    // The way to it begins at the directory that is packed.
    expect(process.stdout.text).toContain(`1 file changed (${code.replace(/^ansible\//, "")})`);
    expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
    expect(await pass(process.run("plan --sandbox --check"))).toBe(0);

    expect(await pass(process.run("destroy --sandbox --yes"))).toBe(0);
    expect(sandbox.inventory()).toEqual(before);
  });
});

test("the example of demand grows with its load, is watched, and goes", async () => {
  const process = new Process({}, { sandbox });
  cpSync(examples, process.directory, { recursive: true });
  const before = sandbox.inventory();
  const plan = "plan demand.yaml --sandbox --check";
  expect(await pass(process.run("validate demand.yaml"))).toBe(0);
  expect(process.stdout.text + process.stderr.text).not.toMatch(/warning/i);

  expect(await pass(process.run("apply demand.yaml --sandbox --yes"))).toBe(0);
  expect(process.stdout.text).toMatch(/Pending: .*ops@example\.com/);
  expect(await pass(process.run(plan))).toBe(0);
  expect(await pass(process.run("sandbox confirm ops@example.com"))).toBe(0);
  // From the evening to the day, whose sizes leave room.
  await pass(sandbox.clock.sleep(12 * 3_600_000));
  expect(await pass(process.run("sandbox load cpu 90"))).toBe(0);
  await pass(sandbox.clock.sleep(30 * 60_000));
  const serving = async () => {
    expect(await pass(process.run("status demand.yaml --sandbox --json"))).toBe(0);
    return JSON.parse(process.stdout.text).instances.length;
  };
  expect(await serving()).toBeGreaterThan(2);
  expect(await pass(process.run(plan))).toBe(0);

  expect(await pass(process.run("destroy demand.yaml --sandbox --yes"))).toBe(0);
  expect(sandbox.inventory()).toEqual(before);
});

test("the example in a network of its own needs nothing of the account, and leaves nothing", async () => {
  const process = new Process({}, { sandbox });
  cpSync(examples, process.directory, { recursive: true });
  const before = sandbox.inventory();
  expect(await pass(process.run("validate private.yaml"))).toBe(0);
  expect(process.stdout.text + process.stderr.text).not.toMatch(/warning/i);

  expect(await pass(process.run("apply private.yaml --sandbox --yes"))).toBe(0);
  expect(process.stdout.text).toMatch(/^outgoing addresses +\d+(\.\d+){3}/m);
  expect(await pass(process.run("plan private.yaml --sandbox --check"))).toBe(0);
  expect(await pass(process.run("status private.yaml --sandbox --json"))).toBe(0);
  const { instances } = JSON.parse(process.stdout.text) as { instances: { addresses: object }[] };
  const addresses = instances.map((instance) => JSON.stringify(instance.addresses));
  expect(addresses).toHaveLength(2);
  for (const address of addresses)
    expect(address).toMatch(/^\{"publicIpv4":null,"privateIpv4":"10\.20\./);

  expect(await pass(process.run("destroy private.yaml --sandbox --yes"))).toBe(0);
  expect(sandbox.inventory()).toEqual(before);
});

test("the example with https serves at once, is completed by the DNS records, and goes", async () => {
  const process = new Process({}, { sandbox });
  cpSync(examples, process.directory, { recursive: true });
  const before = sandbox.inventory();
  expect(await pass(process.run("validate https.yaml"))).toBe(0);
  expect(process.stdout.text + process.stderr.text).not.toMatch(/warning/i);

  expect(await pass(process.run("apply https.yaml --sandbox --yes"))).toBe(0);
  expect(process.stdout.text).toMatch(/^URL +http:/m);
  const records = [...process.stdout.text.matchAll(/^ +(_\S+) CNAME (\S+)$/gm)];
  expect(records).toHaveLength(2);
  expect(await pass(process.run("plan https.yaml --sandbox --check"))).toBe(2);
  expect(process.stdout.text).toContain("Plan: 1 to update, 8 unchanged.");

  for (const [, name = "", value = ""] of records) sandbox.setOutsideRecord(name, "CNAME", [value]);
  expect(await pass(process.run("apply https.yaml --sandbox --yes"))).toBe(0);
  expect(process.stdout.text).toMatch(/^URL +https:\/\/shop\.example\.com/m);
  expect(await pass(process.run("plan https.yaml --sandbox --check"))).toBe(0);

  expect(await pass(process.run("destroy https.yaml --sandbox --yes"))).toBe(0);
  for (const [, name = ""] of records) sandbox.setOutsideRecord(name, "CNAME", []);
  expect(sandbox.inventory()).toEqual(before);
});
