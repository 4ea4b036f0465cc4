import type { Finding } from "../finding.ts";
import { effectiveListeners, placesOfListeners } from "../load-balancer/listeners.ts";
import {
  admits,
  isEverywhere,
  namesOfGroups,
  ownGroups,
  pathOfGroup,
} from "../security-groups/admits.ts";
import type { Peer } from "../shared/peer.ts";
import type { StackFile } from "../stack-file.ts";

/** Requests must be able to reach the load balancer, and those of every visitor its https listeners, too. */
export function* blockedListeners(file: StackFile): Iterable<Finding> {
  const { loadBalancer, securityGroups } = file;
  if (loadBalancer === undefined || loadBalancer.securityGroups.length === 0) return;
  const groups = ownGroups(securityGroups, loadBalancer.securityGroups);
  if (groups === undefined) return;
  const told = new Set<number>();
  const example = loadBalancer.scheme === "internal" ? "10.0.0.0/8" : "0.0.0.0/0";
  const admitted = (port: number, from: (peer: Peer) => boolean): boolean =>
    admits(securityGroups, groups, port, from);
  const listeners = effectiveListeners(file);
  const open = listeners.find(({ port }) => admitted(port, isEverywhere));
  for (const [index, { port, protocol }] of listeners.entries()) {
    // A second listener of a port is an error itself.
    if (told.has(port)) continue;
    told.add(port);
    const common = {
      severity: "warning",
      path: ["loadBalancer", "listeners", index, "port"],
      about: [
        ["loadBalancer", "securityGroups"],
        ...placesOfListeners(file),
        ...groups.map(pathOfGroup),
      ],
    } as const;
    if (!admitted(port, () => true)) {
      yield {
        ...common,
        message: `no rule of ${namesOfGroups(groups)} allows traffic to port ${port}`,
        help: `add to its ingress: { port: ${port}, from: ${example} }`,
      };
      continue;
    }
    if (protocol !== "https" || open === undefined || admitted(port, mayBeEverywhere)) continue;
    yield {
      ...common,
      about: [...common.about, ["loadBalancer", "listeners", index, "protocol"]],
      message: `every visitor can reach port ${open.port}, but ${namesOfGroups(groups)} allows only some to reach port ${port}, which is https`,
      help: `add to its ingress: { port: ${port}, from: 0.0.0.0/0 }`,
    };
  }
}

/** Only AWS knows what is in a prefix list. */
function mayBeEverywhere(peer: Peer): boolean {
  return isEverywhere(peer) || peer.kind === "prefix-list";
}
