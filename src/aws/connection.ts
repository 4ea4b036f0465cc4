import type { Readable } from "node:stream";
import type { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { AnswerError, notAws } from "./answer-error.ts";
import { certificateBundle } from "./certificate-bundle.ts";
import {
  type Destination,
  describeDestination,
  destinationOf,
  rememberDestination,
} from "./destination.ts";
import { errorCodeOf } from "./errors.ts";
import { type ProxyServer, proxyFor } from "./proxy.ts";
import type { Trust } from "./proxy-agents.ts";
import { ProxyError } from "./proxy-error.ts";
import type { Sender } from "./request-handler.ts";
import { attempts } from "./retry.ts";

/** Milliseconds. */
const limits = {
  /** Until the other side accepts the connection. */
  connection: 5_000,
  /** The same behind a proxy, which has to look up the host and connect to it. */
  tunnel: 15_000,
  /**
   * From the request to the answer's last byte, beside the time that a large request takes. AWS answers
   * within seconds. A longer wait means a dead connection.
   */
  answer: 60_000,
};

const megabyte = 1024 * 1024;

/** Bytes per second at which a request is sent at least: 0.5 Mbit/s. A slower network sends no large one. */
const slowest = megabyte / 16;

/**
 * Bytes. The longest answers, pages of a thousand objects, have a few million. An error has a few
 * hundred.
 */
const longest = { answer: 32 * megabyte, error: megabyte };

/**
 * The network, configured by the environment: with proxies and custom certificate authorities
 * (AWS_CA_BUNDLE, `ca_bundle` of the profile).
 */
export function openNetwork(profile: string | undefined): Sender {
  const handlers = new Map<string, Promise<NodeHttpHandler>>();
  let bundle: Promise<string | undefined> | undefined;
  const makeHandler = async (protocol: string, proxy: ProxyServer | undefined) => {
    // Without encryption nothing is certified, and reading the certificates takes a while.
    if (protocol === "http:" && proxy === undefined) return createHandler(proxy, { ca: undefined });
    bundle ??= certificateBundle(profile);
    return createHandler(proxy, { ca: await bundle });
  };
  const handlerFor = (protocol: string, proxy: ProxyServer | undefined) => {
    const key = proxy?.url.href ?? protocol;
    const known = handlers.get(key);
    if (known !== undefined) return known;
    const made = makeHandler(protocol, proxy);
    handlers.set(key, made);
    return made;
  };
  return {
    async handle(request, { abortSignal }) {
      const proxy = proxyFor(request, process.env);
      const destination = destinationOf(request, process.env, proxy);
      const handler = await handlerFor(request.protocol, proxy);
      return { response: await send(handler, request, abortSignal, destination), destination };
    },
    destroy() {
      for (const handler of handlers.values()) {
        // A handler that could not be created has nothing to close.
        handler.then(
          (made) => made.destroy(),
          () => {},
        );
      }
    },
  };
}

async function createHandler(
  proxy: ProxyServer | undefined,
  trust: Trust,
): Promise<NodeHttpHandler> {
  if (proxy === undefined) {
    return new NodeHttpHandler({ connectionTimeout: limits.connection, httpsAgent: trust });
  }
  // Loaded only when a proxy is set.
  const { proxyAgents } = await import("./proxy-agents.ts");
  return new NodeHttpHandler({
    connectionTimeout: limits.tunnel,
    ...proxyAgents(proxy, trust, limits.tunnel),
  });
}

/** Sends a request and waits for the whole answer, within limits of time and size. */
async function send(
  handler: NodeHttpHandler,
  request: HttpRequest,
  stop: AbortSignal,
  destination: Destination,
) {
  const slow = new AbortController();
  const time = limits.answer + sendingTime(request);
  const timer = setTimeout(() => slow.abort(), time);
  let received = 0;
  try {
    const abortSignal = AbortSignal.any([stop, slow.signal]);
    const { response } = await handler.handle(request, { abortSignal });
    const { statusCode, headers } = response;
    const body: Readable = response.body;
    const content: AsyncIterable<Uint8Array> = body;
    const most = statusCode < 300 ? longest.answer : longest.error;
    // The request does not allow a compressed answer, and a few compressed bytes may expand to very many.
    if (isEncoded(headers)) throw compressed(destination, body, statusCode);
    const chunks: Buffer[] = [];
    for await (const chunk of content) {
      const bytes = Buffer.from(chunk);
      received += bytes.byteLength;
      // Leaving the loop closes the connection.
      if (received > most) throw tooLarge(destination, statusCode, most);
      chunks.push(bytes);
    }
    return { statusCode, headers, body: Buffer.concat(chunks, received) };
  } catch (error) {
    if (slow.signal.aborted) throw tooSlow(destination, received, time);
    if (error instanceof AnswerError || error instanceof ProxyError) throw error;
    if (isConnectionTimeout(error)) throw noConnection(destination);
    throw noHttp(error, destination) ?? remembered(error, destination);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The milliseconds that the body may take beside the wait for the answer: an application of 100 MB takes minutes. Most
 * requests have a few hundred bytes.
 */
function sendingTime(request: HttpRequest): number {
  const body: unknown = request.body;
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body.length : 0;
  return Math.floor(bytes / slowest) * 1000;
}

function tooLarge(destination: Destination, status: number, most: number): AnswerError {
  return new AnswerError(
    notAws(destination, `it sends more than ${most / megabyte} MB with status ${status}`),
    { destination, status, mostAttempts: attempts.final },
  );
}

function isEncoded(headers: Readonly<Record<string, string>>): boolean {
  return !["", "identity"].includes((headers["content-encoding"] ?? "").toLowerCase());
}

function compressed(destination: Destination, body: Readable, status: number): AnswerError {
  body.destroy();
  return new AnswerError(
    notAws(destination, `it sent a compressed answer (status ${status}) that nobody requested`),
    { destination, status, mostAttempts: attempts.final },
  );
}

/** The error for an answer that Node's parser cannot read. Its codes are those of llhttp. */
function noHttp(error: unknown, destination: Destination): AnswerError | undefined {
  if (!(error instanceof Error) || !errorCodeOf(error).startsWith("HPE_")) return undefined;
  return new AnswerError(notAws(destination, `it does not speak HTTP: "${error.message}"`), {
    destination,
    mostAttempts: attempts.final,
  });
}

function remembered(error: unknown, destination: Destination): unknown {
  rememberDestination(error, destination);
  return error;
}

function tooSlow(destination: Destination, received: number, time: number): AnswerError {
  const seconds = time / 1000;
  const where = describeDestination(destination);
  const what = received === 0 ? "did not answer" : "did not finish its answer";
  return new AnswerError(`${where} ${what} within ${seconds} s`, {
    name: "TimeoutError",
    destination,
    mostAttempts: attempts.slowAnswer,
  });
}

/** Identified by its name, because it is the only network error without a code. */
function isConnectionTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError" && !("code" in error);
}

function noConnection(destination: Destination): AnswerError {
  const { via } = destination;
  const seconds = (via === undefined ? limits.connection : limits.tunnel) / 1000;
  const where = describeDestination(destination);
  return new AnswerError(`no connection to ${where} within ${seconds} s`, {
    name: "TimeoutError",
    destination,
  });
}
