import { basename } from "node:path";
import type {
  ApplicationHealthCheck,
  ImageApplication,
  ImageRecipe,
  PortRange,
} from "../image/recipe.ts";
import type { LoadBalancer } from "../spec/load-balancer/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import type { LocalFiles } from "./facts.ts";
import { imageHooks } from "./hooks.ts";
import { directorySource, requirementsIn, toSource } from "./source.ts";

/** The SSH server's port. The image keeps the SSH server only if the stack has a key pair. */
const SSH = 22;

const HIGHEST = 65_535;

/** The input of the image's build script. Pure. */
export function toRecipe(stack: Stack, release: string, files: LocalFiles): ImageRecipe {
  const { image } = stack;
  return {
    family: image.base.family,
    release,
    updates: image.updates,
    // Sets, so that the order in the stack file does not matter.
    packages: sortedSet([...image.packages, ...agentPackages(stack)]),
    sources: image.sources,
    proxy: image.proxy,
    ...(needsVendorAgent(stack) && { vendorAgent: true }),
    services: sortedSet([...image.services, ...agentServices(stack)]),
    ipv6: image.ipv6,
    hardening: image.hardening,
    // In the order of the names, so that their order in the stack file does not matter.
    kernel: byName(image.kernel),
    audit: image.audit,
    openFiles: image.openFiles,
    files: image.files.map(({ path, content, mode }) => ({
      path,
      content: new TextEncoder().encode(content),
      mode,
    })),
    ansible: toPlaybook(image, files),
    allow: {
      changed: sortedSet(image.allow.changed),
      setuid: sortedSet(image.allow.setuid),
      writable: sortedSet(image.allow.writable),
    },
    run: image.run,
    verify: image.verify,
    application: toApplication(stack, files),
    hooks: imageHooks(stack),
    listeningPorts: listeningPorts(stack),
    timeoutSeconds: image.builder.timeout,
  };
}

function toPlaybook(
  { ansible }: Stack["image"],
  { playbook: folder }: LocalFiles,
): ImageRecipe["ansible"] {
  if (ansible === undefined) return undefined;
  if (folder === undefined) throw new Error("the playbook was not read");
  const { playbook, version, collections, variables } = ansible;
  return {
    source: directorySource(folder),
    playbook: basename(playbook),
    version,
    collections: sortedSet(collections),
    variables: byName(variables),
  };
}

/** The SSM Agent, which the distributions' own names know (`image/families`). */
const AGENT = "amazon-ssm-agent";

/** Ubuntu's images have the agent as a snap, which is no package. Debian has none. */
function agentPackages(stack: Stack): readonly string[] {
  const isSnap = stack.image.base.family === "ubuntu-24.04";
  return stack.access === "none" || isSnap || isAsked(stack) || needsVendorAgent(stack)
    ? []
    : [AGENT];
}

function isAsked({ image }: Stack): boolean {
  return image.packages.some((written) => written.split("=")[0] === AGENT);
}

/** On Debian, unless `image.packages` names it, which then comes from a package source of the stack file's own. */
function needsVendorAgent(stack: Stack): boolean {
  const { access, image } = stack;
  return access !== "none" && image.base.family === "debian-12" && !isAsked(stack);
}

function agentServices({ access }: Stack): readonly string[] {
  return access === "none" ? [] : [AGENT];
}

function toApplication(stack: Stack, files: LocalFiles): ImageApplication | undefined {
  const { application } = stack;
  if (application === undefined) return undefined;
  const { source, environment, secrets, duringBuild, ...rest } = application;
  const common = {
    ...rest,
    environment: byName(environment),
    secrets: byName(secrets),
    duringBuild: { ...duringBuild, environment: byName(duringBuild.environment) },
    ...requestsOf(stack, rest.port),
  };
  const requirements = requirementsIn(files.application, application.requirements);
  return {
    source: toSource(source, files.application),
    ...(requirements !== undefined && { requirementsDigest: requirements }),
    ...common,
  };
}

