import { loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import type { Facts } from "../../src/stack/facts.ts";

export const facts: Facts = {
  account: "000000000000",
  region: "ap-southeast-2",
  now: Date.parse("2026-01-05T01:00:00Z"),
  network: {
    kind: "existing",
    vpcId: "vpc-1",
    loadBalancerSubnets: [
      { id: "subnet-a", zone: "ap-southeast-2a" },
      { id: "subnet-b", zone: "ap-southeast-2b" },
    ],
    subnets: [
      { id: "subnet-a", zone: "ap-southeast-2a" },
      { id: "subnet-b", zone: "ap-southeast-2b" },
    ],
  },
  baseImage: {
    id: "ami-base",
    release: "2023.9.20251117.1",
    architecture: "x86_64",
    rootDeviceName: "/dev/xvda",
  },
  files: { application: { kind: "content", content: new TextEncoder().encode("app = 1\n") } },
};

/** Of a new network in two zones. */
export const ownNetwork: Facts["network"] = {
  kind: "own",
  cidr: "10.20.0.0/16",
  zones: ["a", "b"].map((letter, index) => ({
    zone: `ap-southeast-2${letter}`,
    publicRange: `10.20.${192 + index * 8}.0/21`,
    privateRange: `10.20.${index * 32}.0/19`,
  })),
  natZone: "ap-southeast-2a",
};

const everyPort = { protocol: "all", fromPort: -1, toPort: -1 } as const;
const egress = [{ ...everyPort, destination: { kind: "cidr4", value: "0.0.0.0/0" } }] as const;

/** The least that a file can say. */
export const minimal = load(`
version: 1
stack: shop
tags: { team: payments }
image: { base: amazon-linux-2023 }
scaling: { min: 1, max: 2 }
`);

function load(text: string): Stack {
  const loaded = loadStack(text, { file: "shop.yaml", folder: "/home/me" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.stack;
}

/** A stack with every section. */
export const whole: Stack = {
  ...minimal,
  keyPair: { source: { kind: "generate", file: "/home/me/shop.pem" } },
  securityGroups: [
    {
      section: "load-balancer",
      description: "the world",
      ingress: [
        {
          protocol: "tcp",
          fromPort: 80,
          toPort: 80,
          source: { kind: "cidr4", value: "0.0.0.0/0" },
        },
        {
          protocol: "icmp",
          fromPort: -1,
          toPort: -1,
          source: { kind: "cidr4", value: "0.0.0.0/0" },
        },
      ],
      egress,
    },
    {
      section: "web",
      description: "the load balancer",
      ingress: [
        {
          protocol: "tcp",
          fromPort: 80,
          toPort: 80,
          source: { kind: "group", value: "load-balancer" },
        },
        { ...everyPort, source: { kind: "group-id", value: "sg-office" } },
      ],
      egress,
    },
  ],
  application: {
    source: { kind: "file", file: "/home/me/app.py" },
    build: [],
    python: ["flask"],
    command: "gunicorn app:app",
    environment: {},
    secrets: {},
    duringBuild: { environment: {}, answers: true },
    writable: [],
    user: "shop",
    port: 80,
  },
  loadBalancer: {
    type: "classic",
    scheme: "internet-facing",
    securityGroups: [{ kind: "group", value: "load-balancer" }],
    drain: 60,
    previous: "keep",
    listeners: [{ port: 80, protocol: "http", to: 80 }],
    healthCheck: { target: "HTTP:80/", interval: 10, timeout: 5, healthy: 2, unhealthy: 2 },
  },
  scaling: {
    ...minimal.scaling,
    securityGroups: [{ kind: "group", value: "web" }],
    desired: 2,
    healthCheck: { type: "load-balancer", grace: 120 },
  },
};

/** The compiled fields of one resource. */
export function compiledFields(
  stack: Stack,
  address: string,
  known = facts,
): Record<string, unknown> {
  const found = compile(stack, known).desired.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return { ...found.fields };
}
