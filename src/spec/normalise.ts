import { homedir } from "node:os";
import { resolve } from "node:path";
import { usualGrace } from "./scaling/grace.ts";
import type { Ports } from "./shared/port.ts";
import type {
  Application,
  EgressRule,
  Image,
  IngressRule,
  KeyPair,
  LoadBalancer,
  Network,
  Peer,
  Protocol,
  Scaling,
  SecurityGroup,
  Stack,
} from "./stack.ts";
import type { StackFile } from "./stack-file.ts";

export type SecurityGroupFile = StackFile["securityGroups"][string];
export type WrittenRule =
  | SecurityGroupFile["ingress"][number]
  | SecurityGroupFile["egress"][number];

/** Expands every shorthand. The file must have passed the schema and the rules. */
export function normalise(file: StackFile, folder: string): Stack {
  const { version, stack, region, tags, keyPair, application, loadBalancer } = file;
  return {
    version,
    stack,
    ...(region === undefined ? {} : { region }),
    tags: { ...tags },
    network: network(file),
    ...(keyPair === undefined ? {} : { keyPair: keyPairOf(keyPair, folder) }),
    securityGroups: Object.entries(file.securityGroups).map(([section, group]) =>
      securityGroup(stack, section, group),
    ),
    image: imageOf(file),
    ...(application === undefined ? {} : { application: applicationOf(application, folder) }),
    ...(loadBalancer === undefined
      ? {}
      : { loadBalancer: loadBalancerOf(loadBalancer, application?.port) }),
    scaling: scalingOf(file),
  };
}

function network({ network: { vpc, zones = 2, subnets } }: StackFile): Network {
  return {
    vpc: vpc === "default" ? { kind: "default" } : { kind: "vpc-id", value: vpc },
    zones:
      subnets !== undefined
        ? { kind: "of-subnets", subnets }
        : typeof zones === "number"
          ? { kind: "count", count: zones }
          : { kind: "names", names: zones },
  };
}

function keyPairOf(
  { generate, publicKey, name }: NonNullable<StackFile["keyPair"]>,
  folder: string,
): KeyPair {
  return {
    ...named(name),
    source:
      generate === undefined
        ? { kind: "public-key", file: absolute(publicKey ?? "", folder) }
        : { kind: "generate", file: absolute(generate, folder) },
  };
}

function securityGroup(stack: string, section: string, group: SecurityGroupFile): SecurityGroup {
  return {
    section,
    ...named(group.name),
    // A description cannot change, so the default must not depend on anything that can.
    description: group.description ?? `security-group/${section} of ${stack}`,
    ingress: rulesOf(group, "ingress").map(
      ({ rule: { peer, ...rule } }): IngressRule => ({
        ...rule,
        source: peer,
      }),
    ),
    egress: rulesOf(group, "egress").map(
      ({ rule: { peer, ...rule } }): EgressRule => ({
        ...rule,
        destination: peer,
      }),
    ),
  };
}

interface FlatRule {
  readonly protocol: Protocol;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: Peer;
}

/** A group's rules with one peer each, and the place in the list that each came from. */
export function rulesOf(
  group: SecurityGroupFile,
  direction: "ingress" | "egress",
): readonly { readonly rule: FlatRule; readonly index: number }[] {
  return group[direction].flatMap((written: WrittenRule, index) => {
    const { protocol, port } = written;
    const peers = "from" in written ? written.from : written.to;
    return [peers].flat().map((peer) => ({
      index,
      rule: {
        protocol,
        ...portRange(protocol, port ?? "all"),
        peer,
      },
    }));
  });
}

function portRange(protocol: Protocol, ports: Ports): { fromPort: number; toPort: number } {
  if (protocol === "all") return { fromPort: -1, toPort: -1 };
  // With ICMP it is the type, and every code of it.
  if (protocol === "icmp") return { fromPort: ports === "all" ? -1 : ports.from, toPort: -1 };
  return ports === "all"
    ? { fromPort: 0, toPort: 65535 }
    : { fromPort: ports.from, toPort: ports.to };
}

function imageOf({ image }: StackFile): Image {
  const { base, release, name, keep } = image;
  return {
    ...named(name),
    base: typeof base === "string" ? { family: base } : base,
    release: release === "latest" ? { kind: "latest" } : { kind: "pinned", value: release },
    updates: image.updates,
    packages: image.packages,
    services: image.services,
    ipv6: image.ipv6,
    openFiles: image.openFiles,
    files: image.files,
    run: image.run,
    verify: image.verify,
    builder: image.builder,
    keep: keep ?? (name === undefined ? 1 : 0),
  };
}

function applicationOf(
  application: NonNullable<StackFile["application"]>,
  folder: string,
): Application {
  const { source, python, command, user, port } = application;
  return {
    source:
      source.file === undefined
        ? { kind: "url", url: source.url ?? "", sha256: (source.sha256 ?? "").toLowerCase() }
        : { kind: "file", file: absolute(source.file, folder) },
    python,
    command,
    user,
    port,
  };
}

function loadBalancerOf(
  loadBalancer: NonNullable<StackFile["loadBalancer"]>,
  applicationPort: number | undefined,
): LoadBalancer {
  const { type, securityGroups, listeners, healthCheck, name } = loadBalancer;
  const written = listeners.map(({ port, protocol, to }) => ({
    port,
    protocol,
    to: to ?? applicationPort ?? port,
  }));
  const first = written[0];
  const checked = applicationPort ?? first?.to ?? 80;
  const target = first?.protocol === "tcp" ? `TCP:${checked}` : `HTTP:${checked}/`;
  return {
    ...named(name),
    type,
    securityGroups,
    listeners: written,
    healthCheck: { ...healthCheck, target: healthCheck.target ?? target },
  };
}

function scalingOf({ scaling, loadBalancer }: StackFile): Scaling {
  const { min, max, desired, healthCheck, name, ...rest } = scaling;
  return {
    ...named(name),
    instanceType: rest.instanceType,
    securityGroups: rest.securityGroups,
    min,
    max: max ?? Math.max(min, desired ?? 0),
    ...(desired === undefined ? {} : { desired }),
    cooldown: rest.cooldown,
    healthCheck: {
      type: healthCheck.type ?? (loadBalancer === undefined ? "instance" : "load-balancer"),
      grace: healthCheck.grace ?? usualGrace(loadBalancer),
    },
    rollout: rest.rollout,
  };
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}

function absolute(path: string, folder: string): string {
  if (path === "~" || path.startsWith("~/")) return resolve(homedir(), path.slice(2));
  return resolve(folder, path);
}
