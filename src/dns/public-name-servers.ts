import { askAuthorities, type Reach } from "./authorities.ts";
import type { NameServerEndpoint } from "./direct-question.ts";
import type { QuestionLimits } from "./failure-words.ts";
import { LocalNameServers } from "./local-name-servers.ts";
import type { DnsQuestion } from "./message.ts";
import { NameServerError, type NameServers } from "./name-servers.ts";
import { isEqualName, withoutTrailingDot } from "./names.ts";

/** How the world's name servers are reached; by default as everybody reaches them. */
export interface PublicNameServersOptions {
  /** The name servers of this machine: addresses, with a port if it is not 53. */
  readonly servers?: readonly string[];
  /** Where the name server with this address is asked; by default at its port 53. */
  readonly endpointOf?: (address: string) => NameServerEndpoint;
  /** Milliseconds that one question may take. */
  readonly timeout?: number;
}

/** Longer than any healthy server needs, and short enough for somebody who waits for the answer. */
const usualTimeout = 3_000;

/**
 * The world's name servers. Each question to a server ends after a few seconds, and all end with the
 * signal's reason when it is aborted.
 */
export function publicNameServers(
  signal: AbortSignal = new AbortController().signal,
  options: PublicNameServersOptions = {},
): NameServers {
  const local = new LocalNameServers(options.servers);
  const endpointOf = options.endpointOf ?? ((address) => ({ address, port: 53 }));
  const reach: Reach = { local, endpointOf };
  const limits: QuestionLimits = { timeout: options.timeout ?? usualTimeout, signal };
  return {
    cname: (name) => cname(reach, withoutTrailingDot(name), limits),
    nameServersOf: (zone) => nameServersOf(reach, withoutTrailingDot(zone), limits),
  };
}

async function cname(
  reach: Reach,
  name: string,
  limits: QuestionLimits,
): Promise<readonly string[]> {
  const known = await reach.local.cname(name, limits);
  if (known.length > 0) return known;
  // A server remembers for minutes, up to hours, that a record does not exist (RFC 2308, 5). Somebody may
  // have created it since then.
  try {
    return await valuesOf(reach, { name, type: "CNAME" }, limits);
  } catch (error) {
    if (!(error instanceof NameServerError)) throw error;
    const message = `this machine's name server does not find it, but may remember an old answer; ${error.message}`;
    throw new NameServerError(message, { cause: error });
  }
}

async function nameServersOf(
  reach: Reach,
  zone: string,
  limits: QuestionLimits,
): Promise<readonly string[]> {
  // The parent of a top level is the root, which never delegates to anybody's hosted zone.
  if (!zone.includes(".")) return (await reach.local.nameServersOf(zone, limits)).toSorted();
  try {
    return await valuesOf(reach, { name: zone, type: "NS" }, limits);
  } catch (error) {
    if (!(error instanceof NameServerError)) throw error;
    // Some networks let no question out except through their own server. It has asked the zone's own
    // servers, which usually name the same ones as the parent.
    const known = await reach.local.nameServersOf(zone, limits).catch((failure: unknown) => {
      throw failure instanceof NameServerError ? error : failure;
    });
    if (known.length === 0) throw error;
    return known.toSorted();
  }
}

/** The values of the records that were asked for, sorted: those in the answer, or those of the delegation. */
async function valuesOf(
  reach: Reach,
  question: DnsQuestion,
  limits: QuestionLimits,
): Promise<readonly string[]> {
  const reply = await askAuthorities(reach, question, limits);
  const records = question.type === "NS" ? [...reply.answers, ...reply.authority] : reply.answers;
  const found = records.filter(
    ({ name, type }) => type === question.type && isEqualName(name, question.name),
  );
  return [...new Set(found.map(({ value }) => value))].sort();
}
