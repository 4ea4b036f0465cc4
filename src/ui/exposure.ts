/** Who reaches a server by an ingress rule that lets in the whole world. */
export type Exposure = "web" | "everything";

/** IPv4 networks of half the world and more, and IPv6 networks that hold all that is routed. */
const WORLD = /, (?:(?:\d{1,3}\.){3}\d{1,3}\/[0-7]|[0-9a-f:]*:[0-9a-f:]*\/(?:\d|1[0-5]))$/;
/** The ports that web servers are public on. */
const WEB = /^tcp (?:80|443), /;

/**
 * Whether an ingress rule in words ("tcp 22, 0.0.0.0/0") opens a port to the world. A web port is often meant to be
 * open; every other one hardly ever is.
 */
export function exposureOf(path: string, rule: string): Exposure | undefined {
  if (path !== "ingress" || !WORLD.test(rule)) return undefined;
  return WEB.test(rule) ? "web" : "everything";
}

/** Beside such a rule: colour alone is no warning on a monochrome screen. */
export const EXPOSED = "(open to the world)";
