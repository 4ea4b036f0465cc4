import { stringify } from "yaml";
import { noise } from "../noise.ts";

/** What a test says of a stack file; the observer reads its promises from here, not from the product. */
export interface StackFile {
  readonly version: 1;
  readonly stack: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly network?: { readonly vpc?: never; readonly zones: number } | OwnNetworkFile;
  readonly keyPair?: { readonly generate: string };
  readonly securityGroups?: Readonly<
    Record<string, { readonly description?: string; readonly ingress: readonly Ingress[] }>
  >;
  readonly role?: object;
  readonly image: object;
  readonly application?: object;
  readonly loadBalancer?: {
    readonly type?: "application";
    readonly securityGroups: readonly string[];
    readonly previous?: "remove";
    readonly scheme?: "internal";
  };
  readonly domain?: { readonly names: readonly string[]; readonly zone: string };
  readonly firewall?: object;
  readonly alarms?: object;
  readonly notify?: object;
  readonly scaling: {
    readonly min: number;
    readonly max?: number;
    readonly desired?: number;
    readonly securityGroups?: readonly string[];
    readonly [field: string]: unknown;
  };
}

/** A network of the stack's own. */
export interface OwnNetworkFile {
  readonly vpc: "own";
  readonly zones: number;
  readonly nat?: "regional" | "per-zone" | "single" | "none";
  readonly endpoints?: readonly ("s3" | "ssm")[];
  readonly flowLogs?: string;
}

export interface Ingress {
  readonly port: number;
  /** A CIDR, or the name of another group of the file. */
  readonly from: string;
}

export const minimal: StackFile = {
  version: 1,
  stack: "afterpay",
  image: { base: "amazon-linux-2023", updates: "none", packages: [] },
  scaling: { min: 1 },
};

/** A build script that is too large for user data, so that the stack needs a bucket. */
export const large: StackFile = {
  ...minimal,
  image: { ...minimal.image, files: [{ path: "/etc/large", content: noise(16_000) }] },
};

/** Servers that are reached directly. */
export const direct: StackFile = {
  ...minimal,
  securityGroups: { web: { description: "HTTP", ingress: [{ port: 80, from: "0.0.0.0/0" }] } },
  scaling: { ...minimal.scaling, securityGroups: ["web"] },
};

/** The same image and servers behind a load balancer, whose type few stacks use. */
export const balanced: StackFile = { ...direct, loadBalancer: { securityGroups: ["web"] } };

/** The same servers, which may do something in AWS. */
export const permitted: StackFile = {
  ...direct,
  role: {
    allow: [{ actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] }],
    policies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"],
  },
};

/** They may do other things, on another image. */
export const otherwisePermitted: StackFile = {
  ...permitted,
  image: { ...minimal.image, packages: ["tree"] },
  role: {
    allow: [{ actions: ["sqs:SendMessage"], on: ["arn:aws:sqs:*:*:orders"] }],
    boundary: "arn:aws:iam::aws:policy/PowerUserAccess",
  },
};

/** The tier of the examples, with builds that take less time. */
export const tier: StackFile = {
  version: 1,
  stack: "afterpay",
  tags: { team: "payments" },
  network: { zones: 2 },
  keyPair: { generate: "./afterpay.pem" },
  securityGroups: {
    "load-balancer": { description: "HTTP", ingress: [{ port: 80, from: "0.0.0.0/0" }] },
    web: {
      description: "HTTP from the load balancer, SSH from the bastion",
      ingress: [
        { port: 80, from: "load-balancer" },
        { port: 22, from: "203.0.113.10/32" },
      ],
    },
  },
  image: { base: "amazon-linux-2023", updates: "none", packages: ["chrony", "tree"], keep: 1 },
  application: {
    source: { file: "./tiny_app.py" },
    python: ["flask", "gunicorn"],
    command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
    user: "afterpay",
  },
  loadBalancer: { securityGroups: ["load-balancer"] },
  scaling: {
    instanceType: "t3.micro",
    securityGroups: ["web"],
    min: 2,
    max: 2,
    desired: 2,
    cooldown: "30s",
    healthCheck: { type: "load-balancer", grace: "120s" },
    rollout: { minHealthy: 100, maxHealthy: 150, warmup: "60s", rollback: true },
  },
};

const groups = tier.securityGroups ?? {};

/** Another image: a build, a template version and a rollout. */
export const hardened: StackFile = {
  ...tier,
  image: { ...tier.image, packages: ["chrony", "tree", "mtr"] },
};

/** Rules come and go on groups in use. */
export const otherRules: StackFile = {
  ...tier,
  securityGroups: {
    ...groups,
    "load-balancer": { description: "HTTP", ingress: [{ port: 80, from: "198.51.100.0/24" }] },
    web: {
      description: "HTTP from the load balancer, SSH from the bastion",
      ingress: [
        { port: 80, from: "load-balancer" },
        { port: 22, from: "203.0.113.99/32" },
        { port: 9100, from: "10.0.0.0/8" },
      ],
    },
  },
};

/** A group's description cannot be changed: a new group, a new template version, a rollout. */
export const otherGroup: StackFile = {
  ...tier,
  securityGroups: {
    ...groups,
    web: { ...(groups["web"] ?? { ingress: [] }), description: "Only from the load balancer" },
  },
};

/** Something to be taken away again. */
export const spareGroups: StackFile = {
  ...tier,
  securityGroups: {
    ...groups,
    spare: { description: "unused", ingress: [{ port: 443, from: "load-balancer" }] },
    other: { description: "unused", ingress: [{ port: 443, from: "spare" }] },
  },
};

