import type { Finding } from "../finding.ts";
import { serverPort } from "../load-balancer/server-port.ts";
import type { StackFile } from "../stack-file.ts";

/** All listeners of an application load balancer forward to one target group, which has one port. */
export function* severalServerPorts({ loadBalancer, application }: StackFile): Iterable<Finding> {
  if (loadBalancer?.type !== "application") return;
  let first: number | undefined;
  for (const [index, listener] of loadBalancer.listeners.entries()) {
    if (listener.redirect !== undefined) continue;
    const to = serverPort(listener, application);
    first ??= to;
    if (to === first) continue;
    const path = ["loadBalancer", "listeners"];
    yield {
      severity: "error",
      path: [...path, index, listener.to === undefined ? "port" : "to"],
      about: [path, ["application", "port"]],
      message: `this listener forwards to port ${to} of the servers, and another one to port ${first}, but an application load balancer forwards to one port`,
      help: `let every listener forward to one port (to: ${application?.port ?? first}), or write type: classic`,
    };
  }
}
