import { createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/core/protocols";
import { AnswerError } from "../aws/answer-error.ts";
import type { Sender } from "../aws/request-handler.ts";

/** The environment variable with the key of the signature. */
export const secretVariable = "RECONCILE_WEBHOOK_SECRET";

/** A signed request to a URL. */
interface Signed {
  readonly url: string;
  readonly body: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Posts the body, and follows no redirect: the answer of another server would prove nothing. The receiver computes the
 * same HMAC of the time and the body, and refuses old times.
 *
 * @throws Error that says in a few words why the URL did not take it.
 */
export async function postSigned(
  { url, body, secret, now }: Signed,
  sender: Sender,
  signal: AbortSignal,
): Promise<void> {
  const { protocol, hostname, port, pathname, searchParams } = new URL(url);
  const timestamp = String(Math.floor(now / 1000));
  const request = new HttpRequest({
    method: "POST",
    protocol,
    hostname,
    ...(port !== "" && { port: Number(port) }),
    path: pathname,
    query: queryOf(searchParams),
    headers: {
      host: new URL(url).host,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "user-agent": "reconcile",
      "x-reconcile-timestamp": timestamp,
      "x-reconcile-signature": `sha256=${signatureOf(secret, timestamp, body)}`,
    },
    body,
  });
  const status = await statusOf(sender.handle(request, { abortSignal: signal }));
  if (status >= 200 && status < 300) return;
  throw new Error(
    status >= 300 && status < 400
      ? `it answered ${status}, a redirect, which is not followed`
      : `it answered ${status}`,
  );
}

/** Only the status counts: the answer need not be one of AWS's. */
async function statusOf(sending: ReturnType<Sender["handle"]>): Promise<number> {
  try {
    return (await sending).response.statusCode;
  } catch (error) {
    if (!(error instanceof AnswerError) || error.name !== "UnreadableAnswer") throw error;
    const { httpStatusCode: status } = error.$metadata;
    if (status === undefined) throw new Error("its answer cannot be read", { cause: error });
    return status;
  }
}

/** HMAC-SHA256 in hexadecimal digits. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
}

function queryOf(parameters: URLSearchParams): Record<string, string[]> {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(names.map((name) => [name, parameters.getAll(name)]));
}

/** Whether only this machine gets what is sent to the URL. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" ||
    // "Users may assume that IPv4 and IPv6 address queries for localhost names will always resolve to the respective IP
    // loopback address" (RFC 6761, 6.3).
    hostname.endsWith(".localhost") ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    hostname === "[::1]"
  );
}
