import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { Process } from "./process.ts";

/** Nobody has made the validation record of this name. */
const files = {
  "shop.yaml": `version: 1
stack: shop
image: { base: amazon-linux-2023 }
securityGroups:
  front: { description: all, ingress: [{ port: 80, from: 0.0.0.0/0 }, { port: 443, from: 0.0.0.0/0 }] }
  web: { description: web, ingress: [{ port: 80, from: front }] }
loadBalancer: { type: application, securityGroups: [front] }
domain: { names: [shop.example.com] }
scaling: { min: 0, max: 1, securityGroups: [web] }
`,
};
let sandbox: Sandbox;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
});

afterEach(() => {
  vi.useRealTimers();
});

test("an apply that waits for somebody outside succeeds, and prints the record to make", async () => {
  const process = new Process(files, { sandbox });
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
  const { text } = process.stdout;
  expect(text).toContain("\nDone: ");
  expect(text).not.toContain("Failed");
  expect(text).toMatch(
    /\nPending: certificate\/shop waits for the DNS record (_\w+\.shop\.example\.com): no name server has it\.\n {2}→ Create this record where the domain's DNS is managed, then apply again:\n {4}\1\. CNAME _\w+\.\w+\.acm-validations\.aws\.\n\nEverything else is done\. The next apply completes what is pending\.\n$/,
  );
});

test("as JSON, the last event is well, and names what is pending", async () => {
  const process = new Process(files, { sandbox });
  expect(await pass(process.run("apply --sandbox --yes --json"))).toBe(0);
  const last = process.stdout.lines.filter((line) => line !== "").at(-1) ?? "";
  expect(JSON.parse(last) as EngineEvent).toMatchObject({
    event: "finished",
    ok: true,
    pending: [
      {
        address: "certificate/shop",
        waitsFor: expect.stringMatching(/^the DNS record _\w+\.shop\.example\.com: /),
        remedy: expect.stringContaining("\n_"),
      },
    ],
  });
});
