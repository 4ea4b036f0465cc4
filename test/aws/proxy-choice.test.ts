import { describe, expect, test } from "vitest";
import { proxyFor } from "../../src/aws/proxy.ts";

const ec2 = { protocol: "https:", hostname: "ec2.eu-west-1.amazonaws.com" };
const sandbox = { protocol: "http:", hostname: "127.0.0.1", port: 4566 };
const sixth = { protocol: "http:", hostname: "[fd00:ec2::1]" };

describe("NO_PROXY leaves out", () => {
  test.each<[noProxy: string, target: typeof ec2 & { port?: number }, leavesOut: boolean]>([
    ["*", ec2, true],
    ["amazonaws.com", ec2, true],
    [".amazonaws.com", ec2, true],
    ["*.amazonaws.com", ec2, true],
    ["EC2.eu-west-1.AMAZONAWS.com", ec2, true],
    ["other.example, ec2.eu-west-1.amazonaws.com", ec2, true],
    ["example.com amazonaws.com", ec2, true],
    ["zonaws.com", ec2, false],
    ["ec2.eu-west-1.amazonaws.com.example", ec2, false],
    ["amazonaws.com:443", ec2, true],
    ["amazonaws.com:8443", ec2, false],
    ["", ec2, false],
    [",", ec2, false],
    [".", ec2, false],
    ["127.0.0.1", sandbox, true],
    ["127.0.0.1:4566", sandbox, true],
    ["127.0.0.1:80", sandbox, false],
    ["127.0.0.0/8", sandbox, true],
    ["10.0.0.0/8", sandbox, false],
    ["127.0.0.0/99", sandbox, false],
    ["127.0.0.0/", sandbox, false],
    ["localhost", sandbox, false],
    ["fd00::/8", sixth, true],
    ["fd00:ec2::1", sixth, true],
    ["[fd00:ec2::1]:80", sixth, true],
    ["[fd00:ec2::1]:81", sixth, false],
    ["[fd00:ec2::1]", sixth, true],
    ["fd00:ec2::1/128", sixth, true],
    ["fd00:ec2::1/129", sixth, false],
    ["127.0.0.1/32", sandbox, true],
    ["127.0.0.1/33", sandbox, false],
    ["127.0.0.1/x32", sandbox, false],
    ["127.0.0.1/32x", sandbox, false],
    ["127.0.0.1/32/8", sandbox, false],
    ["fd00::/8", sandbox, false],
    ["0.0.0.0/0", sixth, false],
    ["0.0.0.0/0", ec2, false],
    ["example/8", ec2, false],
    ["..amazonaws.com", ec2, true],
    ["*amazonaws.com", ec2, false],
    ["*..amazonaws.com", ec2, true],
    ["amazonaws.com:", ec2, false],
    ["a*", ec2, false],
    ["ec2.eu-west-1.amazonaws.com:80", { ...ec2, port: 80 }, true],
    [" \tamazonaws.com ", ec2, true],
    ["127.0.0.1:80", { protocol: "http:", hostname: "127.0.0.1" }, true],
    ["127.0.0.1:443", { protocol: "http:", hostname: "127.0.0.1" }, false],
    ["*:443", ec2, false],
    ["amazonaws.com:443x", ec2, false],
    [".", { protocol: "https:", hostname: "ec2.amazonaws.com." }, false],
  ])("%s: %j: %s", (no_proxy, target, leavesOut) => {
    const env = { HTTP_PROXY: "http://proxy:3128", HTTPS_PROXY: "http://proxy:3128", no_proxy };
    expect(proxyFor(target, env) === undefined).toBe(leavesOut);
  });
});

describe("the variable is chosen", () => {
  test.each<[because: string, env: Record<string, string>, chosen: string | undefined]>([
    ["by the scheme of the endpoint", { HTTP_PROXY: "a", HTTPS_PROXY: "b" }, "HTTPS_PROXY"],
    ["small letters first, as curl does", { https_proxy: "a", HTTPS_PROXY: "b" }, "https_proxy"],
    ["not at all where small letters empty it", { https_proxy: "", HTTPS_PROXY: "b" }, undefined],
    [
      "whatever NO_PROXY says where small letters empty that",
      { HTTPS_PROXY: "b", no_proxy: "", NO_PROXY: "*" },
      "HTTPS_PROXY",
    ],
    ["of no other scheme", { HTTP_PROXY: "a", ALL_PROXY: "c" }, undefined],
  ])("%s", (_because, env, chosen) => {
    expect(proxyFor(ec2, env)?.variable).toBe(chosen);
  });

  test.each<[value: string, message: string]>([
    ["::", "HTTPS_PROXY is not the URL of a proxy"],
    ["http://", "HTTPS_PROXY is not the URL of a proxy"],
    ["file:///etc", "HTTPS_PROXY is not the URL of a proxy"],
    [
      "socks5://127.0.0.1:1080",
      'HTTPS_PROXY names a proxy with the scheme "socks5"; only http and https are supported',
    ],
    [
      "shttp://127.0.0.1:1080",
      'HTTPS_PROXY names a proxy with the scheme "shttp"; only http and https are supported',
    ],
    [
      "httpss://127.0.0.1:1080",
      'HTTPS_PROXY names a proxy with the scheme "httpss"; only http and https are supported',
    ],
    [
      "http://me:100%@a",
      "HTTPS_PROXY has a % in the user name or password that is not an escape; write % itself as %25",
    ],
    [
      "http://100%:me@a",
      "HTTPS_PROXY has a % in the user name or password that is not an escape; write % itself as %25",
    ],
  ])("and refused where it holds %s", (value, message) => {
    const choose = () => proxyFor(ec2, { HTTPS_PROXY: value });
    const remedy = "Write it as HTTPS_PROXY=http://proxy.example.com:3128, or unset it.";
    expect(choose).toThrow(expect.objectContaining({ name: "InvalidProxy", message, remedy }));
  });

  test.each([
    ["proxy:3128", "http://proxy:3128"],
    ["HTTP://proxy", "http://proxy"],
    ["https://proxy", "https://proxy"],
    ["http://me:100%25@proxy", "http://proxy"],
  ])("and may hold %s", (value, shown) => {
    expect(proxyFor(sandbox, { http_proxy: value })).toMatchObject({
      shown,
      variable: "http_proxy",
    });
  });

  test("and shown without user and password", () => {
    const proxy = proxyFor(ec2, { HTTPS_PROXY: "https://me:secret@proxy.example:8443" });
    expect(proxy).toMatchObject({ shown: "https://proxy.example:8443" });
  });
});
