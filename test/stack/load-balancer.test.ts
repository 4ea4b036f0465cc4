import { describe, expect, test } from "vitest";
import type {
  ApplicationLoadBalancer,
  ClassicLoadBalancer,
} from "../../src/spec/load-balancer/normalised.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { compiledFields, facts, whole } from "./stacks.ts";

const { loadBalancer: classicBalancer } = whole;
if (classicBalancer?.type !== "classic") throw new Error("the whole stack has another one");
const classic: ClassicLoadBalancer = classicBalancer;

const application: ApplicationLoadBalancer = {
  type: "application",
  scheme: "internet-facing",
  securityGroups: [{ kind: "group", value: "load-balancer" }],
  drain: 30,
  previous: "keep",
  port: 8000,
  listeners: [
    { port: 80, protocol: "http", redirect: { port: 8080, protocol: "http" } },
    { port: 8080, protocol: "http" },
  ],
  healthCheck: {
    path: "/up",
    status: "200-299",
    interval: 10,
    timeout: 5,
    healthy: 2,
    unhealthy: 3,
  },
  balance: "round-robin",
  tls: "modern",
};

function withApplication(change: Partial<ApplicationLoadBalancer> = {}): Stack {
  return { ...whole, loadBalancer: { ...application, ...change } };
}

function withClassic(change: Partial<ClassicLoadBalancer> = {}): Stack {
  return { ...whole, loadBalancer: { ...classic, ...change } };
}

const targetGroup = { ref: "target-group/shop", output: "arn" };
const place = {
  vpcId: "vpc-1",
  scheme: "internet-facing",
  subnets: ["subnet-a", "subnet-b"],
  securityGroupIds: [{ ref: "security-group/load-balancer", output: "id" }],
  idleTimeout: 60,
  tags: { team: "payments" },
};

