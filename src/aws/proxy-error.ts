import { quoted } from "./neutral-words.ts";
import type { ProxyServer } from "./proxy.ts";

/** The proxy cannot be reached, or makes no connection to AWS. */
export class ProxyError extends Error {
  /** In place of AWS's code. */
  override readonly name: "ProxyUnreachable" | "ProxyRefused";
  readonly remedy: string;
  /** How often the request may be sent in all; undefined: as often as after any error that passes. */
  readonly mostAttempts: number | undefined;

  constructor(
    name: ProxyError["name"],
    message: string,
    facts: { remedy: string; mostAttempts?: number; cause?: unknown },
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = name;
    this.remedy = facts.remedy;
    this.mostAttempts = facts.mostAttempts;
  }
}

/** Of a connection to the proxy that fails. */
export function proxyUnreachable({ shown, variable }: ProxyServer, cause: unknown): ProxyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ProxyError(
    "ProxyUnreachable",
    `the proxy ${shown} (${variable}) cannot be reached: ${why}`,
    {
      remedy: `Correct ${variable}, or unset it where AWS can be reached without a proxy, then run the same command again.`,
      cause,
    },
  );
}

/** Of a proxy that answers CONNECT with anything but success. */
export function proxyRefused(
  { shown, variable, url }: ProxyServer,
  endpoint: string,
  { statusCode, statusText }: { readonly statusCode: number; readonly statusText: string },
): ProxyError {
  if (!Number.isInteger(statusCode)) {
    return new ProxyError(
      "ProxyRefused",
      `what answers at ${shown} (${variable}) speaks no HTTP, so it is no proxy`,
      { remedy: `Correct ${variable}, then run the same command again.`, mostAttempts: 1 },
    );
  }
  const passes = statusCode >= 500 || statusCode === 429;
  const words = statusText === "" ? "" : ` ${quoted(statusText)}`;
  return new ProxyError(
    "ProxyRefused",
    `the proxy ${shown} (${variable}) does not connect to ${endpoint}: it answered ${statusCode}${words}`,
    {
      remedy: remedyFor(statusCode, variable, url.username !== ""),
      ...(passes ? {} : { mostAttempts: 1 }),
    },
  );
}

function remedyFor(status: number, variable: string, hasUser: boolean): string {
  if (status === 407) {
    return hasUser
      ? `Correct the user's name and password in ${variable}; special characters in them are written as %40 for @.`
      : `The proxy wants to know who you are: ${variable}=http://<user>:<password>@<host>:<port>.`;
  }
  if (status >= 500) {
    return `See why the proxy does not get there: does it know the host, and is the region's name right? Or name the host in NO_PROXY where it can be reached without the proxy (${variable}).`;
  }
  return `Have the proxy allow that host, or name the host in NO_PROXY where it can be reached without the proxy (${variable}).`;
}
