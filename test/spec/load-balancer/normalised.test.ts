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

  test("forwards port 443 to the servers' port 443: it does not encrypt", () => {
    expect(balancerOf("{ listeners: [{ port: 443 }] }")).toMatchObject({
      listeners: [{ port: 443, protocol: "http", to: 443 }],
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
    tls: "modern",
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

  const domain = "domain: { names: [shop.example.com] }\n";

  test("with a domain, serves https, and sends clients there", () => {
    expect(balancerOf("{ type: application }", domain)).toEqual({
      ...common,
      port: 80,
      listeners: [
        { port: 443, protocol: "https" },
        { port: 80, protocol: "http", redirect: { port: 443, protocol: "https" } },
      ],
      healthCheck: { path: "/", status: "200", ...pace },
    });
    expect(balancerOf("{ type: application }", domain + application)).toMatchObject({ port: 8000 });
  });

  test.each([
    ["{ port: 443 }", { port: 443, protocol: "https" }],
    ["{ port: 443, protocol: https }", { port: 443, protocol: "https" }],
    ["{ port: 443, protocol: http }", { port: 443, protocol: "http" }],
    ["{ port: 8443, protocol: https }", { port: 8443, protocol: "https" }],
    ["{ port: 8443 }", { port: 8443, protocol: "http" }],
    [
      "{ port: 80, redirect: 9443 }",
      { port: 80, protocol: "http", redirect: { port: 9443, protocol: "https" } },
    ],
    [
      "{ port: 443, redirect: 8080 }",
      { port: 443, protocol: "https", redirect: { port: 8080, protocol: "http" } },
    ],
  ])("with a domain, has the listener %s", (written, listener) => {
    const others = "{ port: 9443, protocol: https, to: 81 }, { port: 8080, to: 81 }";
    const to = written.includes("redirect") ? written : written.replace(" }", ", to: 81 }");
    const section = `{ type: application, listeners: [${to}, ${others}] }`;
    expect(balancerOf(section, domain)).toMatchObject({
      port: 81,
      listeners: [listener, { port: 9443, protocol: "https" }, { port: 8080, protocol: "http" }],
    });
  });

  test.each([
    ["{ port: 443 }", 80],
    ["{ port: 8443, protocol: https }", 80],
    ["{ port: 443, to: 81 }", 81],
    ["{ port: 443 }, { port: 80 }", 80],
    ["{ port: 443 }, { port: 8080, protocol: http, redirect: 443 }", 80],
  ])("without an application, %s forwards to port %i", (listeners, port) => {
    const section = `{ type: application, listeners: [${listeners}] }`;
    expect(balancerOf(section, domain)).toMatchObject({ port });
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
  tls: modern
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
