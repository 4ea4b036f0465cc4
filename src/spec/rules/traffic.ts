import type { Finding, Path } from "../finding.ts";
import { rulesOf } from "../normalise.ts";
import type { StackFile } from "../schema/stack-file.ts";
import type { GroupReference, Peer } from "../stack.ts";

/** That a request can come all the way: in at the load balancer, on to a server, to the application. */
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
        message: `port ${port} has a listener already,`,
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
      message: `no rule of ${names(groups)} lets anyone reach port ${port}`,
      help: `add to its ingress: { port: ${port}, from: 0.0.0.0/0 }`,
    };
  }
  if (loadBalancer.securityGroups.length === 0) {
    yield {
      severity: "warning",
      path: ["loadBalancer", "securityGroups"],
      message:
        "without a security group, the load balancer is in the VPC's default one, which lets nothing in from outside",
      help: "define a group with an ingress rule, and name it here: securityGroups: [load-balancer]",
    };
  }
}

function* serversAreOpen(file: StackFile, loadBalancer: LoadBalancerFile): Iterable<Finding> {
  const servers = ownGroups(file, file.scaling.securityGroups);
  if (servers === undefined) return;
  if (servers.length === 0) {
    // Both in the default group reach each other: it lets its own members in. An id may be its.
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
    // An address may well be the load balancer's, so only groups are held against it.
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
      message: `no rule of ${names(servers)} lets the load balancer reach port ${to} of the servers`,
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
      "without a security group, the servers are in the VPC's default one, which does not let the load balancer in",
    help: `define a group with an ingress rule from ${value}, and name it here: securityGroups: [web]`,
  };
}

/** The families' own images serve nothing but SSH; an image of one's own may. */
function* serversServe({ application, image }: StackFile): Iterable<Finding> {
  if (application !== undefined || typeof image.base !== "string") return;
  if (image.services.length > 0 || image.run.length > 0) return;
  yield {
    severity: "warning",
    path: ["loadBalancer"],
    at: "key",
    about: [["application"], ["image", "services"], ["image", "run"]],
    message: "nothing in this file answers the load balancer: the image has no application",
    help: "add an application section, or packages and services of the image that serve",
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
    message: `no listener passes anything on to port ${application.port}, where the application listens`,
    help: `write to: ${application.port}, or leave it out`,
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
      help: "the defaults, 5s and 10s, will do",
    };
  }
  const { target } = healthCheck;
  if (target === undefined) return;
  // What follows the protocol, as far as it is a number.
  const checked = Number.parseInt(target.slice(target.indexOf(":") + 1), 10);
  const served = new Set(listeners.map(({ port, to }) => to ?? file.application?.port ?? port));
  if (file.application !== undefined) served.add(file.application.port);
  if (served.has(checked)) return;
  yield {
    severity: "warning",
    path: [...path, "target"],
    about: [["loadBalancer", "listeners"], ["application"]],
    message: `the check asks port ${checked}, where neither a listener nor the application sends anything`,
    help: `the servers answer on port ${[...served].join(", ")}`,
  };
}

/** The sections behind references; undefined when one of them is not of this file, and so unknown. */
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
