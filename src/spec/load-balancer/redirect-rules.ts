import { type Finding, oneOf } from "../finding.ts";
import type { LoadBalancerFile } from "./schema.ts";

/**
 * A redirect leads to a listener that forwards to the servers. So no client is sent in a circle, and at least one
 * listener forwards.
 */
export function* redirectRules({ type, listeners }: LoadBalancerFile): Iterable<Finding> {
  // A classic load balancer has none, which is an error itself.
  if (type === "classic") return;
  const forwarding = listeners.filter(({ redirect }) => redirect === undefined);
  const ports = [...new Set(forwarding.map(({ port }) => String(port)))];
  for (const [index, { port, redirect, to }] of listeners.entries()) {
    if (redirect === undefined) continue;
    const path = ["loadBalancer", "listeners", index];
    if (to !== undefined) {
      yield {
        severity: "error",
        path: [...path, "to"],
        at: "key",
        message: "a listener that redirects forwards nothing to the servers",
        help: "remove to or redirect",
      };
    }
    if (ports.includes(String(redirect))) continue;
    yield {
      severity: "error",
      path: [...path, "redirect"],
      ...whyNot(redirect, port, listeners),
      help:
        ports.length === 0
          ? "every listener redirects: remove redirect from the one that forwards to the servers"
          : `redirect to a listener that forwards to the servers: ${oneOf(ports)}`,
    };
  }
}

function whyNot(
  redirect: number,
  port: number,
  listeners: LoadBalancerFile["listeners"],
): Pick<Finding, "message" | "about"> {
  if (redirect === port) return { message: "the listener redirects to itself" };
  const isThere = listeners.some((listener) => listener.port === redirect);
  if (isThere) return { message: `the listener of port ${redirect} redirects, too` };
  return {
    message: `no listener of this load balancer has port ${redirect}`,
    about: [["loadBalancer", "listeners"]],
  };
}
