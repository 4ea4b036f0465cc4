import { describe, expect, test } from "vitest";
import { isRef } from "../../src/engine/resource.ts";
import { loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn } from "../../src/stack/addresses.ts";
import { compile } from "../../src/stack/compile.ts";
import type { Facts } from "../../src/stack/facts.ts";

const facts: Facts = {
  vpcId: "vpc-1",
  subnets: [
    { id: "subnet-a", zone: "ap-southeast-2a" },
    { id: "subnet-b", zone: "ap-southeast-2b" },
  ],
  baseImage: { id: "ami-base", release: "2023.9.20251117.1", rootDeviceName: "/dev/xvda" },
  files: { application: new TextEncoder().encode("app = 1\n") },
};

const everyPort = { protocol: "all", fromPort: -1, toPort: -1 } as const;
const egress = [{ ...everyPort, destination: { kind: "cidr4", value: "0.0.0.0/0" } }] as const;

const minimal = load(`
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

const whole: Stack = {
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
    python: ["flask"],
    command: "gunicorn app:app",
    user: "shop",
    port: 80,
  },
  loadBalancer: {
    type: "classic",
    securityGroups: [{ kind: "group", value: "load-balancer" }],
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

function fieldsOf(stack: Stack, address: string, known = facts): Record<string, unknown> {
  const found = compile(stack, known).desired.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return { ...found.fields };
}

describe("addresses", () => {
  test("a section that exists once takes the stack's name, a group its own", () => {
    const { desired } = compile(whole, facts);
    expect(desired.map(({ address }) => address)).toEqual([
      "key-pair/shop",
      "image/shop",
      "security-group/load-balancer",
      "security-group/web",
      "launch-template/shop",
      "load-balancer/shop",
      "auto-scaling-group/shop",
    ]);
  });

  test("sections left out make nothing", () => {
    const { desired } = compile(minimal, facts);
    expect(desired.map(({ address }) => address)).toEqual([
      "image/shop",
      "launch-template/shop",
      "auto-scaling-group/shop",
    ]);
    expect(fieldsOf(minimal, "auto-scaling-group/shop")).toMatchObject({
      loadBalancers: [],
      desired: null,
      healthCheckType: "EC2",
    });
    expect(fieldsOf(minimal, "launch-template/shop")).toMatchObject({
      keyName: null,
      securityGroupIds: [],
    });
  });

  test("every reference names a resource that is compiled too", () => {
    const { desired } = compile(whole, facts);
    const addresses = new Set<string>(desired.map(({ address }) => address));
    const found: string[] = [];
    JSON.stringify(desired, (_key, value: unknown) => {
      if (isRef(value)) found.push(value.ref);
      return value;
    });
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter((address) => !addresses.has(address))).toEqual([]);
  });
});

describe("security groups", () => {
  test("a rule's peer is a reference, an id or a range", () => {
    expect(fieldsOf(whole, "security-group/web")["ingress"]).toEqual([
      {
        protocol: "tcp",
        fromPort: 80,
        toPort: 80,
        peer: { ref: "security-group/load-balancer", output: "id" },
      },
      { protocol: "-1", fromPort: null, toPort: null, peer: "sg-office" },
    ]);
  });

  test("ICMP has types in place of ports", () => {
    expect(fieldsOf(whole, "security-group/load-balancer")["ingress"]).toContainEqual({
      protocol: "icmp",
      fromPort: -1,
      toPort: -1,
      peer: "0.0.0.0/0",
    });
  });
});

describe("the image", () => {
  test("another order of packages is no other image", () => {
    const image = { ...minimal.image, packages: ["mtr", "tree"] };
    const turned = { ...minimal.image, packages: ["tree", "mtr"] };
    expect(fieldsOf({ ...minimal, image }, "image/shop")).toEqual(
      fieldsOf({ ...minimal, image: turned }, "image/shop"),
    );
  });

  test.each<[reason: string, stack: Stack, known: Facts]>([
    ["the application's content", whole, { ...facts, files: { application: new Uint8Array([1]) } }],
    [
      "the base image's release",
      whole,
      { ...facts, baseImage: { ...facts.baseImage, release: "2023.9.20251201.0" } },
    ],
    ["a package", { ...whole, image: { ...whole.image, packages: ["mtr"] } }, facts],
    ["a command", { ...whole, image: { ...whole.image, run: ["true"] } }, facts],
  ])("%s is part of the script", (_reason, stack, known) => {
    expect(fieldsOf(stack, "image/shop", known)["script"]).not.toBe(
      fieldsOf(whole, "image/shop")["script"],
    );
  });

  test("a new rule means no new image when an application says what is served", () => {
    const [first, second] = whole.securityGroups;
    if (first === undefined || second === undefined) throw new Error("two groups");
    const rule = {
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      source: { kind: "cidr4", value: "10.0.0.0/8" },
    } as const;
    const wider: Stack = {
      ...whole,
      securityGroups: [first, { ...second, ingress: [...second.ingress, rule] }],
    };
    expect(fieldsOf(wider, "image/shop")).toEqual(fieldsOf(whole, "image/shop"));
  });

  test("a build script over EC2's limit is an error that says what is largest", () => {
    // Random, because what compresses well fits.
    const content = Array.from({ length: 9000 }, (_, index) =>
      Math.imul(index + 1, 2654435761).toString(36),
    ).join("");
    const image = {
      ...minimal.image,
      files: [{ path: "/etc/large.txt", content, mode: "0644" }],
    };
    const { problems } = compile({ ...minimal, image }, facts);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: "error", address: "image/shop" });
    expect(problems[0]?.summary).toMatch(/16384/);
    expect(problems[0]?.remedy).toMatch(/\/etc\/large\.txt/);
  });
});

test("a name that the user insists on is the physical name", () => {
  const named: Stack = { ...minimal, scaling: { ...minimal.scaling, name: "AutoScaleGroup01" } };
  const group = compile(named, facts).desired.find(
    ({ address }) => address === "auto-scaling-group/shop",
  );
  expect(group?.physicalName).toBe("AutoScaleGroup01");
});

test("compiling changes neither the stack nor the facts", () => {
  const before = structuredClone({ whole, facts });
  compile(whole, facts);
  expect({ whole, facts }).toEqual(before);
});

test.each([
  ["the least that a file can say", minimal],
  ["every section", whole],
])("the addresses are known without any facts, of %s", (_what, stack) => {
  const compiled = compile(stack, facts).desired.map(({ address }) => address);
  expect(addressesIn(stack).sort()).toEqual(compiled.sort());
});
