import type { Path } from "../finding.ts";
import type { ListenerFile } from "./listener.ts";
import type { LoadBalancerFile } from "./schema.ts";

const HTTP = 80;
export const HTTPS = 443;

/** The sections that listeners depend on. */
interface Sections {
  readonly loadBalancer?: LoadBalancerFile | undefined;
  readonly application?: { readonly port: number } | undefined;
  readonly domain?: object | undefined;
}

/** A listener with all of its defaults. */
interface Listener {
  readonly port: number;
  readonly protocol: Protocol;
  /** The port on the servers. It means nothing for a listener that redirects. */
  readonly to: number;
  readonly redirect: number | undefined;
}

type Protocol = "http" | "https" | "tcp";

/** The load balancer's listeners: those in the file, or the default ones. Their order is that of the file. */
export function effectiveListeners({
  loadBalancer,
  application,
  domain,
}: Sections): readonly Listener[] {
  if (loadBalancer === undefined) return [];
  const { type } = loadBalancer;
  const written = loadBalancer.listeners ?? defaultListeners(type, domain);
  return written.map((listener) => {
    const { port, to, redirect } = listener;
    const protocol = protocolOf(type, listener);
    // The servers get http in any case, so the port of https would be the wrong one.
    const usual = protocol === "https" ? HTTP : port;
    return { port, protocol, to: to ?? application?.port ?? usual, redirect };
  });
}

function defaultListeners(
  type: LoadBalancerFile["type"],
  domain: object | undefined,
): readonly ListenerFile[] {
  return type === "application" && domain !== undefined
    ? [{ port: HTTPS }, { port: HTTP, redirect: HTTPS }]
    : [{ port: HTTP }];
}

/** What clients speak. They expect TLS on port 443: without it, browsers show an error instead of a page. */
export function protocolOf(
  type: LoadBalancerFile["type"],
  { port, protocol }: ListenerFile,
): Protocol {
  return protocol ?? (type === "application" && port === HTTPS ? "https" : "http");
}

/** The places besides the listeners themselves that decide what they are. */
export function placesOfListeners({ loadBalancer }: Sections): readonly Path[] {
  const isDefault = loadBalancer?.listeners === undefined;
  return [["loadBalancer", "type"], ...(isDefault ? [["domain"]] : [])];
}

/** The place of a listener's port on the servers: what it is written with. */
export function placeOfServerPort({ loadBalancer }: Sections, index: number): Path {
  const isWritten = loadBalancer?.listeners?.[index]?.to !== undefined;
  return ["loadBalancer", "listeners", index, isWritten ? "to" : "port"];
}

/** Every port on the servers that traffic comes to. A listener that redirects needs none. */
export function serverPorts(sections: Sections): readonly number[] {
  const forwarding = effectiveListeners(sections).filter(({ redirect }) => redirect === undefined);
  return [...new Set(forwarding.map(({ to }) => to))];
}
