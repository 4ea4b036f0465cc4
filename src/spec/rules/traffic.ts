import type { Finding, Path } from "../finding.ts";
import { rulesOf } from "../normalise.ts";
import type { GroupReference, Peer } from "../stack.ts";
import type { StackFile } from "../stack-file.ts";

/** A request must be able to reach the load balancer, then a server, then the application. */
export function* trafficRules(file: StackFile): Iterable<Finding> {
  const { loadBalancer } = file;
  if (loadBalancer === undefined) return;
  yield* listenersAreOpen(file, loadBalancer);
  yield* serversAreOpen(file, loadBalancer);
  yield* serversServe(file);
  yield* listenersReachApplication(file, loadBalancer);
  yield* healthCheckRules(file, loadBalancer);
}

type LoadBalancerFile = NonNullable<StackFile["loadBalancer"]>;

function* listenersAreOpen(file: StackFile, loadBalancer: LoadBalancerFile): Iterable<Finding> {
  const groups = ownGroups(file, loadBalancer.securityGroups);
  const seen = new Map<number, number>();
  for (const [index, { port }] of loadBalancer.listeners.entries()) {
    const path = ["loadBalancer", "listeners", index, "port"];
    const first = seen.get(port);
    if (first !== undefined) {
      yield {
        severity: "error",
        path,
        item: ["loadBalancer", "listeners", first],
        message: `port ${port} already has a listener:`,
        help: "remove one of the two, or choose another port",
      };
      continue;
    }
    seen.set(port, index);
    if (loadBalancer.securityGroups.length === 0) continue;
    if (groups === undefined || lets(file, groups, port, () => true)) continue;
    yield {
      severity: "warning",
      path,
      about: [["loadBalancer", "securityGroups"], ...groups.map(pathOfGroup)],
      message: `no rule of ${names(groups)} allows traffic to port ${port}`,
      help: `add to its ingress: { port: ${port}, from: 0.0.0.0/0 }`,
    };
  }
  if (loadBalancer.securityGroups.length === 0) {
    yield {
      severity: "warning",
      path: ["loadBalancer", "securityGroups"],
      message:
        "without security groups, the load balancer uses the VPC's default group, which allows no traffic from outside",
      help: "define a group with an ingress rule, and use it here: securityGroups: [load-balancer]",
    };
  }
}

function* serversAreOpen(file: StackFile, loadBalancer: LoadBalancerFile): Iterable<Finding> {
  const servers = ownGroups(file, file.scaling.securityGroups);
  if (servers === undefined) return;
  if (servers.length === 0) {
    // Members of the default group reach each other. A group given by its id may be the default group.
    const { securityGroups } = loadBalancer;
    const [first] = securityGroups;
    const areOthers = securityGroups.every(({ kind }) => kind === "group");
    if (areOthers && first !== undefined) yield serversInDefaultGroup(first);
    return;
  }
  const senders = new Set(loadBalancer.securityGroups.map(({ value }) => value));
  const told = new Set<number>();
  for (const [index, listener] of loadBalancer.listeners.entries()) {
    const to = listener.to ?? file.application?.port ?? listener.port;
    if (told.has(to)) continue;
    told.add(to);
    // An address may be the load balancer's, so only groups can prove that it is not let in.
    const isReached = lets(
      file,
      servers,
      to,
      (peer) => (peer.kind !== "group" && peer.kind !== "group-id") || senders.has(peer.value),
    );
    if (isReached) continue;
    const sender = loadBalancer.securityGroups[0]?.value;
    yield {
      severity: "warning",
      path: ["loadBalancer", "listeners", index, listener.to === undefined ? "port" : "to"],
      about: [
        ["loadBalancer", "securityGroups"],
        ["scaling", "securityGroups"],
        ["application", "port"],
        ...servers.map(pathOfGroup),
      ],
      message: `no rule of ${names(servers)} allows the load balancer to reach port ${to} of the servers`,
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

/** The families' images serve only SSH. A custom image may serve more. */
function* serversServe({ application, image }: StackFile): Iterable<Finding> {
  if (application !== undefined || typeof image.base !== "string") return;
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

function* listenersReachApplication(
  { application }: StackFile,
  { listeners }: LoadBalancerFile,
): Iterable<Finding> {
  if (application === undefined) return;
  if (listeners.some(({ to }) => to === undefined || to === application.port)) return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "listeners", 0, "to"],
    about: [["application"], ["loadBalancer", "listeners"]],
    message: `no listener forwards to port ${application.port}, where the application listens`,
    help: `write to: ${application.port}, or remove the to field`,
  };
}

function* healthCheckRules(file: StackFile, loadBalancer: LoadBalancerFile): Iterable<Finding> {
  const { healthCheck, listeners } = loadBalancer;
  const path = ["loadBalancer", "healthCheck"];
  if (healthCheck.timeout >= healthCheck.interval) {
    yield {
      severity: "error",
      path: [...path, "timeout"],
      about: [[...path, "interval"]],
      message: `the timeout (${healthCheck.timeout}s) must be shorter than the interval (${healthCheck.interval}s)`,
      help: "for example, use the defaults: timeout: 5s and interval: 10s",
    };
  }
  const { target } = healthCheck;
  if (target === undefined) return;
  // The number after the protocol.
  const checked = Number.parseInt(target.slice(target.indexOf(":") + 1), 10);
  const served = new Set(listeners.map(({ port, to }) => to ?? file.application?.port ?? port));
  if (file.application !== undefined) served.add(file.application.port);
  if (served.has(checked)) return;
  yield {
    severity: "warning",
    path: [...path, "target"],
    about: [["loadBalancer", "listeners"], ["application"]],
    message: `the health check uses port ${checked}, but neither a listener nor the application uses it`,
    help: `use a port that the servers answer on: ${[...served].join(", ")}`,
  };
}

/** The sections that references name; undefined if one of them is not in this file, and so unknown. */
function ownGroups(
  file: StackFile,
  references: readonly GroupReference[],
): readonly string[] | undefined {
  const names = references.map(({ value }) => value);
  return names.every((name) => Object.hasOwn(file.securityGroups, name)) ? names : undefined;
}

function lets(
  file: StackFile,
  groups: readonly string[],
  port: number,
  from: (peer: Peer) => boolean,
): boolean {
  return groups.some((name) => {
    const group = file.securityGroups[name];
    if (group === undefined) return false;
    return rulesOf(group, "ingress").some(({ rule }) => {
      const covers = rule.protocol === "tcp" && rule.fromPort <= port && port <= rule.toPort;
      return (covers || rule.protocol === "all") && from(rule.peer);
    });
  });
}

function pathOfGroup(name: string): Path {
  return ["securityGroups", name];
}

function names(groups: readonly string[]): string {
  return groups.length === 1
    ? `security group ${groups[0]}`
    : `security groups ${groups.join(", ")}`;
}
