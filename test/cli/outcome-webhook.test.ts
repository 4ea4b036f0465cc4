import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Clients } from "../../src/aws/clients.ts";
import { tellFailedPlan, tellOutcome } from "../../src/cli/outcome.ts";
import { isLoopback, secretVariable } from "../../src/cli/outcome-webhook.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import { shownEndpoint } from "../../src/resources/shared/shown-endpoint.ts";
import {
  createAuthority,
  type Endpoint,
  openEndpoint,
  openProxy,
  openTlsEndpoint,
} from "../aws/loopback.ts";
import { minimal } from "../stack/stacks.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const secret = "a key of many characters";
const now = Date.parse("2026-01-05T09:00:00Z");

const key = "update topic/shop";
const summary = { create: 0, update: 1, replace: 0, delete: 0, keep: 0 };
const document: PlanDocument = {
  formatVersion: 1,
  stack: "shop",
  region: "ap-southeast-2",
  account: "111111111111",
  summary,
  changes: [{ address: "topic/shop", action: "update", because: "tags differ", fields: [] }],
  steps: [{ key, verb: "update", address: "topic/shop", after: [] }],
  problems: [],
};
const at = new Date(now).toISOString();
const events: EngineEvent[] = [
  { at, event: "step-done", seconds: 1, key, verb: "update", address: "topic/shop" },
  { at, event: "finished", ok: true, summary, outputs: {}, apiCalls: 1, seconds: 1 },
];

/** Tells these URLs of an apply, and returns the warnings. */
async function tellUrls(
  urls: readonly string[],
  { env = { [secretVariable]: secret }, sandbox = false }: { env?: object; sandbox?: boolean } = {},
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const to = urls.map((value) => ({ kind: "https" as const, value }));
  await tellOutcome(
    { ...minimal, notify: { to, on: ["applies"] } },
    { document, events },
    {
      io: { env: { ...env } },
      options: {},
      signal: new AbortController().signal,
      warn: (line) => warnings.push(line),
    },
    {
      // Without a topic, it calls nothing.
      clients: {} as Clients,
      region: "ap-southeast-2",
      clock: { now: () => now, sleep: async () => {} },
      ...(sandbox && { sandbox: { speed: 1 } }),
    },
  );
  return warnings;
}

/** A server that answers each request with this status. */
function answering(status: number, headers: Record<string, string> = {}): Promise<Endpoint> {
  return openEndpoint((_, response) => {
    response.writeHead(status, headers).end();
  });
}

describe("a URL gets the outcome of an apply", () => {
  test("as JSON, with a signature that its receiver can check", async () => {
    const hook = await answering(204);
    expect(await tellUrls([`${hook.url}/reconcile/a?key=1&key=2`])).toEqual([]);
    const [request] = hook.received;
    expect(request).toMatchObject({ method: "POST", url: "/reconcile/a?key=1&key=2" });
    const { headers, body = "" } = request ?? {};
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-reconcile-timestamp": String(now / 1000),
      "x-reconcile-signature": `sha256=${createHmac("sha256", secret)
        .update(`${now / 1000}.${body}`)
        .digest("hex")}`,
    });
    expect(JSON.parse(body)).toEqual({
      formatVersion: 1,
      at,
      stack: "shop",
      region: "ap-southeast-2",
      account: "111111111111",
      outcome: "applied",
      summary,
      changes: [{ address: "topic/shop", action: "update", because: "tags differ" }],
    });
    expect(JSON.stringify(request)).not.toContain(secret);
  });

  test("by https, whose certificate the usual settings of AWS calls trust", async () => {
    const authority = await createAuthority();
    const hook = await openTlsEndpoint(authority, (_, response) => {
      response.writeHead(200).end("thanks");
    });
    expect(await tellUrls([`${hook.url}/r`])).toEqual([
      expect.stringMatching(
        /^the outcome was not sent to https:\/\/127\.0\.0\.1:\d+\/… \(\w{6}\): .*certificate/,
      ),
    ]);
    expect(hook.received).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "reconcile-hook-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "ca.pem"), authority.root);
    vi.stubEnv("AWS_CA_BUNDLE", join(folder, "ca.pem"));
    expect(await tellUrls([`${hook.url}/r`])).toEqual([]);
    expect(hook.received).toHaveLength(1);
  });

  test("through the proxy of the environment", async () => {
    const hook = await answering(200);
    const proxy = await openProxy({ port: hook.port });
    vi.stubEnv("http_proxy", proxy.url);
    vi.stubEnv("no_proxy", "");
    expect(await tellUrls(["http://hooks.example.com/r"])).toEqual([]);
    expect(proxy.asked).toEqual(["POST http://hooks.example.com/r"]);
  });

  test("and what another of them answers does not matter", async () => {
    const [good, bad] = await Promise.all([answering(200), answering(500)]);
    expect(await tellUrls([`${bad.url}/secret?token=x`, good.url])).toEqual([
      `the outcome was not sent to ${shownEndpoint(`${bad.url}/secret?token=x`)}: it answered 500`,
    ]);
    expect(good.received).toHaveLength(1);
  });

  test("in the sandbox only on this machine", async () => {
    const hook = await answering(200);
    const urls = [hook.url, "https://hooks.example.com/secret"];
    expect(await tellUrls(urls, { sandbox: true })).toEqual([
      "the outcome was not sent to https://hooks.example.com/… (790e23): in the sandbox, nothing leaves this machine",
    ]);
    expect(hook.received).toHaveLength(1);
  });
});

