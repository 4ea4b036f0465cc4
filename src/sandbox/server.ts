import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpResponseLike } from "./protocol/protocol.ts";
import type { HttpRequestLike } from "./protocol/request.ts";
import { SandboxError } from "./sandbox-error.ts";

/** The usual port of local AWS emulators. */
const DEFAULT_PORT = 4566;

/** Far above what a stack sends (a build script with its files), and still harmless. */
const MAX_BODY = 16 * 1024 * 1024;

/** How long a client may take to send a request, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;

export interface SandboxServer {
  /** `http://127.0.0.1:4566`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the server needs of a sandbox. */
interface Served {
  readonly methods: ReadonlySet<string>;
  handle(request: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike>;
}

/**
 * Serves a sandbox over HTTP to the AWS clients of this machine only. Port 0 means any free port.
 *
 * @throws SandboxError when the port is in use.
 */
export async function serveSandbox(
  sandbox: Served,
  options: { readonly port?: number } = {},
): Promise<SandboxServer> {
  const port = options.port ?? DEFAULT_PORT;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
    void respond(sandbox, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new SandboxError(
          `Cannot serve the sandbox on port ${port}: ${cause.message}`,
          "Stop the program that uses the port, or set another port with --port.",
          cause,
        ),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  sandbox: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    if (!isForLoopback(request.headers.host)) {
      // Refuses web pages whose host name resolves to this machine (DNS rebinding).
      return refuse(response, 403, "This server only accepts requests to localhost.");
    }
    const { method = "" } = request;
    if (!sandbox.methods.has(method)) {
      return refuse(response, 405, "None of AWS's protocols here uses this method.");
    }
    const body = await read(request);
    if (body === undefined) return refuse(response, 413, "The request is too large.");
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === "string") headers[name] = value;
    }
    const [path = "", ...search] = (request.url ?? "").split("?");
    const query = queryOf(new URLSearchParams(search.join("?")));
    const answer = await sandbox.handle({ method, path, query, headers, body }, gone.signal);
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  } catch (error) {
    if (error instanceof SandboxError) refuse(response, 500, `${error.message} ${error.remedy}`);
    // The fault plan breaks the connection, as a bad network would.
    else response.destroy();
  }
}

/** Parameters that occur several times have several values. */
function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const [first = "", ...others] = parameters.getAll(name);
    query[name] = others.length === 0 ? first : [first, ...others];
  }
  return query;
}

function isForLoopback(host: string | undefined): boolean {
  const name = (host ?? "").replace(/:\d+$/, "").toLowerCase();
  return ["localhost", "127.0.0.1", "[::1]"].includes(name) || name.endsWith(".localhost");
}

async function read(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> = request;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    "content-type": "text/plain;charset=UTF-8",
    "x-amzn-requestid": randomUUID(),
    connection: "close",
  });
  response.end(`${message}\n`);
}
