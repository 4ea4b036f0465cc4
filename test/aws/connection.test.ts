import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { openEndpoint } from "./loopback.ts";

const xml = { "content-type": "text/xml;charset=UTF-8" };

function clientsOf({ url }: { readonly url: string }) {
  const clients = createClients({
    region: "ap-southeast-2",
    endpoint: url,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(() => clients.destroy());
  return clients;
}

/** Sends without end, as fast as it is read; resolves when the other side has had enough. */
async function sendForEver(response: ServerResponse): Promise<void> {
  const chunk = "<item><vpcId>vpc-1</vpcId></item>".repeat(10_000);
  const closed = once(response, "close");
  while (!response.destroyed) {
    if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed]);
  }
}

/**
 * Waits for what the network brings, while time stands still; but for the wait of nothing that the
 * SDK has between two attempts, when no other timer runs.
 */
async function until(comes: () => boolean): Promise<void> {
  while (!comes()) {
    await new Promise((resolve) => setImmediate(resolve));
    if (vi.getTimerCount() === 1) await vi.advanceTimersByTimeAsync(1);
  }
}

function stopTime(random: number): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(Math, "random").mockReturnValue(random);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

describe("an answer without end", () => {
  test.each<[status: number, limit: string]>([
    [200, "more than 32 MB with status 200"],
    [503, "more than 1 MB with status 503"],
  ])("of status %i is left, and not asked for again", async (status, limit) => {
    const left: Promise<void>[] = [];
    const endpoint = await openEndpoint((_request, response) => {
      response.writeHead(status, xml).write("<DescribeVpcsResponse><requestId>r</requestId>");
      left.push(sendForEver(response));
    });
    await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining(limit),
    });
    await Promise.all(left);
    expect(endpoint.received).toHaveLength(1);
  });

  test("in few bytes is not unpacked", async () => {
    const endpoint = await openEndpoint((_request, response) => {
      response.writeHead(200, { ...xml, "content-encoding": "gzip" }).write("a bomb");
    });
    await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining("compressed"),
    });
  });

  test.each<[because: string, begin: (response: ServerResponse) => void]>([
    ["that drips", (response) => response.writeHead(200, xml).write("<")],
    ["that never begins", () => {}],
  ])("%s is waited for a minute, twice", async (_because, begin) => {
    // Attempts follow each other without a wait.
    stopTime(0);
    const endpoint = await openEndpoint((_request, response) => begin(response));
    const sending = clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}));
    const refused = expect(sending).rejects.toMatchObject({
      code: "TimeoutError",
      kind: "network",
      message: expect.stringMatching(new RegExp(`${endpoint.url} .* within 60 s`)),
      remedy: expect.stringMatching(/^Check .*that what it names is running.* goes on/),
    });
    await endpoint.arrived(1);
    await vi.advanceTimersByTimeAsync(60_000);
    await until(() => endpoint.received.length === 2);
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
    expect(endpoint.received).toHaveLength(2);
  });
});

test("what speaks no HTTP is told as such", async () => {
  const endpoint = await openEndpoint((_request, response) => {
    response.socket?.end("\u001b[31mthis is not HTTP\r\n\r\n");
  });
  await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
    code: "UnreadableAnswer",
    message: expect.stringContaining("does not speak HTTP"),
  });
});

describe("clients that are destroyed", () => {
  test("leave no call, no connection and no timer behind, and call nobody any more", async () => {
    stopTime(0);
    const closed: Promise<unknown>[] = [];
    const endpoint = await openEndpoint((_request, response) => {
      // Never answered.
      closed.push(once(response, "close"));
    });
    const { ec2, sts, destroy } = clientsOf(endpoint);
    const calls = [
      ec2.send(new DescribeVpcsCommand({})),
      ec2.send(new DescribeVpcsCommand({})),
      sts.send(new GetCallerIdentityCommand({})),
    ];
    const refused = calls.map((call) => expect(call).rejects.toMatchObject({ name: "AbortError" }));
    await endpoint.arrived(3);
    destroy();
    await Promise.all([...refused, ...closed]);
    const late = ec2.send(new DescribeVpcsCommand({}));
    await expect(late).rejects.toMatchObject({ name: "AbortError" });
    expect(vi.getTimerCount()).toBe(0);
    expect(endpoint.received).toHaveLength(3);
  });

  test("do not repeat what waits to be repeated", async () => {
    stopTime(0.999);
    const endpoint = await openEndpoint((_request, response) => {
      response.writeHead(503, xml).end();
    });
    const { ec2, destroy } = clientsOf(endpoint);
    const sending = ec2.send(new DescribeVpcsCommand({}));
    const refused = expect(sending).rejects.toMatchObject({ name: "AbortError" });
    await endpoint.arrived(1);
    const timers = vi.spyOn(globalThis, "setTimeout");
    // Of the half tenth of a second before the second attempt.
    await until(() => timers.mock.calls.some(([, milliseconds]) => milliseconds === 49));
    destroy();
    await refused;
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(endpoint.received).toHaveLength(1);
  });
});
