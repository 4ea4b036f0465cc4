import { type Finding, oneOf } from "../finding.ts";
import type { ListenerFile } from "./listener.ts";
import { protocolOf } from "./listeners.ts";
import type { LoadBalancerFile } from "./schema.ts";

/**
 * A redirect leads to a listener that forwards to the servers. So no client is sent in a circle, and at least one
 * listener forwards.
 */
export function* redirectRules({ type, listeners = [] }: LoadBalancerFile): Iterable<Finding> {
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
    if (ports.includes(String(redirect))) {
      yield* withoutEncryption(index, listeners);
      continue;
    }
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

/** A redirect from https to http, of an application load balancer. */
function* withoutEncryption(index: number, listeners: readonly ListenerFile[]): Iterable<Finding> {
  const from = listeners[index];
  const target = listeners.findIndex(({ port }) => port === from?.redirect);
  const to = listeners[target];
  if (from === undefined || protocolOf("application", from) !== "https") return;
  if (to === undefined || protocolOf("application", to) === "https") return;
  const path = ["loadBalancer", "listeners"];
  yield {
    severity: "warning",
    path: [...path, index, "redirect"],
    about: [
      [...path, index, "protocol"],
      [...path, target, "protocol"],
    ],
    message: `this redirects clients from https to http (port ${to.port}), so they lose the encryption`,
    help: `turn it round: remove redirect here, and write redirect: ${from.port} for port ${to.port}`,
  };
}

function whyNot(
  redirect: number,
  port: number,
  listeners: readonly ListenerFile[],
): Pick<Finding, "message" | "about"> {
  if (redirect === port) return { message: "the listener redirects to itself" };
  const isThere = listeners.some((listener) => listener.port === redirect);
  if (isThere) return { message: `the listener of port ${redirect} redirects, too` };
  return {
    message: `no listener of this load balancer has port ${redirect}`,
    about: [["loadBalancer", "listeners"]],
  };
}
