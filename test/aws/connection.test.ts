import dns from "node:dns";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
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
  for (let turn = 0; !comes(); turn += 1) {
    if (turn === 100_000) throw new Error("it does not come");
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
    [300, "more than 1 MB with status 300"],
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

  test("in few bytes is left, and not unpacked", async () => {
    const left: Promise<unknown>[] = [];
    const endpoint = await openEndpoint((_request, response) => {
      left.push(once(response, "close"));
      response.writeHead(200, { ...xml, "content-encoding": "gzip" }).write("a bomb");
    });
    await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining(
        "is not AWS: it sent a compressed answer (status 200) that nobody requested",
      ),
    });
    await Promise.all(left);
    expect(endpoint.received).toHaveLength(1);
  });

  test.each(["identity", "Identity", ""])(
    "and as it is passes, whatever says so: %j",
    async (encoding) => {
      const endpoint = await openEndpoint((_request, response) => {
        response.writeHead(200, { ...xml, "content-encoding": encoding });
        response.end(
          "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>",
        );
      });
      expect(await clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).toMatchObject({
        Vpcs: [],
      });
    },
  );

  test("is none where it has all that an error may have", async () => {
    const error = "<Response><Errors><Error><Code>OptInRequired</Code></Error></Errors>";
    const rest = " ".repeat(1024 * 1024 - error.length - "</Response>".length);
    for (const [more, code] of [
      ["", "OptInRequired"],
      [" ", "UnreadableAnswer"],
    ] as const) {
      const endpoint = await openEndpoint((_request, response) => {
        response.writeHead(401, xml).end(`${error}${rest}${more}</Response>`);
      });
      const sending = clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}));
      await expect(sending).rejects.toMatchObject({ code });
    }
  });

  test.each<[because: string, begin: (response: ServerResponse) => void, words: string]>([
    [
      "that drips",
      (response) => response.writeHead(200, xml).write("<"),
      "did not finish its answer",
    ],
    ["that never begins", () => {}, "did not answer"],
  ])("%s is waited for a minute, twice", async (_because, begin, words) => {
    // Attempts follow each other without a wait.
    stopTime(0);
    const endpoint = await openEndpoint((_request, response) => begin(response));
    const sending = clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}));
    const refused = expect(sending).rejects.toMatchObject({
      code: "TimeoutError",
      kind: "network",
      message: expect.stringMatching(new RegExp(`${endpoint.url} .* ${words} within 60 s`)),
      remedy: expect.stringMatching(
        /^Check .*that a server is running there\. Then run .* to resume\.$/,
      ),
    });
    await endpoint.arrived(1);
    await vi.advanceTimersByTimeAsync(60_000);
    await until(() => endpoint.received.length === 2);
    await vi.advanceTimersByTimeAsync(60_000);
    await refused;
    expect(endpoint.received).toHaveLength(2);
  });
});

describe("a large request", () => {
  const put = async (endpoint: { readonly url: string }) => {
    const s3 = await clientsOf(endpoint).s3();
    const Body = new Uint8Array(8 * 1024 * 1024);
    return s3.send(new PutObjectCommand({ Bucket: "example-bucket", Key: "large", Body }));
  };

  test("has the time that a slow network takes for it", async () => {
    stopTime(0);
    const answers: (() => void)[] = [];
    const endpoint = await openEndpoint((_request, response) => {
      answers.push(() => response.writeHead(200, { etag: "e", "x-amz-request-id": "r" }).end());
    });
    const sending = put(endpoint);
    await endpoint.arrived(1);
    await vi.advanceTimersByTimeAsync(180_000);
    answers[0]?.();
    expect(await sending).toMatchObject({ ETag: "e" });
    expect(endpoint.received).toHaveLength(1);
  });

  test("is not waited for without end", async () => {
    stopTime(0);
    const endpoint = await openEndpoint(() => {});
    const refused = expect(put(endpoint)).rejects.toMatchObject({
      code: "TimeoutError",
      message: expect.stringContaining("did not answer within 188 s"),
    });
    await endpoint.arrived(1);
    await vi.advanceTimersByTimeAsync(188_000);
    await until(() => endpoint.received.length === 2);
    await vi.advanceTimersByTimeAsync(188_000);
    await refused;
  });
});

test("what speaks no HTTP is told as such", async () => {
  const endpoint = await openEndpoint((_request, response) => {
    response.socket?.end("\u001b[31mthis is not HTTP\r\n\r\n");
  });
  await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
    code: "UnreadableAnswer",
    message: expect.stringContaining('does not speak HTTP: "Parse Error'),
  });
  expect(endpoint.received).toHaveLength(1);
});

test("a connection that breaks is told as such", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  const endpoint = await openEndpoint((_request, response) => void response.socket?.destroy());
  await expect(clientsOf(endpoint).ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
    code: "ECONNRESET",
    kind: "network",
    message: expect.stringContaining(endpoint.url),
  });
});

test("calls share a connection, which is closed with the clients", async () => {
  const sockets = new Set<Socket>();
  const endpoint = await openEndpoint((_request, response) => {
    if (response.socket !== null) sockets.add(response.socket);
    response.end("<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>");
  });
  const { ec2, destroy } = clientsOf(endpoint);
  for (const _time of [1, 2, 3]) await ec2.send(new DescribeVpcsCommand({}));
  expect(sockets.size).toBe(1);
  const closed = [...sockets].map((socket) => once(socket, "close"));
  destroy();
  await Promise.all(closed);
});

test("a host that takes no connection is waited for 5 s each time", async () => {
  stopTime(0);
  let lookedUp = 0;
  vi.spyOn(dns, "lookup").mockImplementation(() => {
    lookedUp += 1;
  });
  const clients = clientsOf({ url: "http://aws.example.com" });
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  const sending = clients.ec2.send(new DescribeVpcsCommand({}));
  sending.then(over, over);
  const refused = expect(sending).rejects.toMatchObject({
    code: "TimeoutError",
    message:
      "TimeoutError: no connection to http://aws.example.com (endpoint_url of the shared configuration) within 5 s",
    remedy: expect.stringContaining("Check endpoint_url of the shared configuration"),
  });
  for (let asked = 0; !isOver; ) {
    await new Promise((resolve) => setImmediate(resolve));
    // Loading the SDK takes real time. Time that passed meanwhile would end an attempt before its lookup.
    const pause = lookedUp === 0 ? 0 : 1;
    const wait = lookedUp > asked ? 5_000 : pause;
    asked = lookedUp;
    await vi.advanceTimersByTimeAsync(wait);
  }
  await refused;
  expect(lookedUp).toBe(10);
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
