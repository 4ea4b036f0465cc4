import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import {
  type Authority,
  answeringAs,
  createAuthority,
  openEndpoint,
  openProxy,
  openTlsEndpoint,
  type Received,
} from "./loopback.ts";

const region = "ap-southeast-2";
const ec2Host = `ec2.${region}.amazonaws.com`;
let home: string;

/** Resolves when the other side has left. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().once("close", () => resolve()));
}

/** One header without end, as fast as it is read, until the other side closes. */
function answerForEver(socket: Socket): void {
  const chunk = "a".repeat(10_000);
  socket.write("HTTP/1.1 200 OK\r\nx: ");
  const more = () => {
    while (!socket.destroyed && socket.write(chunk)) {}
  };
  socket.on("drain", more);
  more();
}

/** No configuration but what a test sets: neither of the machine nor of the person who runs it. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "reconcile-proxy-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"));
});
afterEach(() => vi.unstubAllEnvs());

function setKeys(): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDTEST");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "not a secret");
}

function file(name: string, content: string): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

function clients(profile?: string) {
  const made = createClients({ region, profile });
  onTestFinished(() => made.destroy());
  return made;
}

/** The embedded AWS behind a TLS endpoint that has a certificate for AWS's names, and a proxy before it. */
async function surroundings(answer?: (request: Received) => string | undefined) {
  const authority = await createAuthority();
  const sandbox = await createSandbox({ region });
  const usual = answeringAs(sandbox);
  const endpoint = await openTlsEndpoint(authority, (request, response) => {
    const own = answer?.(request);
    if (own === undefined) return usual(request, response);
    const type = own.startsWith("{") ? "application/json" : "text/xml";
    response.writeHead(200, { "content-type": type, "x-amzn-requestid": "r1" }).end(own);
  });
  const proxy = await openProxy(endpoint);
  return { authority, endpoint, proxy };
}

function trust({ root }: Authority): void {
  vi.stubEnv("AWS_CA_BUNDLE", file("authority.pem", root));
}

