import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "../../src/engine/clock.ts";
import { isReading } from "../../src/sandbox/operation.ts";
import { fillGaps } from "./gaps.ts";
import { Guests } from "./guests.ts";
import { type QueryAnswer, type QueryRequest, readQuery } from "./query.ts";
import { Rest, restOperationOf } from "./rest.ts";

export interface GuestProxy {
  readonly url: string;
  /** Every request of the product since the last time it was asked. */
  takeRequests(): readonly Pick<QueryRequest, "action">[];
  /** Is called when a change of the product is done, before the product hears of it. */
  onWrite: (() => Promise<void>) | undefined;
  close(): Promise<void>;
}

/**
 * Stands before moto on loopback and forwards everything, and does what only guests do.
 *
 * @param product the access key id of the product, whose requests are remembered.
 */
export async function openGuestProxy(
  moto: string,
  clock: Clock,
  product: string,
): Promise<GuestProxy> {
  const requests: Pick<QueryRequest, "action">[] = [];
  const rest = new Rest(moto);
  const guests = new Guests(
    clock,
    (request) => fillGaps(request, (filled) => forward(moto, filled)),
    async (address) => {
      const { pathname, search } = new URL(address);
      const response = await fetch(`${moto}${pathname}${search}`);
      const content = new Uint8Array(await response.arrayBuffer());
      return response.ok ? content : { status: response.status, code: "NotFound" };
    },
  );
  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    });
  });
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await read(incoming);
    const { method = "", url = "" } = incoming;
    const asked = { method, url, headers: headersOf(incoming), body: content };
    const operation = restOperationOf(asked);
    if (operation !== undefined) {
      if (asked.headers["authorization"]?.includes(`Credential=${product}/`)) {
        requests.push({ action: operation });
      }
      const answer = await rest.answer(asked, operation);
      if (!isReading(operation)) await proxy.onWrite?.();
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const request = readQuery(incoming.headers.authorization, content.toString("utf8"));
    if (request.authorization.includes(`Credential=${product}/`)) requests.push(request);
    const { status, type, body } = await guests.answer(request);
    if (!isReading(request.action)) await proxy.onWrite?.();
    response.writeHead(status, { "content-type": type }).end(body);
  }
  // A client that tries nothing twice may be just about to use the connection that is closed.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const proxy: GuestProxy = {
    url: `http://127.0.0.1:${address.port}`,
    onWrite: undefined,
    takeRequests: () => requests.splice(0),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

async function forward(moto: string, { authorization, form }: QueryRequest): Promise<QueryAnswer> {
  const response = await fetch(moto, {
    method: "POST",
    headers: {
      authorization,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    },
    body: form.toString(),
  });
  const type = response.headers.get("content-type") ?? "text/xml";
  const body = await response.text();
  // What moto does not implement ends in a page about the crash. Clients try a 500 again and
  // again; a 501 says what it is, and is final.
  if (response.status === 500 && type.startsWith("text/html")) return notImplemented(body);
  return { status: response.status, type, body };
}

function notImplemented(page: string): QueryAnswer {
  const [, title = ""] = /<title>([^<]*)/.exec(page) ?? [];
  const error = `<Error><Code>NotImplemented</Code><Message>moto: ${title.trim()}</Message></Error>`;
  // Each of the two protocols finds its error in here, and ignores the other's.
  const body = `<ErrorResponse><Errors>${error}</Errors>${error}</ErrorResponse>`;
  return { status: 501, type: "text/xml", body };
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
