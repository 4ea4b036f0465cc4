import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { createAuthority, openEndpoint, openProxy, openTlsEndpoint } from "./loopback.ts";

const region = "ap-southeast-2";
const host = `ec2.${region}.amazonaws.com`;
const vpcs = "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>";
const authority = await createAuthority();

/** No configuration but what a test sets, and no wait between two attempts. */
beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function trustAuthority(): void {
  const home = mkdtempSync(join(tmpdir(), "reconcile-agents-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const path = join(home, "authority.pem");
  writeFileSync(path, authority.root);
  vi.stubEnv("AWS_CA_BUNDLE", path);
}

function clients() {
  const made = createClients({ region, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  onTestFinished(() => made.destroy());
  return { destroy: made.destroy, ask: () => made.ec2.send(new DescribeVpcsCommand({})) };
}

/** The connections of a server, and when the last of them is closed. */
function connections() {
  const sockets = new Set<Socket>();
  const closed: Promise<void>[] = [];
  const note = (socket: Socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    closed.push(new Promise((resolve) => socket.once("close", () => resolve())));
  };
  return { sockets, note, closed: () => Promise.all(closed) };
}

test("a tunnel serves one call after another, and is closed with the clients", async () => {
  const { note, closed } = connections();
  const endpoint = await openTlsEndpoint(authority, (_request, response) => {
    if (response.socket !== null) note(response.socket);
    response.end(vpcs);
  });
  const proxy = await openProxy(endpoint);
  trustAuthority();
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  const { ask, destroy } = clients();
  for (const _time of [1, 2, 3]) expect(await ask()).toMatchObject({ Vpcs: [] });
  expect(proxy.asked).toEqual([`CONNECT ${host}:443`]);
  destroy();
  await closed();
});

test("so does a connection to the proxy that takes requests for http", async () => {
  const { sockets, note, closed } = connections();
  const proxy = await openEndpoint((_request, response) => {
    if (response.socket !== null) note(response.socket);
    response.end(vpcs);
  });
  vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.com");
  vi.stubEnv("HTTP_PROXY", proxy.url);
  const { ask, destroy } = clients();
  for (const _time of [1, 2, 3]) expect(await ask()).toMatchObject({ Vpcs: [] });
  expect(proxy.received.map(({ url }) => url)).toEqual(
    Array.from({ length: 3 }, () => "http://aws.example.com/"),
  );
  expect(sockets.size).toBe(1);
  destroy();
  await closed();
});

describe("a proxy that speaks TLS", () => {
  test("makes tunnels, where its authority is trusted", async () => {
    const endpoint = await openTlsEndpoint(authority, (_request, response) => {
      response.end(vpcs);
    });
    const proxy = await openProxy(endpoint, authority);
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await expect(clients().ask()).rejects.toMatchObject({ code: "ProxyUnreachable" });
    trustAuthority();
    expect(await clients().ask()).toMatchObject({ Vpcs: [] });
    expect(proxy.asked).toEqual([`CONNECT ${host}:443`]);
  });

  test("takes requests for http, where its authority is trusted", async () => {
    const proxy = await openTlsEndpoint(authority, (_request, response) => {
      response.end(vpcs);
    });
    vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.com");
    vi.stubEnv("HTTP_PROXY", proxy.url);
    await expect(clients().ask()).rejects.toThrow();
    trustAuthority();
    expect(await clients().ask()).toMatchObject({ Vpcs: [] });
    expect(proxy.received.map(({ url }) => url)).toEqual(["http://aws.example.com/"]);
  });
});

test("a proxy that takes requests for http, and cannot be reached, is told as such", async () => {
  const { port } = await openEndpoint(() => {});
  vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.com");
  // A port of which nobody listens: that of a server on another address of loopback.
  vi.stubEnv("HTTP_PROXY", `http://me:hunter2@127.0.0.2:${port}`);
  await expect(clients().ask()).rejects.toMatchObject({
    code: "ProxyUnreachable",
    message: expect.stringContaining(
      `the proxy http://127.0.0.2:${port} (HTTP_PROXY) cannot be reached`,
    ),
  });
});

test("a host that is an IPv6 address is asked for in brackets", async () => {
  const proxy = await openProxy({ status: "403 Forbidden" });
  vi.stubEnv("AWS_ENDPOINT_URL", "https://[::1]:4566");
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  await expect(clients().ask()).rejects.toThrow("does not connect to [::1]:4566: it answered 403");
  expect(proxy.asked).toEqual(["CONNECT [::1]:4566"]);
  expect(proxy.headers()["host"]).toBe("[::1]:4566");
});

test.each(["100 Continue", "199 Almost", "300 Multiple Choices"])(
  "a proxy that answers %s has made no tunnel, and its connection is closed",
  async (status) => {
    const { note, closed } = connections();
    const proxy = await openProxy({
      answer(socket) {
        note(socket);
        socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
        socket.resume();
      },
    });
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await expect(clients().ask()).rejects.toMatchObject({
      code: "ProxyRefused",
      message: expect.stringContaining(`it answered ${status.slice(0, 3)} "${status.slice(4)}"`),
    });
    expect(proxy.asked).toHaveLength(1);
    await closed();
  },
);

test.each(["200 Connection established", "299 Also good"])(
  "a proxy that answers %s has made a tunnel",
  async (status) => {
    const { port } = await openTlsEndpoint(authority, (_request, response) => {
      response.end(vpcs);
    });
    const proxy = await openProxy({ port, status });
    trustAuthority();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    expect(await clients().ask()).toMatchObject({ Vpcs: [] });
  },
);

test.each([
  ["", undefined],
  ["me@", "me:"],
  [":secret@", ":secret"],
  ["m%3Ae:s%40@", "m:e:s@"],
])("a proxy that is named with %j is told who asks: %s", async (user, told) => {
  const proxy = await openProxy({ status: "403 Forbidden" });
  vi.stubEnv("HTTPS_PROXY", `http://${user}127.0.0.1:${proxy.port}`);
  await expect(clients().ask()).rejects.toMatchObject({ code: "ProxyRefused" });
  const [scheme, value = ""] = proxy.headers()["proxy-authorization"]?.split(" ") ?? [];
  expect(scheme).toBe(told === undefined ? undefined : "Basic");
  expect(Buffer.from(value, "base64").toString()).toBe(told ?? "");
});