describe("a URL does not get it, and one line says why,", () => {
  test("without the key of the signature", async () => {
    const hook = await answering(200);
    for (const env of [{}, { [secretVariable]: "" }]) {
      expect(await tellUrls([`${hook.url}/secret`], { env })).toEqual([
        `the outcome was not sent to ${shownEndpoint(`${hook.url}/secret`)}: RECONCILE_WEBHOOK_SECRET, the key of its signature, is not set`,
      ]);
    }
    expect(hook.received).toEqual([]);
  });

  test("if it answers with a redirect, which nobody follows", async () => {
    const other = await answering(200);
    const hook = await answering(307, { location: other.url });
    expect(await tellUrls([hook.url])).toEqual([
      `the outcome was not sent to ${hook.url}: it answered 307, a redirect, which is not followed`,
    ]);
    expect(other.received).toEqual([]);
  });

  test("if nobody listens there", async () => {
    const hook = await openEndpoint((_, response) => void response.destroy());
    const [line = ""] = await tellUrls([`${hook.url}/secret`]);
    expect(line).toContain(`the outcome was not sent to ${shownEndpoint(`${hook.url}/secret`)}: `);
    expect(line).not.toContain("secret");
  });

  test("if it does not answer in time, and the command ends all the same", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const hook = await openEndpoint(() => {});
    const telling = tellUrls([hook.url]);
    await hook.arrived(1);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([telling, undefined])).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await telling).toEqual([
      `the outcome was not sent to ${hook.url}: no answer within 10 s`,
    ]);
  });
});

test.each<[what: string, signal: AbortSignal, warnings: number]>([
  ["is told", new AbortController().signal, 1],
  ["is not told, if somebody interrupted it", AbortSignal.abort(), 0],
])("an apply that failed before its first step %s", async (_, signal, count) => {
  const warnings: string[] = [];
  const warn = (line: string) => warnings.push(line);
  await tellFailedPlan(
    { ...minimal, notify: { to: [{ kind: "email", value: "ops@example.com" }], on: ["applies"] } },
    new Error("nobody expects this"),
    { io: { env: {} }, options: {}, signal, warn },
    {
      // Without an answer, nobody is told, and a warning says so.
      clients: { sts: () => Promise.reject(new Error("no answer")) } as unknown as Clients,
      region: "ap-southeast-2",
      clock: { now: () => now, sleep: async () => {} },
    },
  );
  expect(warnings).toHaveLength(count);
});

test("an answer that is compressed, or not one of AWS's, is an answer", async () => {
  const hook = await answering(200, { "content-encoding": "gzip" });
  expect(await tellUrls([hook.url])).toEqual([]);
  expect(hook.received).toHaveLength(1);
});

test.each([
  ["https://localhost/r", true],
  ["https://hooks.localhost:8443/r", true],
  ["https://127.3.2.1/r", true],
  ["https://[::1]:8443/r", true],
  ["https://localhost.example.com/r", false],
  ["https://127.0.0.1.example.com/r", false],
  ["https://10.0.0.1/r", false],
])("%s is on this machine: %s", (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
