import { Resolver } from "node:dns/promises";
import { codeOfFailure, failureWords, noReply, type QuestionLimits } from "./failure-words.ts";
import { NameServerError } from "./name-servers.ts";
import { withoutTrailingDot } from "./names.ts";

/** The name servers that this machine uses for everything. They ask the world, and remember what it said. */
export class LocalNameServers {
  readonly #servers: readonly string[] | undefined;

  /** @param servers Addresses, with a port if it is not 53; by default those that the machine is set up with. */
  constructor(servers?: readonly string[]) {
    this.#servers = servers;
  }

  /** @throws NameServerError */
  async cname(name: string, limits: QuestionLimits): Promise<readonly string[]> {
    return await this.#ask(limits, (resolver) => resolver.resolveCname(name));
  }

  /** @throws NameServerError */
  async nameServersOf(zone: string, limits: QuestionLimits): Promise<readonly string[]> {
    return await this.#ask(limits, (resolver) => resolver.resolveNs(zone));
  }

  /** An IPv4 address and an IPv6 address, if the host has them. @throws NameServerError */
  async addressesOf(host: string, limits: QuestionLimits): Promise<readonly string[]> {
    const found = await Promise.allSettled([
      this.#ask(limits, (resolver) => resolver.resolve4(host)),
      this.#ask(limits, (resolver) => resolver.resolve6(host)),
    ]);
    const addresses = found.flatMap((one) =>
      one.status === "fulfilled" ? one.value.slice(0, 1) : [],
    );
    const failed = found.find((one) => one.status === "rejected");
    // Some servers cannot answer for one of both kinds.
    if (addresses.length === 0 && failed !== undefined) throw failed.reason;
    return addresses;
  }

  async #ask(
    limits: QuestionLimits,
    question: (resolver: Resolver) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const { timeout, signal } = limits;
    signal.throwIfAborted();
    // A resolver remembers its answers, so every question has its own. A packet may be lost, so it tries twice.
    const resolver = new Resolver({ timeout: Math.ceil(timeout / 2), tries: 2 });
    if (this.#servers !== undefined) resolver.setServers(this.#servers);
    const cancel = () => resolver.cancel();
    // A resolver waits longer for the second try, and as long for each further server.
    const timer = setTimeout(cancel, timeout);
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return (await question(resolver)).map(withoutTrailingDot);
    } catch (error) {
      signal.throwIfAborted();
      const code = codeOfFailure(error);
      if (code === undefined) throw error;
      // No such name, and no record of this type.
      if (code === "ENOTFOUND" || code === "ENODATA") return [];
      const servers = resolver.getServers().join(", ");
      throw new NameServerError(
        `no answer from this machine's name server ${servers}: ${words(code, limits)}`,
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }
}

/** What the codes of `node:dns` mean from a server that asks others. */
function words(code: string, limits: QuestionLimits): string {
  switch (code) {
    case "ETIMEOUT":
    case "ECANCELLED":
      return noReply(limits);
    case "ESERVFAIL":
      return "SERVFAIL, so the name servers of the domain give it no answer, or the domain's DNSSEC signatures are wrong";
    case "EREFUSED":
      return "REFUSED, so it does not work for this machine";
    case "EBADNAME":
      return "the question has no valid domain name";
    default:
      return failureWords(code);
  }
}
