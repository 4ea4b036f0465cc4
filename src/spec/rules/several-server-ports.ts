import type { Finding } from "../finding.ts";
import { effectiveListeners, placeOfServerPort } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/** All listeners of an application load balancer forward to one target group, which has one port. */
export function* severalServerPorts(file: StackFile): Iterable<Finding> {
  if (file.loadBalancer?.type !== "application") return;
  let first: number | undefined;
  for (const [index, { to, redirect }] of effectiveListeners(file).entries()) {
    if (redirect !== undefined) continue;
    first ??= to;
    if (to === first) continue;
    yield {
      severity: "error",
      path: placeOfServerPort(file, index),
      about: [
        ["loadBalancer", "listeners"],
        ["application", "port"],
      ],
      message: `this listener forwards to port ${to} of the servers, and another one to port ${first}, but an application load balancer forwards to one port`,
      help: `let every listener forward to one port (to: ${file.application?.port ?? first}), or write type: classic`,
    };
  }
}