describe("AWS behind a proxy", () => {
  test.each(["HTTPS_PROXY", "https_proxy"])("is reached through that of %s", async (variable) => {
    const { authority, proxy } = await surroundings();
    setKeys();
    trust(authority);
    vi.stubEnv(variable, proxy.url);
    const { ec2, sts } = clients();
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe("000000000000");
    expect(proxy.asked).toEqual([
      `CONNECT ${ec2Host}:443`,
      `CONNECT sts.${region}.amazonaws.com:443`,
    ]);
  });

  test("whose name stands without a scheme, with a user and a password", async () => {
    const { authority, proxy } = await surroundings();
    setKeys();
    trust(authority);
    vi.stubEnv("HTTPS_PROXY", `me:p%40ss@127.0.0.1:${proxy.port}`);
    await clients().ec2.send(new DescribeVpcsCommand({}));
    expect(proxy.headers()).toEqual({
      host: `${ec2Host}:443`,
      "proxy-authorization": `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
      "proxy-connection": "keep-alive",
    });
  });

  test("an endpoint of http goes through HTTP_PROXY, loopback too, and NO_PROXY leaves it out", async () => {
    const endpoint = await openEndpoint(answeringAs(await createSandbox({ region })));
    const proxy = await openProxy(endpoint);
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
    vi.stubEnv("HTTP_PROXY", proxy.url);
    await clients().ec2.send(new DescribeVpcsCommand({}));
    expect(proxy.asked).toEqual([`POST ${endpoint.url}/`]);
    vi.stubEnv("NO_PROXY", "localhost,127.0.0.0/8");
    await clients().ec2.send(new DescribeVpcsCommand({}));
    expect(proxy.asked).toHaveLength(1);
    expect(endpoint.received).toHaveLength(2);
  });

  test.each<[because: string, status: string, words: string]>([
    ["wants to know who asks", "407 Proxy Authentication Required", "http://<user>:<password>@"],
    ["forbids the host", "403 Forbidden", "Allow the host in the proxy"],
    ["cannot look up the host", "502 Bad Gateway", "does not reach the host"],
  ])("a proxy that %s is told as such", async (_because, status, words) => {
    const proxy = await openProxy({ status });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const sending = clients().ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({
      code: "ProxyRefused",
      message: expect.stringMatching(
        new RegExp(
          `the proxy ${proxy.url} \\(HTTPS_PROXY\\) does not connect to ${ec2Host}:443: it answered ${status.slice(0, 3)} "${status.slice(4)}"`,
        ),
      ),
      remedy: expect.stringContaining(words),
    });
    // What passes by itself is tried again, and nothing else.
    expect(proxy.asked.length > 1).toBe(status.startsWith("5"));
  });

  test.each<[because: string, answer: (socket: Socket) => void, words: string]>([
    ["no HTTP", (socket) => socket.end("hello there\r\n\r\n"), "it does not speak HTTP"],
    ["headers without end", answerForEver, "the headers of its answer do not end"],
  ])("what answers with %s is no proxy, and asked once", async (_because, answer, words) => {
    const closed: Promise<void>[] = [];
    const proxy = await openProxy({
      answer(socket) {
        closed.push(closing(socket));
        answer(socket);
      },
    });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "ProxyRefused",
      kind: "network",
      message: `ProxyRefused: the server at ${proxy.url} (HTTPS_PROXY) is not a proxy: ${words}`,
      remedy: expect.stringContaining("Correct HTTPS_PROXY"),
    });
    await Promise.all(closed);
    expect(proxy.asked).toHaveLength(1);
  });

  test("a proxy that closes the connection without an answer is told as such", async () => {
    const proxy = await openProxy({ answer: (socket) => void socket.destroy() });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "ProxyUnreachable",
      message: expect.stringContaining(`${proxy.url} (HTTPS_PROXY) cannot be reached: it closed`),
    });
  });

  test.each<[because: string, begin: (socket: Socket) => void]>([
    ["never begins", () => {}],
    ["drips", (socket) => socket.write("HTTP/1.1 200 OK\r\nx: ")],
  ])("a proxy whose answer %s is left after 15 s", async (_because, begin) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });
    const left: Promise<void>[] = [];
    const proxy = await openProxy({
      answer(socket) {
        left.push(closing(socket));
        begin(socket);
      },
    });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    let isOver = false;
    const refused = expect(clients().ec2.send(new DescribeVpcsCommand({})))
      .rejects.toMatchObject({
        code: "TimeoutError",
        message: `TimeoutError: no connection to https://${ec2Host}, through the proxy ${proxy.url} (HTTPS_PROXY) within 15 s`,
        remedy: expect.stringContaining("Check the proxy (HTTPS_PROXY)"),
      })
      .finally(() => {
        isOver = true;
      });
    for (let asked = 0; !isOver; ) {
      await new Promise((resolve) => setImmediate(resolve));
      // Time goes on when a connection is waited for, or the next attempt.
      const next = left.length > asked ? 15_000 : 1;
      asked = left.length;
      await vi.advanceTimersByTimeAsync(next);
    }
    await refused;
    expect(left).toHaveLength(10);
    await Promise.all(left);
  });

  test("a proxy that does not answer is left when the clients are destroyed, with no timer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let ask = (_socket: Socket) => {};
    const asked = new Promise<Socket>((resolve) => {
      ask = resolve;
    });
    const proxy = await openProxy({ answer: (socket) => ask(socket) });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const made = clients();
    const sending = made.ec2.send(new DescribeVpcsCommand({}));
    const refused = expect(sending).rejects.toMatchObject({ name: "AbortError" });
    const closed = closing(await asked);
    made.destroy();
    await Promise.all([refused, closed]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a proxy that refuses a user is told without the password", async () => {
    const proxy = await openProxy({ status: "407 Proxy Authentication Required" });
    setKeys();
    vi.stubEnv("HTTPS_PROXY", `http://me:hunter2@127.0.0.1:${proxy.port}`);
    const error: unknown = await clients()
      .ec2.send(new DescribeVpcsCommand({}))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ remedy: expect.stringContaining("Correct the user name") });
    expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
  });

  test("a proxy of http that answers for AWS is told as such", async () => {
    const proxy = await openProxy({ status: "403 Forbidden" });
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", "http://aws.example.com");
    vi.stubEnv("HTTP_PROXY", `http://me:hunter2@127.0.0.1:${proxy.port}`);
    const sending = clients().ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: `UnreadableAnswer: the server at http://aws.example.com (AWS_ENDPOINT_URL), through the proxy ${proxy.url} (HTTP_PROXY) is not AWS: it sent status 403, text/html, "refused by the proxy"`,
      remedy: expect.stringContaining("HTTP_PROXY"),
    });
  });

  test("a proxy that cannot be reached is told as such, without its password", async () => {
    const { port } = await openEndpoint(() => {});
    const proxy = await openProxy({ port });
    setKeys();
    // A port of which nobody listens: that of a proxy on another address of loopback.
    const url = `127.0.0.2:${proxy.port}`;
    vi.stubEnv("https_proxy", `http://me:hunter2@${url}`);
    vi.spyOn(Math, "random").mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const error: unknown = await clients()
      .ec2.send(new DescribeVpcsCommand({}))
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "ProxyUnreachable",
      kind: "network",
      message: expect.stringContaining(`the proxy http://${url} (https_proxy) cannot be reached`),
      remedy: expect.stringContaining("https_proxy"),
    });
    expect(String(error)).not.toContain("hunter2");
  });

  test.each([
    "socks5://127.0.0.1:1080",
    "http://",
    "::",
    "http://me:100%@127.0.0.1:3128",
    "http://50%me:x@127.0.0.1:3128",
  ])("%s is no proxy", async (value) => {
    setKeys();
    vi.stubEnv("HTTPS_PROXY", value);
    const sending = clients().ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({
      code: "InvalidProxy",
      message: expect.stringContaining("HTTPS_PROXY"),
      remedy: expect.stringContaining("HTTPS_PROXY=http://"),
    });
  });
});

