import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox } from "./sandbox.ts";
import { SandboxError } from "./sandbox-error.ts";

export interface SandboxServer {
  /** `http://127.0.0.1:4566`, as AWS_ENDPOINT_URL takes it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Whoever reaches the port is root in the sandbox: nobody but this machine does. */
const HOST = "127.0.0.1";

/** User data is at most 16 KB; the largest request of these services is far below this. In bytes. */
const LARGEST_REQUEST = 1024 * 1024;

/**
 * Serves a sandbox over HTTP on loopback, for any AWS client.
 *
 * @param options.port 0 takes a free one.
 * @throws SandboxError when the port cannot be had.
 */
export async function serveSandbox(
  sandbox: Pick<Sandbox, "handle">,
  options: { readonly port: number },
): Promise<SandboxServer> {
  const server = createServer((request, response) => {
    answer(sandbox, request, response).catch(() => response.destroy());
  });
  server.listen(options.port, HOST);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw refused(options.port, cause);
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      // Clients keep connections alive, and would keep the server with them.
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  sandbox: Pick<Sandbox, "handle">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page in a browser cannot name another host than its own: this keeps DNS rebinding out.
  if (!isLoopback(request.headers.host)) {
    response.writeHead(403).end();
    return;
  }
  const body = await read(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const aborted = new AbortController();
  response.once("close", () => aborted.abort());
  const method = request.method ?? "GET";
  const answered = await sandbox.handle({ method, headers, body }, aborted.signal);
  response.writeHead(answered.statusCode, answered.headers).end(answered.body);
}

function isLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? "");
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > LARGEST_REQUEST) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function refused(port: number, cause: unknown): SandboxError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") {
    return new SandboxError(
      `port ${port} of ${HOST} is taken`,
      "Take another one with --port; --port 0 takes a free one.",
      cause,
    );
  }
  return new SandboxError(
    `port ${port} of ${HOST} cannot be had: ${code ?? String(cause)}`,
    "Ports below 1024 need privileges; take another one with --port.",
    cause,
  );
}
