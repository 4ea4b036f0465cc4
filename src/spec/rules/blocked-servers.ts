import type { Finding } from "../finding.ts";
import {
  effectiveListeners,
  placeOfServerPort,
  placesOfListeners,
} from "../load-balancer/listeners.ts";
import { admits, namesOfGroups, ownGroups, pathOfGroup } from "../security-groups/admits.ts";
import type { GroupReference } from "../shared/peer.ts";
import type { StackFile } from "../stack-file.ts";

/** The load balancer must be able to reach the servers. */
export function* blockedServers(file: StackFile): Iterable<Finding> {
  const { loadBalancer, securityGroups, scaling } = file;
  if (loadBalancer === undefined) return;
  const servers = ownGroups(securityGroups, scaling.securityGroups);
  if (servers === undefined) return;
  if (servers.length === 0) {
    // Members of the default group reach each other. A group given by its id may be the default group.
    const [first] = loadBalancer.securityGroups;
    const areOthers = loadBalancer.securityGroups.every(({ kind }) => kind === "group");
    if (areOthers && first !== undefined) yield serversInDefaultGroup(first);
    return;
  }
  const senders = new Set(loadBalancer.securityGroups.map(({ value }) => value));
  const told = new Set<number>();
  for (const [index, { to, redirect }] of effectiveListeners(file).entries()) {
    if (redirect !== undefined) continue;
    if (told.has(to)) continue;
    told.add(to);
    // An address may be the load balancer's, so only groups can prove that it is not let in.
    const isReached = admits(
      securityGroups,
      servers,
      to,
      (peer) => (peer.kind !== "group" && peer.kind !== "group-id") || senders.has(peer.value),
    );
    if (isReached) continue;
    const sender = loadBalancer.securityGroups[0]?.value;
    yield {
      severity: "warning",
      path: placeOfServerPort(file, index),
      about: [
        ["loadBalancer", "listeners", index, "redirect"],
        ["loadBalancer", "securityGroups"],
        ["scaling", "securityGroups"],
        ["application", "port"],
        ...placesOfListeners(file),
        ...servers.map(pathOfGroup),
      ],
      message: `no rule of ${namesOfGroups(servers)} allows the load balancer to reach port ${to} of the servers`,
      help: `add to its ingress: { port: ${to}, from: ${sender ?? "load-balancer"} }`,
    };
  }
}

function serversInDefaultGroup({ value }: GroupReference): Finding {
  return {
    severity: "warning",
    path: ["scaling", "securityGroups"],
    about: [["loadBalancer", "securityGroups"]],
    message:
      "without security groups, the servers use the VPC's default group, which blocks the load balancer",
    help: `define a group with an ingress rule from ${value}, and use it here: securityGroups: [web]`,
  };
}