describe("the credential chain", () => {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();

  test("assumes a role through the proxy and with the authority, once for all clients", async () => {
    const { authority, proxy, endpoint } = await surroundings(({ action }) =>
      action === "AssumeRole"
        ? `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></AssumeRoleResponse>`
        : undefined,
    );
    file(
      "config",
      `[profile work]\nrole_arn = arn:aws:iam::000000000000:role/work\nsource_profile = base\nregion = ${region}\nca_bundle = ${file("authority.pem", authority.root)}\n`,
    );
    file("credentials", "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const { ec2, sts } = clients("work");
    await Promise.all([
      ec2.send(new DescribeVpcsCommand({})),
      sts.send(new GetCallerIdentityCommand({})),
    ]);
    const actions = endpoint.received.map(({ action }) => action).sort();
    expect(actions).toEqual(["AssumeRole", "DescribeVpcs", "GetCallerIdentity"]);
    expect(proxy.asked).toContain(`CONNECT sts.${region}.amazonaws.com:443`);
  });

  function logIn(): void {
    file(
      "config",
      "[profile team]\nsso_session = us\nsso_account_id = 000000000000\nsso_role_name = team\n[sso-session us]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
    );
    mkdirSync(join(home, ".aws/sso/cache"), { recursive: true });
    const session = createHash("sha1").update("us").digest("hex");
    const token = JSON.stringify({ accessToken: "t", expiresAt: expiration });
    file(`.aws/sso/cache/${session}.json`, token);
  }

  test("fetches the credentials of an SSO session likewise", async () => {
    const { authority, proxy, endpoint } = await surroundings(({ url }) =>
      url.startsWith("/federation/credentials")
        ? JSON.stringify({
            roleCredentials: {
              accessKeyId: "AKIDSSO",
              secretAccessKey: "s",
              sessionToken: "t",
              expiration: Date.parse(expiration),
            },
          })
        : undefined,
    );
    logIn();
    trust(authority);
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await clients("team").ec2.send(new DescribeVpcsCommand({}));
    expect(proxy.asked[0]).toBe("CONNECT portal.sso.us-east-1.amazonaws.com:443");
    expect(endpoint.received[1]?.headers.authorization).toContain("AKIDSSO");
  });

  test("that cannot reach SSO says why, and nothing of expired credentials", async () => {
    const proxy = await openProxy({ status: "403 Forbidden" });
    logIn();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    const sending = clients("team").ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({
      code: "ProxyRefused",
      kind: "network",
      message: expect.stringContaining("credentials could not be loaded"),
      remedy: expect.stringContaining("Allow the host in the proxy"),
    });
  });

  test("never asks the machine's own metadata through the proxy", async () => {
    const proxy = await openProxy({ status: "502 Bad Gateway" });
    const metadata = await openEndpoint((_request, response) => {
      response.writeHead(404).end();
    });
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined);
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url);
    vi.stubEnv("HTTP_PROXY", proxy.url);
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      kind: "credentials",
    });
    expect(metadata.received.length).toBeGreaterThan(0);
    expect(proxy.asked).toEqual([]);
  });
});

