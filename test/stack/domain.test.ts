import { describe, expect, test } from "vitest";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { checkDomain } from "../../src/stack/domain-check.ts";
import { compiledFields, facts, whole } from "./stacks.ts";

const names = ["shop.example.com", "www.shop.example.com"];
const arn = "arn:aws:acm:eu-west-1:111111111111:certificate/1";

function withDomain(domain: Partial<Stack["domain"]> = {}): Stack {
  return {
    ...whole,
    domain: { names, ...domain },
    loadBalancer: {
      type: "application",
      scheme: "internet-facing",
      securityGroups: [{ kind: "group", value: "load-balancer" }],
      drain: 30,
      previous: "keep",
      port: 8000,
      listeners: [
        { port: 443, protocol: "https" },
        { port: 80, protocol: "http", redirect: { port: 443, protocol: "https" } },
      ],
      healthCheck: {
        path: "/",
        status: "200",
        interval: 10,
        timeout: 5,
        healthy: 2,
        unhealthy: 2,
      },
      balance: "round-robin",
      tls: "modern",
    },
  };
}

const listenersOf = (stack: Stack) =>
  (compiledFields(stack, "application-load-balancer/shop") as { listeners: unknown[] }).listeners;

describe("a domain", () => {
  test("is compiled into a certificate, which comes before the load balancer that uses it", () => {
    const stack = withDomain();
    expect(compiledFields(stack, "certificate/shop")).toMatchObject({ names, zone: null });
    const addresses = compile(stack, facts).desired.map(({ address }) => address);
    expect(addresses.indexOf("certificate/shop")).toBeGreaterThan(-1);
    expect(addresses.indexOf("certificate/shop")).toBeLessThan(
      addresses.indexOf("application-load-balancer/shop"),
    );
    expect(listenersOf(stack)).toEqual([
      {
        port: 443,
        protocol: "HTTPS",
        forward: [{ targetGroup: { ref: "target-group/shop", output: "arn" }, weight: 1 }],
        redirect: null,
        certificate: { ref: "certificate/shop", output: "arn" },
        tls: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      },
      {
        port: 80,
        protocol: "HTTP",
        forward: null,
        redirect: { protocol: "HTTPS", port: "443", status: "HTTP_301" },
        certificate: null,
        tls: null,
      },
    ]);
  });

  test("gives its names to the load balancer, with the zone of their records", () => {
    const zone = "example.com";
    const stack = withDomain({ zone });
    expect(compiledFields(stack, "certificate/shop")).toMatchObject({ zone });
    expect(compiledFields(stack, "application-load-balancer/shop")).toMatchObject({
      names: names.map((name) => ({ name, zone })),
    });
    expect(compiledFields(withDomain(), "application-load-balancer/shop")).toMatchObject({
      names: names.map((name) => ({ name, zone: null })),
    });
  });

  test("with a certificate of its own requests none", () => {
    const stack = withDomain({ certificate: arn });
    const addresses = compile(stack, facts).desired.map(({ address }) => address);
    expect(addresses).not.toContain("certificate/shop");
    expect(listenersOf(stack)[0]).toMatchObject({ certificate: arn });
  });
});

describe("the account's answer about a domain", () => {
  const problems = (stack: Stack, found: Parameters<typeof checkDomain>[1]) =>
    checkDomain(stack, found).map(
      ({ severity, path, message }) => `${severity} ${path.join(".")}: ${message}`,
    );

  test("is no problem if everything is there", () => {
    expect(problems(whole, {})).toEqual([]);
    expect(problems(withDomain({ zone: "example.com" }), {})).toEqual([]);
    const certificate = { status: "ISSUED", names: ["shop.example.com", "*.shop.example.com"] };
    expect(problems(withDomain({ certificate: arn }), { certificate })).toEqual([]);
  });

  test("tells what is wrong with the zone, at the zone", () => {
    const zone = { message: "this account has no such zone", help: "name another" };
    expect(checkDomain(withDomain({ zone: "example.com" }), { zone })).toEqual([
      { severity: "error", path: ["domain", "zone"], ...zone },
    ]);
  });

  test("tells a certificate that is not there, or not usable", () => {
    const stack = withDomain({ certificate: arn });
    expect(problems(stack, { certificate: null })).toEqual([
      "error domain.certificate: there is no such certificate in this account and region",
    ]);
    const of = (status: string) => problems(stack, { certificate: { status, names } });
    expect(of("EXPIRED")).toEqual([
      "error domain.certificate: the certificate is not usable: its status is EXPIRED",
    ]);
    expect(of("PENDING_VALIDATION")).toEqual([
      "warning domain.certificate: the certificate is not usable: its status is PENDING_VALIDATION",
    ]);
  });

  test("tells every name that the certificate is not for", () => {
    const of = (...covered: string[]) =>
      problems(withDomain({ names: ["a.b.example.com", "example.com"], certificate: arn }), {
        certificate: { status: "ISSUED", names: covered },
      }).map((problem) => problem.split(":")[0]);
    expect(of("*.example.com")).toEqual(["error domain.names.0", "error domain.names.1"]);
    expect(of("*.b.example.com")).toEqual(["error domain.names.1"]);
    expect(of("*.b.example.com", "example.com")).toEqual([]);
  });
});
