import type { Finding } from "../finding.ts";
import { effectiveListeners, HTTPS } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/** The names lead to a load balancer, and an https listener of it uses the certificate. */
export function* domainWithoutHttps(file: StackFile): Iterable<Finding> {
  const { domain, loadBalancer } = file;
  if (domain === undefined) return;
  const common = { severity: "error", path: ["domain"], at: "key" } as const;
  if (loadBalancer === undefined) {
    yield {
      ...common,
      about: [["loadBalancer"]],
      message: "domain needs a load balancer, but the file has no loadBalancer section",
      help: "add loadBalancer: { type: application }, or remove domain",
    };
    return;
  }
  if (loadBalancer.type === "classic") {
    yield {
      ...common,
      about: [["loadBalancer", "type"]],
      message: "domain needs an application load balancer, but loadBalancer.type is classic",
      help: "write type: application in loadBalancer, or remove domain",
    };
    return;
  }
  const listeners = effectiveListeners(file);
  if (listeners.some(({ protocol }) => protocol === "https")) return;
  const isTaken = listeners.some(({ port }) => port === HTTPS);
  yield {
    ...common,
    about: [["loadBalancer", "listeners"]],
    message:
      "no listener in loadBalancer.listeners is https, so the certificate of domain would protect nothing",
    help: isTaken
      ? `remove protocol from the listener of port ${HTTPS}, or remove domain`
      : `add { port: ${HTTPS} } to loadBalancer.listeners, or remove domain`,
  };
}