describe("authorities of one's own", () => {
  test("are trusted only where they are named", async () => {
    const { authority, endpoint } = await surroundings();
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      kind: "certificate",
      message: expect.stringContaining(endpoint.url),
      remedy: expect.stringContaining("AWS_CA_BUNDLE"),
    });
    trust(authority);
    expect((await clients().ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });

  test("of the profile count, and AWS_CA_BUNDLE goes before them", async () => {
    const { authority, endpoint } = await surroundings();
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
    file("config", `[default]\nca_bundle = ${file("authority.pem", authority.root)}\n`);
    expect((await clients().ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
    trust(await createAuthority());
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      kind: "certificate",
    });
  });

  test("are not read for an endpoint of http, which has no certificate", async () => {
    const endpoint = await openEndpoint(answeringAs(await createSandbox({ region })));
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
    vi.stubEnv("AWS_CA_BUNDLE", join(home, "nowhere.pem"));
    expect((await clients().ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });

  test("are read for a proxy of an endpoint of http, because the proxy may have a certificate", async () => {
    const endpoint = await openEndpoint(answeringAs(await createSandbox({ region })));
    setKeys();
    vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
    vi.stubEnv("HTTP_PROXY", (await openProxy(endpoint)).url);
    vi.stubEnv("AWS_CA_BUNDLE", join(home, "nowhere.pem"));
    await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "InvalidCertificateBundle",
    });
    expect(endpoint.received).toEqual([]);
  });

  describe.each<[because: string, content: string | undefined, words: string]>([
    ["does not exist", undefined, "the file does not exist"],
    ["is no PEM", "-----BEGIN PRIVATE KEY-----", "the file has no certificate in PEM format"],
    [
      "is damaged",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "certificate 1 of 1 is damaged",
    ],
  ])("a file of them that %s is named", (_because, content, words) => {
    function bundle(): string {
      const path = join(home, "bundle.pem");
      if (content !== undefined) writeFileSync(path, content);
      return path;
    }

    test("with AWS_CA_BUNDLE", async () => {
      const path = bundle();
      setKeys();
      vi.stubEnv("AWS_CA_BUNDLE", path);
      await expect(clients().ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
        code: "InvalidCertificateBundle",
        message: expect.stringContaining(`AWS_CA_BUNDLE names "${path}": ${words}`),
      });
    });

    test("with the profile", async () => {
      const path = bundle();
      vi.stubEnv("AWS_CA_BUNDLE", "");
      const keys = "aws_access_key_id = a\naws_secret_access_key = b";
      file("config", `[profile work]\n${keys}\nca_bundle = ${path}\n`);
      await expect(clients("work").ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
        message: expect.stringContaining(`ca_bundle of the profile work names "${path}": ${words}`),
      });
    });
  });
});
