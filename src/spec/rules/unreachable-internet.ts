import type { Finding, Path } from "../finding.ts";
import { endpointsOf, natOf, serversOf } from "../network/defaults.ts";
import type { StackFile } from "../stack-file.ts";
import { unreachableForBuild } from "./unreachable-for-build.ts";

/** Private servers of an own network without a NAT gateway reach only what the network's endpoints have. */
export function* unreachableInternet(file: StackFile): Iterable<Finding> {
  const { network } = file;
  if (network.vpc !== "own" || serversOf(network) !== "private" || natOf(network) !== "none") {
    return;
  }
  for (const finding of [...unreachableForBuild(file), ...unreachableForServers(file)]) {
    yield { ...finding, about: [...(finding.about ?? []), ...WAYS_OUT] };
  }
}

/** What decides whether there is a way out. */
const WAYS_OUT: readonly Path[] = ["vpc", "servers", "nat", "endpoints"].map((field) => [
  "network",
  field,
]);

/** What servers ask of AWS while they run. */
function* unreachableForServers(file: StackFile): Iterable<Finding> {
  const { access, application, network, scaling } = file;
  const hasSsm = endpointsOf(network).includes("ssm");
  if (access === "session-manager" && !hasSsm) {
    yield {
      severity: "error",
      path: ["access"],
      message: "without a NAT gateway, the servers cannot reach Session Manager",
      help: "write endpoints: [s3, ssm] in network, or another nat",
    };
  }
  for (const [name, place] of Object.entries(application?.secrets ?? {})) {
    const isParameter = place.startsWith("ssm:");
    if (isParameter && hasSsm) continue;
    yield {
      severity: "error",
      path: ["application", "secrets", name],
      message: `without a NAT gateway, the servers cannot read this from ${isParameter ? "Parameter Store" : "Secrets Manager"}`,
      help: isParameter
        ? "write endpoints: [s3, ssm] in network, or another nat"
        : "choose another nat in network, or keep it in Parameter Store (ssm:) with endpoints: [s3, ssm]",
    };
  }
  for (const name of ["launch", "terminate"] as const) {
    if (scaling.hooks[name] === undefined) continue;
    yield {
      severity: "error",
      path: ["scaling", "hooks", name],
      at: "key",
      message: "without a NAT gateway, the servers cannot report to AWS that the hook has ended",
      help: "choose another nat in network, or remove the hook",
    };
  }
}