/** How the application is asked, by its load balancer or by a web server on the same machine. */
function requestsOf(
  { loadBalancer }: Stack,
  port: number,
): Pick<ImageApplication, "healthCheck" | "internal"> {
  if (loadBalancer === undefined) return {};
  if (loadBalancer.type === "application") {
    const { path, status } = loadBalancer.healthCheck;
    return loadBalancer.port === port
      ? { healthCheck: { protocol: "http", path, statuses: status } }
      : { internal: true };
  }
  const [, protocol = "", checked, path = ""] =
    /^(\w+):(\d+)(.*)$/.exec(loadBalancer.healthCheck.target) ?? [];
  if (Number(checked) === port) return { healthCheck: healthCheckOf(protocol, path) };
  return loadBalancer.listeners.some(({ to }) => to === port) ? {} : { internal: true };
}

function healthCheckOf(protocol: string, path: string): ApplicationHealthCheck {
  switch (protocol) {
    case "TCP":
      return { protocol: "tcp" };
    case "SSL":
      return { protocol: "ssl" };
    default:
      // ApplicationHealthCheck$Target: any answer other than "200 OK" is unhealthy.
      return { protocol: protocol === "HTTPS" ? "https" : "http", path, statuses: "200" };
  }
}

/**
 * The ports that the servers serve. Without an application, these are all ports that the servers'
 * security groups admit. With one, the groups do not matter, so that a new rule does not require a
 * new image.
 */
function listeningPorts(stack: Stack): readonly PortRange[] {
  const { application, keyPair, loadBalancer } = stack;
  return joined([
    ...(keyPair === undefined ? [] : [tcp(SSH, SSH)]),
    ...forwardedPorts(loadBalancer).map((port) => tcp(port, port)),
    ...(application === undefined
      ? admittedPorts(stack).flatMap(withoutSsh)
      : [tcp(application.port, application.port)]),
  ]);
}

/** The servers' ports that a load balancer forwards to. */
function forwardedPorts(loadBalancer: LoadBalancer | undefined): readonly number[] {
  if (loadBalancer === undefined) return [];
  return loadBalancer.type === "classic"
    ? loadBalancer.listeners.map(({ to }) => to)
    : [loadBalancer.port];
}

function admittedPorts(stack: Stack): readonly PortRange[] {
  const used = new Set(stack.scaling.securityGroups.map(({ value }) => value));
  return stack.securityGroups
    .filter(({ section }) => used.has(section))
    .flatMap(({ ingress }) => ingress)
    .flatMap(({ protocol, fromPort, toPort }): readonly PortRange[] => {
      // ICMP's numbers are message types, not ports.
      if (protocol === "icmp") return [];
      if (protocol !== "all") return [{ protocol, from: fromPort, to: toPort }];
      return [tcp(0, HIGHEST), { protocol: "udp", from: 0, to: HIGHEST }];
    });
}

function tcp(from: number, to: number): PortRange {
  return { protocol: "tcp", from, to };
}

/** Removes the SSH port from the range: a wide rule does not enable the SSH server. */
function withoutSsh(range: PortRange): readonly PortRange[] {
  if (range.protocol !== "tcp") return [range];
  return [
    tcp(range.from, Math.min(range.to, SSH - 1)),
    tcp(Math.max(range.from, SSH + 1), range.to),
  ].filter(({ from, to }) => from <= to);
}

/** Merges the ports into the fewest ranges, so that differently written rules give the same image. */
function joined(ranges: readonly PortRange[]): readonly PortRange[] {
  const result: PortRange[] = [];
  const inOrder = ranges.toSorted((a, b) =>
    a.protocol === b.protocol ? a.from - b.from : a.protocol < b.protocol ? -1 : 1,
  );
  for (const range of inOrder) {
    const last = result.at(-1);
    if (last?.protocol === range.protocol && range.from <= last.to + 1) {
      result[result.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else result.push(range);
  }
  return result;
}

function byName<Value>(texts: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function sortedSet(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
