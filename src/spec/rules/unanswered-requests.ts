import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The families' images serve only SSH. A custom image may serve more. */
export function* unansweredRequests({
  loadBalancer,
  application,
  image,
}: StackFile): Iterable<Finding> {
  if (loadBalancer === undefined || application !== undefined) return;
  if (typeof image.base !== "string") return;
  if (image.services.length > 0 || image.run.length > 0) return;
  yield {
    severity: "warning",
    path: ["loadBalancer"],
    at: "key",
    about: [["application"], ["image", "services"], ["image", "run"]],
    message: "nothing in this file answers the load balancer's requests: it defines no application",
    help: "add an application section, or add a web server to the image's packages and services",
  };
}
