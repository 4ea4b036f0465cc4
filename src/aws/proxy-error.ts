import { quoted } from "./neutral-words.ts";
import type { ProxyServer } from "./proxy.ts";
import { attempts } from "./retry.ts";

/** The proxy cannot be reached, or does not connect to AWS. */
export class ProxyError extends Error {
  /** Used as AWS's code. */
  override readonly name: "ProxyUnreachable" | "ProxyRefused";
  readonly remedy: string;
  /** The maximum number of attempts. Undefined: the same as for any transient error. */
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

/** The error for a failed connection to the proxy. */
export function proxyUnreachable({ shown, variable }: ProxyServer, cause: unknown): ProxyError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const why = said === "socket hang up" ? "it closed the connection without an answer" : said;
  return new ProxyError(
    "ProxyUnreachable",
    `the proxy ${shown} (${variable}) cannot be reached: ${why}`,
    { remedy: elsewhere(variable), cause },
  );
}

/**
 * The error for an answer to CONNECT that Node's parser cannot read or that never ends. Undefined
 * for other causes.
 */
export function noProxy({ shown, variable }: ProxyServer, cause: unknown): ProxyError | undefined {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  // The parser's codes are those of llhttp.
  if (typeof code !== "string" || !code.startsWith("HPE_")) return undefined;
  const what =
    code === "HPE_HEADER_OVERFLOW"
      ? "the headers of its answer do not end"
      : "it does not speak HTTP";
  return new ProxyError(
    "ProxyRefused",
    `the server at ${shown} (${variable}) is not a proxy: ${what}`,
    { remedy: elsewhere(variable), mostAttempts: attempts.final, cause },
  );
}

function elsewhere(variable: string): string {
  return `Correct ${variable}, or unset it if this machine reaches AWS without a proxy, then run the same command again.`;
}

/** The error for a proxy that answers CONNECT without success. */
export function proxyRefused(
  { shown, variable, url }: ProxyServer,
  endpoint: string,
  status: number,
  reason: string,
): ProxyError {
  const isTransient = status >= 500 || status === 429;
  const words = reason === "" ? "" : ` ${quoted(reason)}`;
  return new ProxyError(
    "ProxyRefused",
    `the proxy ${shown} (${variable}) does not connect to ${endpoint}: it answered ${status}${words}`,
    {
      remedy: remedyFor(status, variable, url.username !== ""),
      ...(isTransient ? {} : { mostAttempts: attempts.final }),
    },
  );
}

function remedyFor(status: number, variable: string, hasUser: boolean): string {
  if (status === 407) {
    return hasUser
      ? `Correct the user name and password in ${variable}. Write special characters as escapes, such as %40 for @.`
      : `The proxy requires a user name and password: ${variable}=http://<user>:<password>@<host>:<port>.`;
  }
  if (status >= 500) {
    return `Find out why the proxy does not reach the host: does the proxy know the host, and is the region spelled correctly? Or add the host to NO_PROXY if this machine reaches it without the proxy (${variable}).`;
  }
  return `Allow the host in the proxy, or add the host to NO_PROXY if this machine reaches it without the proxy (${variable}).`;
}
