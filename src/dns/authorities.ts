import { askDirectly, type NameServerEndpoint } from "./direct-question.ts";
import type { QuestionLimits } from "./failure-words.ts";
import type { LocalNameServers } from "./local-name-servers.ts";
import type { DnsQuestion, DnsReply } from "./message.ts";
import { NameServerError } from "./name-servers.ts";
import { comparableName, isEqualName, isWithin } from "./names.ts";

/** How the servers that have a zone are reached. */
export interface Reach {
  /** For the names of the top level's servers, and for addresses. Neither changes with the user's zones. */
  readonly local: LocalNameServers;
  /** Where the name server with this address is asked. */
  endpointOf(address: string): NameServerEndpoint;
}

/** A zone, with the servers to which its parent delegates it. */
interface Delegation {
  readonly zone: string;
  readonly servers: readonly string[];
  /** The addresses that the parent has given at once, by the comparable name of the server (RFC 9471). */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

/** Zones have two servers or more (RFC 2182, 5). One of so many should answer. */
const mostServers = 4;
/** IPv4 and IPv6. */
const mostAddresses = 2;

/**
 * What the servers say that have the zone of a name themselves. Starts at the top level, and follows each
 * delegation (RFC 1034, 5.3.3), because what a local server remembers of the zones between is the very
 * thing in doubt. For a question for NS records, ends with the parent's delegation.
 *
 * @throws NameServerError
 */
export async function askAuthorities(
  reach: Reach,
  question: DnsQuestion,
  limits: QuestionLimits,
): Promise<DnsReply> {
  const top = question.name.slice(question.name.lastIndexOf(".") + 1);
  const servers = await reach.local.nameServersOf(top, limits);
  if (servers.length === 0) {
    // Behind some proxies, machines look up only the names of their own network.
    throw new NameServerError(
      `this machine's name server knows no name servers of the top level ${top}, so it may not know the names of the Internet`,
    );
  }
  let delegation: Delegation = { zone: top, servers, addresses: new Map() };
  for (;;) {
    const reply = await askServers(reach, delegation, question, limits);
    const next = delegationIn(reply, delegation, question);
    if (next === undefined) return reply;
    if (question.type === "NS" && isEqualName(next.zone, question.name)) return reply;
    delegation = next;
  }
}

/** The first usable reply of the servers of a zone. Asks them at the same time, so that a dead one costs nothing. */
async function askServers(
  reach: Reach,
  delegation: Delegation,
  question: DnsQuestion,
  limits: QuestionLimits,
): Promise<DnsReply> {
  const answered = new AbortController();
  const signal = AbortSignal.any([limits.signal, answered.signal]);
  const servers = delegation.servers.slice(0, mostServers);
  try {
    return await Promise.any(
      servers.map((server) =>
        askServer(reach, delegation, server, question, { ...limits, signal }),
      ),
    );
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    const reasons: readonly unknown[] = error.errors;
    // A cancellation is no server's failure.
    const other = reasons.find((reason) => !(reason instanceof NameServerError));
    if (other !== undefined) throw other;
    throw new NameServerError(
      `no answer from the name servers of ${delegation.zone}: ${serversByReason(servers, reasons)}`,
      { cause: error },
    );
  } finally {
    answered.abort();
  }
}

function serversByReason(servers: readonly string[], reasons: readonly unknown[]): string {
  const groups = Map.groupBy(servers, (_server, index) =>
    reasons[index] instanceof NameServerError ? reasons[index].message : "",
  );
  return [...groups].map(([reason, names]) => `${names.join(", ")}: ${reason}`).join("; ");
}

async function askServer(
  reach: Reach,
  delegation: Delegation,
  server: string,
  question: DnsQuestion,
  limits: QuestionLimits,
): Promise<DnsReply> {
  const addresses =
    delegation.addresses.get(comparableName(server)) ??
    (await reach.local.addressesOf(server, limits));
  if (addresses.length === 0) throw new NameServerError("the name server has no address");
  try {
    // A machine reaches IPv4, IPv6 or both.
    return await Promise.any(
      addresses.slice(0, mostAddresses).map(async (address) => {
        const reply = await askDirectly(reach.endpointOf(address), question, limits);
        requireUsable(reply, delegation, question);
        return reply;
      }),
    );
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** The names of the codes that servers send (RFC 1035, 4.1.1; RFC 2136, 2.2). */
const codeNames: Readonly<Record<number, string>> = {
  1: "FORMERR",
  2: "SERVFAIL",
  4: "NOTIMP",
  5: "REFUSED",
  9: "NOTAUTH",
};

/** Refuses the replies of a server that does not have the zone that it should have. */
function requireUsable(reply: DnsReply, delegation: Delegation, question: DnsQuestion): void {
  const { code, truncated, authoritative } = reply;
  if (code !== 0 && code !== 3) {
    const name = codeNames[code] ?? `RCODE ${code}`;
    throw new NameServerError(`${name}, so it does not serve ${delegation.zone}`);
  }
  if (truncated) throw new NameServerError("the reply is too long for UDP");
  if (!authoritative && delegationIn(reply, delegation, question) === undefined) {
    throw new NameServerError(`it does not serve ${delegation.zone}`);
  }
}

/** To whom a reply sends on; undefined if it is the answer itself. */
function delegationIn(
  { authoritative, authority, additional }: DnsReply,
  { zone }: Delegation,
  { name }: DnsQuestion,
): Delegation | undefined {
  if (authoritative) return undefined;
  // Only downwards, so that servers that send to each other end.
  const records = authority.filter(
    (record) =>
      record.type === "NS" &&
      isWithin(name, record.name) &&
      isWithin(record.name, zone) &&
      !isEqualName(record.name, zone),
  );
  const next = records[0]?.name;
  if (next === undefined) return undefined;
  const addresses = additional.filter(({ type }) => type === "A" || type === "AAAA");
  return {
    zone: next,
    servers: records.filter((record) => isEqualName(record.name, next)).map(({ value }) => value),
    addresses: new Map(
      [...Map.groupBy(addresses, (record) => comparableName(record.name))].map(
        ([server, found]) => [server, found.map(({ value }) => value)] as const,
      ),
    ),
  };
}