/** The same tier behind an application load balancer. The classic one stays where it was. */
export const forwarded: StackFile = {
  ...tier,
  loadBalancer: { type: "application", securityGroups: ["load-balancer"] },
};

/** Whatever load balancer there was of the other type goes. */
export const forwardedAlone: StackFile = {
  ...tier,
  loadBalancer: { type: "application", securityGroups: ["load-balancer"], previous: "remove" },
};

export const classicAlone: StackFile = {
  ...tier,
  loadBalancer: { securityGroups: ["load-balancer"], previous: "remove" },
};

const openToHttps = {
  ...groups,
  "load-balancer": {
    description: "HTTP",
    ingress: [
      { port: 80, from: "0.0.0.0/0" },
      { port: 443, from: "0.0.0.0/0" },
    ],
  },
};

/** The zone that is in the account before the stack. */
export const zone = "example.com";

/** With https, and names that lead to it. */
export const secured: StackFile = {
  ...forwarded,
  securityGroups: openToHttps,
  domain: { names: ["shop.example.com", "www.shop.example.com"], zone },
};

/** Another certificate, and a record less. */
export const securedOtherwise: StackFile = {
  ...secured,
  domain: { names: ["shop.example.com"], zone },
};

/** Whatever load balancer there was of the other type goes, and the name moves before. */
export const securedAlone: StackFile = {
  ...forwardedAlone,
  securityGroups: openToHttps,
  domain: { names: ["shop.example.com"], zone },
};

/** Requests are judged before they reach the servers. */
export const firewalled: StackFile = {
  ...forwarded,
  firewall: { rules: ["common"], limit: "2000 in 5m", block: ["203.0.113.0/24"] },
};

/** By other rules, and one set of addresses is exchanged for another. */
export const firewalledOtherwise: StackFile = {
  ...forwarded,
  firewall: { rules: ["common", "sql"], mode: "count", allow: ["198.51.100.7/32"] },
};

const { desired: _, ...undesired } = forwarded.scaling;

/** The number of servers follows load, within sizes that a schedule raises and lowers. */
export const demanding: StackFile = {
  ...forwarded,
  scaling: {
    ...undesired,
    max: 4,
    target: { cpu: 50, requests: 1000 },
    schedule: {
      busy: { at: "15 9 * * *", max: 5 },
      quiet: { at: "40 9 * * *", zone: "Australia/Sydney", max: 4 },
    },
  },
};

/** Another target, which only adds servers, and no schedule. */
export const demandingOtherwise: StackFile = {
  ...forwarded,
  scaling: { ...undesired, max: 5, target: { cpu: 60 }, scaleIn: false },
};

/** Several instance types, and Spot Instances. */
export const mixed: StackFile = {
  ...tier,
  scaling: {
    ...tier.scaling,
    instanceType: undefined,
    instanceTypes: ["t3.micro", "t3.small"],
    spot: { share: 50, base: 1 },
  },
};

/** Somebody is told of what goes wrong. */
export const alarmed: StackFile = {
  ...forwarded,
  alarms: {
    unhealthy: { servers: 1, for: "3m" },
    slow: { p95: "2s", for: "5m" },
    launches: { for: "15m" },
  },
  notify: { to: ["ops@example.com"] },
};

/** Others are told, of other things. */
export const alarmedOtherwise: StackFile = {
  ...forwarded,
  alarms: { unhealthy: { servers: 2, for: "3m" }, errors: { percent: 5, for: "5m" } },
  notify: { to: ["second@example.com"], on: ["alarms"] },
};

/** Another load balancer, to which the names move. */
export const securedInside: StackFile = {
  ...secured,
  loadBalancer: { type: "application", securityGroups: ["load-balancer"], scheme: "internal" },
};

/** Servers that answer on another port: another target group, and a group of servers beside the old one. */
export const otherPort: StackFile = {
  ...forwarded,
  securityGroups: {
    ...groups,
    web: {
      description: "HTTP from the load balancer, SSH from the bastion",
      ingress: [
        { port: 8000, from: "load-balancer" },
        { port: 22, from: "203.0.113.10/32" },
      ],
    },
  },
  application: {
    ...tier.application,
    command: "gunicorn --bind 0.0.0.0:8000 tiny_app:app",
    port: 8000,
  },
};

function guarded(...ingress: readonly Ingress[]): StackFile {
  return {
    ...minimal,
    securityGroups: { web: { description: "web", ingress } },
    scaling: { ...minimal.scaling, securityGroups: ["web"] },
  };
}

function networks(count: number, inside: string): Ingress[] {
  return Array.from({ length: count }, (_, part) => ({
    port: 8080,
    from: `${inside}.${part}.0/24`,
  }));
}

/** As many rules as a group takes, one of them open. */
export const fullGroup = guarded(...networks(30, "198.18"), ...networks(29, "198.19"), {
  port: 8080,
  from: "0.0.0.0/0",
});

/** As many others: there is no room for one beside those that go. */
export const otherFullGroup = guarded(...networks(30, "198.18"), ...networks(30, "198.51"));

/** Nobody logs in any more, and other settings of the group. */
export const keyless: StackFile = (() => {
  const { keyPair: _, ...rest } = tier;
  return { ...rest, scaling: { ...tier.scaling, max: 3, cooldown: "60s" } };
})();

export function toYaml(file: StackFile): string {
  return stringify(file);
}
