/**
 * The stack of a stack file, as the rest of the program reads it: with every default filled in, every
 * duration in seconds, every path absolute, and every shorthand expanded.
 *
 * The absence of an optional field has a meaning, which its comment gives.
 */
export interface Stack {
  readonly version: 1;
  /** The stack's name, which is also the name of every section that exists once (`image/<stack>`). */
  readonly stack: string;
  /** Absent: the region of the AWS chain. */
  readonly region?: string;
  /** Put on every resource, in addition to the program's own tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: Network;
  /** Absent: servers have no key, and nobody logs in. */
  readonly keyPair?: KeyPair;
  readonly securityGroups: readonly SecurityGroup[];
  readonly image: Image;
  /** Absent: the image runs nothing but its own services. */
  readonly application?: Application;
  /** Absent: servers without a load balancer before them. */
  readonly loadBalancer?: LoadBalancer;
  readonly scaling: Scaling;
}

export interface Network {
  /** Named subnets determine the VPC. Then `default` has no meaning. */
  readonly vpc: { readonly kind: "default" } | { readonly kind: "vpc-id"; readonly value: string };
  readonly zones:
    | { readonly kind: "count"; readonly count: number }
    | { readonly kind: "names"; readonly names: readonly string[] }
    /** The zones that these subnets are in, one in each. */
    | { readonly kind: "of-subnets"; readonly subnets: readonly string[] };
}

interface NamedSection {
  /** The physical name, if the file gives one. A replacement then deletes the old resource first. Absent: a generated name. */
  readonly name?: string;
}

export interface KeyPair extends NamedSection {
  readonly source: /** The private key's file (absolute path): created with the key, or read if it exists. */
    | { readonly kind: "generate"; readonly file: string }
    /** An OpenSSH public key to import (absolute path). */
    | { readonly kind: "public-key"; readonly file: string };
}

export interface SecurityGroup extends NamedSection {
  /** The group's name in the file: the second half of its address. */
  readonly section: string;
  readonly description: string;
  readonly ingress: readonly IngressRule[];
  readonly egress: readonly EgressRule[];
}

/**
 * `all` has no ports. `icmp` has a type instead: `fromPort` is the ICMP type and `toPort` the code.
 * As in EC2's API, -1 means every type or code.
 */
interface PortRule {
  readonly protocol: Protocol;
  readonly fromPort: number;
  readonly toPort: number;
}

/** One rule has exactly one source: a list in the file becomes several rules. */
export interface IngressRule extends PortRule {
  readonly source: Peer;
}

export interface EgressRule extends PortRule {
  readonly destination: Peer;
}

export type Protocol = "tcp" | "udp" | "icmp" | "all";

/** The other end of a rule. `group` is another section of the same file (or the group itself). */
export type Peer =
  | GroupReference
  | { readonly kind: "cidr4" | "cidr6" | "prefix-list"; readonly value: string };

/** A security group: a section of this file by its name, or one from elsewhere by its `sg-` id. */
export interface GroupReference {
  readonly kind: "group" | "group-id";
  readonly value: string;
}

export type Family = "amazon-linux-2023" | "ubuntu-24.04" | "debian-12";

export interface Image extends NamedSection {
  /** Without an id: the vendor's image of this family, at the release below. */
  readonly base: { readonly family: Family; readonly id?: string };
  /** Always `latest` when the base is an id. */
  readonly release:
    | { readonly kind: "latest" }
    | { readonly kind: "pinned"; readonly value: string };
  readonly updates: "all" | "security" | "none";
  readonly packages: readonly string[];
  readonly services: readonly string[];
  readonly ipv6: "disabled" | "enabled";
  readonly openFiles: number;
  readonly files: readonly ImageFile[];
  readonly run: readonly string[];
  readonly verify: readonly string[];
  readonly builder: {
    readonly instanceType: string;
    /** Seconds. */
    readonly timeout: number;
  };
  /** How many earlier images are kept for rollback. */
  readonly keep: number;
}

export interface ImageFile {
  readonly path: string;
  readonly content: string;
  /** Four octal digits: `0644`. */
  readonly mode: string;
}

export interface Application {
  readonly source: /** Absolute path. */
    | { readonly kind: "file"; readonly file: string }
    | { readonly kind: "url"; readonly url: string; readonly sha256: string };
  /** Requirements in pip's own syntax. */
  readonly python: readonly string[];
  readonly command: string;
  readonly user: string;
  readonly port: number;
}

export interface LoadBalancer extends NamedSection {
  readonly type: "classic";
  readonly securityGroups: readonly GroupReference[];
  readonly listeners: readonly Listener[];
  readonly healthCheck: {
    /** In the form of the Elastic Load Balancing API: `HTTP:80/`, `TCP:80`. */
    readonly target: string;
    /** Seconds. */
    readonly interval: number;
    /** Seconds. */
    readonly timeout: number;
    readonly healthy: number;
    readonly unhealthy: number;
  };
}

export interface Listener {
  readonly port: number;
  readonly protocol: "http" | "tcp";
  /** The port on the servers. */
  readonly to: number;
}

export interface Scaling extends NamedSection {
  readonly instanceType: string;
  readonly securityGroups: readonly GroupReference[];
  readonly min: number;
  readonly max: number;
  /** Absent: the group starts with `min`. After that, scaling policies and people set its capacity. */
  readonly desired?: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheck: {
    readonly type: "load-balancer" | "instance";
    /** Seconds. */
    readonly grace: number;
  };
  readonly rollout: {
    /** Percent of the group that must stay in service: 0 to 100. */
    readonly minHealthy: number;
    /** Percent that may exist at most: 100 to 200. */
    readonly maxHealthy: number;
    /** Seconds. */
    readonly warmup: number;
    readonly rollback: boolean;
  };
}
