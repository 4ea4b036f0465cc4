import { getEventListeners, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { leaveUnlimited, limitRequests } from "../../src/aws/machine-endpoints.ts";
import { openEndpoint, type Received } from "./loopback.ts";

let home: string;

/** No configuration but what a test sets. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "reconcile-machine-"));
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const vpcs =
  "<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>";
const expiration = new Date(Date.now() + 3_600_000).toISOString();
const keys = { AccessKeyId: "AKIDMACHINE", SecretAccessKey: "s", Token: "t" };

type Answerer = (request: Received, response: ServerResponse) => void;

/** An endpoint of AWS, whose DescribeVpcs answers, and of the machine, which both kinds of provider ask. */
async function surroundings(variable: string, machine: Answerer) {
  const aws = await openEndpoint((_request, response) => void response.end(vpcs));
  const closed: Promise<unknown>[] = [];
  const endpoint = await openEndpoint((request, response) => {
    closed.push(once(response, "close"));
    machine(request, response);
  });
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  vi.stubEnv(variable, endpoint.url);
  const { ec2, destroy } = createClients({ region: "ap-southeast-2" });
  onTestFinished(destroy);
  return { aws, endpoint, closed, destroy, ask: () => ec2.send(new DescribeVpcsCommand({})) };
}

/** Sends without end, as fast as it is read. */
async function sendForEver(response: ServerResponse): Promise<void> {
  const closed = once(response, "close");
  response.write("{");
  while (!response.destroyed) {
    if (!response.write(" ".repeat(100_000))) {
      await Promise.race([once(response, "drain"), closed]);
    }
  }
}

/** Lets time pass, a second whenever the network has nothing new, until the promise is settled. */
async function passTime(settled: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  settled.then(over, over);
  for (let seconds = 0; !isOver; seconds += 1) {
    if (seconds === 3_000) throw new Error("nothing comes of it");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

const container = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const instance = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

describe.each([container, instance])("the endpoint of %s", (variable) => {
  const drips = (response: ServerResponse) => {
    response.write("{");
    const timer = setInterval(() => response.write(" "), 10);
    response.on("close", () => clearInterval(timer));
  };

  test.each<[because: string, send: (response: ServerResponse) => unknown, words: string]>([
    ["has no end", sendForEver, "is not AWS: it sends more than 1 MB for credentials"],
    ["drips", drips, "did not finish its answer within 10 s"],
  ])("whose answer %s is left, and named", async (_because, send, words) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { ask, aws, endpoint, closed } = await surroundings(variable, ({ url }, response) =>
      url.endsWith("token") ? response.end("token") : send(response),
    );
    const sending = ask();
    const refused = expect(sending).rejects.toMatchObject({
      kind: "network",
      operation: "ec2:DescribeVpcs",
      message: expect.stringMatching(
        new RegExp(`credentials could not be loaded: .*${endpoint.url} \\(${variable}\\) ${words}`),
      ),
      remedy: expect.stringMatching(`Correct ${variable}, or set credentials of your own`),
    });
    await passTime(sending);
    await refused;
    await Promise.all(closed);
    expect(closed.length).toBeGreaterThan(0);
    expect(aws.received).toEqual([]);
  });

  test("gives credentials, and is asked no more when it did", async () => {
    const { ask, aws, endpoint } = await surroundings(variable, ({ url }, response) => {
      if (url.endsWith("token")) response.end("token");
      else if (url.endsWith("security-credentials/")) response.end("role");
      else response.end(JSON.stringify({ ...keys, Code: "Success", Expiration: expiration }));
    });
    for (const _time of [1, 2]) {
      expect(await ask()).toMatchObject({ Vpcs: [{ VpcId: "vpc-1" }] });
    }
    expect(aws.received[1]?.headers.authorization).toContain("AKIDMACHINE");
    expect(endpoint.received).toHaveLength(variable === container ? 1 : 3);
  });

  test("is left when the clients are destroyed", async () => {
    const { ask, endpoint, closed, destroy } = await surroundings(variable, () => {});
    const refused = expect(ask()).rejects.toMatchObject({ name: "AbortError" });
    await endpoint.arrived(1);
    destroy();
    await refused;
    await Promise.all(closed);
  });
});

test("what was too large before is not blamed for what the endpoint refuses later", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let isGood = false;
  const { ask } = await surroundings(container, (_request, response) => {
    if (isGood) response.writeHead(403).end("{}");
    else void sendForEver(response);
  });
  for (const words of ["more than 1 MB", "CredentialsProviderError"]) {
    const sending = ask();
    const refused = expect(sending).rejects.toThrow(words);
    await passTime(sending);
    await refused;
    isGood = true;
  }
});

test("AWS's own answers to the chain may be larger", async () => {
  const role = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult>${" ".repeat(2 ** 21)}<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`;
  const aws = await openEndpoint(
    ({ action }, response) => void response.end(action === "AssumeRole" ? role : vpcs),
  );
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  vi.stubEnv("AWS_PROFILE", "work");
  writeFileSync(
    join(home, "config"),
    "[profile work]\nrole_arn = arn:aws:iam::000000000000:role/work\nsource_profile = base\n",
  );
  writeFileSync(
    join(home, "credentials"),
    "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n",
  );
  const { ec2, destroy } = createClients({ region: "ap-southeast-2" });
  onTestFinished(destroy);
  await ec2.send(new DescribeVpcsCommand({}));
  expect(aws.received[1]?.headers.authorization).toContain("AKIDROLE");
});

test("an endpoint that the profile names is to be looked at, where no variable could be corrected", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const endpoint = await openEndpoint((_request, response) => void sendForEver(response));
  writeFileSync(
    join(home, "config"),
    `[default]\nec2_metadata_service_endpoint = ${endpoint.url}\n`,
  );
  const { ec2, destroy } = createClients({ region: "ap-southeast-2" });
  onTestFinished(destroy);
  const sending = ec2.send(new DescribeVpcsCommand({}));
  const refused = expect(sending).rejects.toMatchObject({
    code: "UnreadableAnswer",
    message: `credentials could not be loaded: UnreadableAnswer: the server at ${endpoint.url} is not AWS: it sends more than 1 MB for credentials`,
    remedy:
      "Check which server answers there, or set credentials of your own: AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Then run the same command again to resume.",
  });
  await passTime(sending);
  await refused;
});

describe("a request of a provider", () => {
  /** What was told of the requests, and what ends them. */
  function asking() {
    const told: unknown[] = [];
    const controller = new AbortController();
    const { signal: stop } = controller;
    return { told, controller, asker: { stop, tell: (failure: unknown) => told.push(failure) } };
  }

  /** An endpoint that sends so many bytes in all, of an answer that has so many more. */
  function openSized(bytes: number, more: number) {
    const head = "HTTP/1.1 200 OK\r\ncontent-length: ";
    const length = bytes - head.length - "1234567\r\n\r\n".length;
    const answer = `${head}${String(length + more).padStart(7, "0")}\r\n\r\n${" ".repeat(length)}`;
    return openEndpoint((_request, { socket }) => void socket?.write(answer));
  }

  function openAgent(): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    return agent;
  }

  /** Reads the answer to its end, and waits until nothing is to come of the request. */
  function read(url: string, agent: Agent): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent }, (response) => response.resume());
      request.on("error", reject);
      request.on("close", resolve);
    });
  }

  test.each([
    ["of 1 MB passes", 2 ** 20, 0],
    ["of more is left", 2 ** 20 + 1, 1],
  ])("whose answer %s", async (_because, bytes, more) => {
    const { told, asker } = asking();
    const { url } = await openSized(bytes, more);
    const reading = limitRequests(asker, () => read(url, openAgent()));
    const failures = await reading.then(
      () => [],
      (error: unknown) => [error],
    );
    expect(failures).toHaveLength(more);
    expect(told).toEqual(more === 0 ? [undefined] : failures);
  });

  test("counts its own answer alone, and leaves nothing behind on a connection that stays", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { told, asker } = asking();
    const { url } = await openEndpoint((_request, response) => {
      response.end(" ".repeat(600_000));
    });
    const agent = openAgent();
    for (const _time of [1, 2, 3]) await limitRequests(asker, () => read(url, agent));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([undefined, undefined, undefined]);
    expect(getEventListeners(asker.stop, "abort")).toEqual([]);
  });

  test("is not sent at all once the calls are stopped", async () => {
    const { asker, controller } = asking();
    const endpoint = await openEndpoint((_request, response) => void response.end());
    controller.abort(new Error("given up"));
    await expect(limitRequests(asker, () => read(endpoint.url, openAgent()))).rejects.toThrow(
      "given up",
    );
    expect(endpoint.received).toEqual([]);
  });

  test("ends at once when the calls are stopped", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { asker, controller } = asking();
    const endpoint = await openEndpoint(() => {});
    const reading = limitRequests(asker, () => read(endpoint.url, openAgent()));
    const refused = expect(reading).rejects.toThrow("given up");
    await endpoint.arrived(1);
    controller.abort(new Error("given up"));
    await refused;
  });

  test("is left alone where it is limited otherwise, and where nobody is to be told", async () => {
    const { told, asker } = asking();
    const { url } = await openEndpoint((_request, response) => {
      response.end(" ".repeat(2 ** 21));
    });
    const agent = openAgent();
    await limitRequests(asker, () => leaveUnlimited(() => read(url, agent)));
    await read(url, agent);
    expect(told).toEqual([]);
  });
});
