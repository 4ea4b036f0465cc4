import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** One request as a server of these tests has received it. */
export interface Received {
  readonly host: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** `DescribeVpcs`; nothing where the protocol has no such word. */
  readonly action: string;
}

type Answerer = (request: Received, response: ServerResponse) => void | Promise<void>;

/** A server on loopback, and what it was asked. */
export interface Endpoint {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves when so many requests have come. */
  arrived(count: number): Promise<void>;
}

/** Plain HTTP, for AWS_ENDPOINT_URL. */
export function openEndpoint(answer: Answerer): Promise<Endpoint> {
  return open((listener) => createServer(listener), answer, "http");
}

/** TLS, with a certificate of the authority. */
export function openTlsEndpoint(authority: Authority, answer: Answerer): Promise<Endpoint> {
  const { key, certificate } = authority;
  return open((listener) => createTlsServer({ key, cert: certificate }, listener), answer, "https");
}

async function open(
  create: (listener: (request: IncomingMessage, response: ServerResponse) => void) => Server,
  answer: Answerer,
  scheme: string,
): Promise<Endpoint> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = create(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    const { host = "", ...headers } = request.headers;
    const action = /^Action=(\w+)/.exec(body)?.[1] ?? "";
    const { method = "", url = "" } = request;
    const each: Received = { host, method, url, headers, body, action };
    received.push(each);
    for (const look of waiting) look();
    await answer(each, response);
  });
  const port = await listen(server);
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    received,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function listen(server: Server): Promise<number> {
  // An idle connection is closed by the other side alone.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers as the embedded AWS does. */
export function answeringAs(sandbox: Sandbox): Answerer {
  return async ({ host, method, url, headers, body }, response) => {
    const plain = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    );
    const [hostname = ""] = host.split(":");
    const isAws = hostname.endsWith(".amazonaws.com");
    const [path = "", search] = url.split("?");
    const answer = await sandbox.handle({
      method,
      path,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: Object.fromEntries(plain),
      body,
      ...(isAws && { hostname }),
    });
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  };
}

/** A certificate authority of nobody, and a certificate of its making. */
export interface Authority {
  /** In PEM form. */
  readonly root: string;
  readonly key: string;
  readonly certificate: string;
}

const awsHosts = ["*.ap-southeast-2.amazonaws.com", "*.sso.us-east-1.amazonaws.com"];

/** Makes it, in memory, for an hour, with a certificate for these hosts and loopback. */
export async function createAuthority(hosts: readonly string[] = awsHosts): Promise<Authority> {
  const validity = {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 3_600_000),
    notAfterDate: new Date(Date.now() + 3_600_000),
  } as const;
  const root = await generate([{ name: "commonName", value: "Authority of a test" }], {
    ...validity,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    ...validity,
    ca: { key: root.private, cert: root.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [
          ...[...hosts, "localhost"].map((value) => ({ type: 2 as const, value })),
          { type: 7 as const, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { root: root.cert, key: leaf.private, certificate: leaf.cert };
}

/** A proxy on loopback that takes CONNECT and requests for http, and what it was asked. */
export interface ConnectProxy {
  readonly port: number;
  readonly url: string;
  /** `CONNECT ec2.ap-southeast-2.amazonaws.com:443`, `POST http://127.0.0.1:4566/`. */
  readonly asked: readonly string[];
  /** What came with the last request. */
  headers(): IncomingMessage["headers"];
}

/**
 * Leads to the endpoint, whatever host is asked for; or answers every request with a status, or
 * bytes. It speaks TLS where there is an authority.
 */
export async function openProxy(
  behind:
    | { readonly port: number; readonly status?: string }
    | { readonly status: string }
    | { readonly answer: (socket: Socket) => void },
  authority?: Authority,
): Promise<ConnectProxy> {
  const asked: string[] = [];
  let received: IncomingMessage["headers"] = {};
  const note = ({ method, url, headers }: IncomingMessage) => {
    asked.push(`${method} ${url}`);
    received = headers;
  };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    note(request);
    if ("answer" in behind) return behind.answer(request.socket);
    if (!("port" in behind)) {
      response.writeHead(Number(behind.status.slice(0, 3)), { "content-type": "text/html" });
      response.end("<html>refused by the proxy</html>");
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { "proxy-authorization": _, "proxy-connection": __, ...headers } = request.headers;
    const { method = "POST", url = "" } = request;
    const { pathname, search } = new URL(url, "http://127.0.0.1");
    const answer = await fetch(`http://127.0.0.1:${behind.port}${pathname}${search}`, {
      method,
      headers: { authorization: headers.authorization ?? "" },
      ...(method !== "GET" && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { "content-type": "text/xml" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server =
    authority === undefined
      ? createServer(listener)
      : createTlsServer({ key: authority.key, cert: authority.certificate }, listener);
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    note(request);
    socket.on("error", () => {});
    // What HTTP has handed over stays half open when the other side leaves.
    socket.on("end", () => socket.destroy());
    if ("answer" in behind) return behind.answer(socket);
    if (!("port" in behind)) {
      socket.end(`HTTP/1.1 ${behind.status}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { status = "200 Connection established" } = behind;
    const onward = connect(behind.port, "127.0.0.1", () => {
      socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => {});
    socket.on("close", () => onward.destroy());
  });
  const port = await listen(server);
  const scheme = authority === undefined ? "http" : "https";
  return { port, url: `${scheme}://127.0.0.1:${port}`, asked, headers: () => received };
}
