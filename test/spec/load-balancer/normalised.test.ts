import { describe, expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";

const application = "application: { source: { file: a.py }, command: a, port: 8000 }\n";

function balancerOf(section: string, more = "") {
  return load(`${LEAST}loadBalancer: ${section}\n${more}`).loadBalancer;
}

describe("a classic load balancer", () => {
  const common = {
    type: "classic",
    scheme: "internet-facing",
    securityGroups: [],
    drain: 60,
    previous: "keep",
  };
  const pace = { interval: 10, timeout: 5, healthy: 2, unhealthy: 2 };

  test("forwards to the application, and asks there", () => {
    expect(balancerOf("{}", application)).toEqual({
      ...common,
      listeners: [{ port: 80, protocol: "http", to: 8000 }],
      healthCheck: { target: "HTTP:8000/", ...pace },
    });
  });

  test("without an application, forwards to a listener's own port, and only connects to a tcp one", () => {
    expect(balancerOf("{ listeners: [{ port: 25, protocol: tcp }] }")).toEqual({
      ...common,
      listeners: [{ port: 25, protocol: "tcp", to: 25 }],
      healthCheck: { target: "TCP:25", ...pace },
    });
  });

  test("is what the file says", () => {
    expect(
      balancerOf(
        "{ name: a, scheme: internal, previous: remove, drain: 1s, healthCheck: { target: HTTP:81/up, interval: 20s } }",
      ),
    ).toEqual({
      ...common,
      name: "a",
      scheme: "internal",
      previous: "remove",
      drain: 1,
      listeners: [{ port: 80, protocol: "http", to: 80 }],
      healthCheck: { target: "HTTP:81/up", ...pace, interval: 20 },
    });
  });
});

describe("an application load balancer", () => {
  const common = {
    type: "application",
    scheme: "internet-facing",
    securityGroups: [],
    drain: 60,
    balance: "round-robin",
    previous: "keep",
  };
  const pace = { interval: 10, timeout: 5, healthy: 2, unhealthy: 2 };

  test("forwards to the application, and asks for its first page", () => {
    expect(balancerOf("{ type: application }", application)).toEqual({
      ...common,
      port: 8000,
      listeners: [{ port: 80, protocol: "http" }],
      healthCheck: { path: "/", status: "200", ...pace },
    });
  });

  test("forwards to the one port of its listeners", () => {
    const section =
      "{ type: application, listeners: [{ port: 8080, redirect: 80 }, { port: 80, to: 81 }] }";
    expect(balancerOf(section)).toEqual({
      ...common,
      port: 81,
      listeners: [
        { port: 8080, protocol: "http", redirect: { port: 80, protocol: "http" } },
        { port: 80, protocol: "http" },
      ],
      healthCheck: { path: "/", status: "200", ...pace },
    });
  });

  test("is what the file says", () => {
    const section = `
  type: application
  name: a
  scheme: internal
  healthCheck: { path: /up, status: 200, interval: 2m, timeout: 90s, healthy: 3, unhealthy: 4 }
  drain: 0s
  slowStart: 30s
  balance: round-robin
  accessLog: my-bucket
  previous: remove`;
    expect(balancerOf(section, application)).toEqual({
      ...common,
      name: "a",
      scheme: "internal",
      port: 8000,
      listeners: [{ port: 80, protocol: "http" }],
      healthCheck: {
        path: "/up",
        status: "200",
        interval: 120,
        timeout: 90,
        healthy: 3,
        unhealthy: 4,
      },
      drain: 0,
      slowStart: 30,
      accessLog: "my-bucket",
      previous: "remove",
    });
    expect(balancerOf("{ type: application, balance: least-outstanding }")).toMatchObject({
      balance: "least-outstanding",
    });
  });
});
