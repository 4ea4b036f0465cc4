import type { Finding } from "../finding.ts";
import { ENDPOINTS_GROUP, endpointsOf } from "../network/defaults.ts";
import type { StackFile } from "../stack-file.ts";

export function* reservedEndpointsGroup({ network, securityGroups }: StackFile): Iterable<Finding> {
  if (network.vpc !== "own" || !endpointsOf(network).includes("ssm")) return;
  if (!Object.hasOwn(securityGroups, ENDPOINTS_GROUP)) return;
  yield {
    severity: "error",
    path: ["securityGroups", ENDPOINTS_GROUP],
    at: "key",
    about: [
      ["network", "vpc"],
      ["network", "endpoints"],
    ],
    message: `the own network has a group ${ENDPOINTS_GROUP} itself, for its endpoints`,
    help: "give this group another name",
  };
}