describe("a classic load balancer", () => {
  test("is compiled into itself", () => {
    expect(compiledFields(withClassic(), "load-balancer/shop")).toEqual({
      ...place,
      listeners: [
        {
          port: 80,
          protocol: "HTTP",
          instancePort: 80,
          instanceProtocol: "HTTP",
          certificate: null,
        },
      ],
      healthCheck: {
        target: "HTTP:80/",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      crossZone: true,
      connectionDraining: 60,
    });
  });

  test("drains for as long as the file says, and may be internal", () => {
    const stack = withClassic({ drain: 7, scheme: "internal" });
    expect(compiledFields(stack, "load-balancer/shop")).toMatchObject({
      connectionDraining: 7,
      scheme: "internal",
    });
  });
});

describe("an application load balancer", () => {
  const unsecured = { certificate: null, tls: null };

  test("is compiled into itself and the target group that it forwards to", () => {
    const { desired } = compile(withApplication(), facts);
    expect(
      desired.map(({ address }) => address).filter((each) => /load|target/.test(each)),
    ).toEqual([
      "security-group/load-balancer",
      "target-group/shop",
      "application-load-balancer/shop",
    ]);
    expect(compiledFields(withApplication(), "application-load-balancer/shop")).toEqual({
      ...place,
      listeners: [
        {
          port: 80,
          protocol: "HTTP",
          forward: null,
          redirect: { protocol: "HTTP", port: "8080", status: "HTTP_301" },
          ...unsecured,
        },
        {
          port: 8080,
          protocol: "HTTP",
          forward: [{ targetGroup, weight: 1 }],
          redirect: null,
          ...unsecured,
        },
      ],
      dropInvalidHeaders: true,
      deletionProtection: null,
      accessLog: null,
      webAcl: "any",
      names: [],
    });
    expect(compiledFields(withApplication(), "target-group/shop")).toEqual({
      vpcId: "vpc-1",
      protocol: "HTTP",
      protocolVersion: "HTTP1",
      port: 8000,
      targetType: "instance",
      loadBalancer: "internet-facing",
      healthCheck: {
        protocol: "HTTP",
        port: "traffic-port",
        path: "/up",
        status: "200-299",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      drain: 30,
      slowStart: null,
      balance: "round_robin",
      tags: { team: "payments" },
    });
  });

  test("has what the file asks for beyond that", () => {
    const stack = withApplication({
      balance: "least-outstanding",
      slowStart: 60,
      accessLog: "logs-of-shop",
    });
    expect(compiledFields(stack, "target-group/shop")).toMatchObject({
      slowStart: 60,
      balance: "least_outstanding_requests",
    });
    expect(compiledFields(stack, "application-load-balancer/shop")).toMatchObject({
      accessLog: "logs-of-shop",
    });
  });

  test("with a name or scheme of its own needs a target group of its own, too", () => {
    const name = "front";
    const named = compile(withApplication({ name }), facts).desired;
    const physical = new Map(named.map(({ address, physicalName }) => [address, physicalName]));
    expect(physical.get("application-load-balancer/shop")).toBe("front");
    expect(physical.get("target-group/shop")).toBeUndefined();
    const recorded = (change: Partial<ApplicationLoadBalancer>) =>
      compiledFields(withApplication(change), "target-group/shop")["loadBalancer"];
    expect(recorded({ name })).toBe("internet-facing front");
    expect(recorded({ name, scheme: "internal" })).toBe("internal front");
    expect(recorded({ scheme: "internal" })).toBe("internal");
  });

  test("may be internal", () => {
    const fields = compiledFields(
      withApplication({ scheme: "internal" }),
      "application-load-balancer/shop",
    );
    expect(fields["scheme"]).toBe("internal");
  });

  test("without security groups gets the VPC's default group", () => {
    const stack = withApplication({ securityGroups: [] });
    const known = { ...facts, defaultSecurityGroupId: "sg-default" };
    expect(compiledFields(stack, "application-load-balancer/shop", known)).toMatchObject({
      securityGroupIds: ["sg-default"],
    });
  });
});

describe("the group gets its requests from", () => {
  const loadBalancers = [{ ref: "load-balancer/shop", output: "name" }];
  const behindTargets = {
    targetGroups: [targetGroup],
    targetPort: 8000,
    applicationLoadBalancer: { ref: "application-load-balancer/shop", output: "arn" },
  };
  const alone = { targetPort: null, applicationLoadBalancer: null };
  const { loadBalancer: _, ...without } = whole;
  test.each<[what: string, stack: Stack, fields: object]>([
    [
      "the classic load balancer, and whatever else is attached while that is kept",
      withClassic(),
      { ...alone, loadBalancers, targetGroups: null },
    ],
    [
      "the classic load balancer alone where the other one is removed",
      withClassic({ previous: "remove" }),
      { ...alone, loadBalancers, targetGroups: [] },
    ],
    [
      "the target group, and whatever else is attached while that is kept",
      withApplication(),
      { ...behindTargets, loadBalancers: null },
    ],
    [
      "the target group alone where the other one is removed",
      withApplication({ previous: "remove" }),
      { ...behindTargets, loadBalancers: [] },
    ],
    ["nothing without a load balancer", without, { ...alone, loadBalancers: [], targetGroups: [] }],
  ])("%s", (_what, stack, fields) => {
    expect(compiledFields(stack, "auto-scaling-group/shop")).toMatchObject(fields);
  });
});

describe("the load balancer of the other type", () => {
  const retained = (stack: Stack) => compile(stack, facts).retained;
  const because = expect.stringMatching(
    /^loadBalancer\.previous is keep, .* It costs money\. .* set previous: remove, and apply$/,
  );

  test("is kept: the classic one", () => {
    expect(retained(withApplication())).toEqual([{ address: "load-balancer/shop", because }]);
  });

  test("is kept: the application load balancer, with its target group", () => {
    expect(retained(withClassic())).toEqual([
      { address: "application-load-balancer/shop", because },
      { address: "target-group/shop", because: "it belongs to application-load-balancer/shop" },
    ]);
  });

  test("is not kept where the file says so, and where it has no load balancer", () => {
    expect(retained(withApplication({ previous: "remove" }))).toEqual([]);
    expect(retained(withClassic({ previous: "remove" }))).toEqual([]);
    const { loadBalancer: _, ...without } = whole;
    expect(retained(without)).toEqual([]);
  });
});
