import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** A load balancer uses certificates of its own region alone. */
export function* certificateOfAnotherRegion({ region, domain }: StackFile): Iterable<Finding> {
  const own = domain?.certificate?.split(":")[3];
  if (region === undefined || own === undefined || own === region) return;
  yield {
    severity: "error",
    path: ["domain", "certificate"],
    message: `this certificate is in ${own}, but the stack is in ${region}, and a load balancer can only use certificates of its own region`,
    help: `use a certificate in ${region}, or remove the field: the stack then requests one`,
  };
}
