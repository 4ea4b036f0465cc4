import type { Finding } from "../finding.ts";
import { effectiveListeners, HTTPS } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/** An https listener has the certificate of the domain. */
export function* httpsWithoutDomain(file: StackFile): Iterable<Finding> {
  const { domain, loadBalancer } = file;
  // That a classic load balancer has no https is an error itself.
  if (domain !== undefined || loadBalancer?.type !== "application") return;
  for (const [index, { protocol }] of effectiveListeners(file).entries()) {
    if (protocol !== "https") continue;
    const path = ["loadBalancer", "listeners", index];
    const isWritten = loadBalancer.listeners?.[index]?.protocol !== undefined;
    yield {
      severity: "error",
      path: [...path, isWritten ? "protocol" : "port"],
      about: [[...path, "protocol"], ["domain"]],
      message: `${isWritten ? "an https listener" : `port ${HTTPS} of an application load balancer is https, which`} needs a certificate, but the file has no domain section`,
      help: "add a domain section with the site's names, for example domain: { names: [shop.example.com] }; or write protocol: http if clients use this port without encryption",
    };
  }
}
