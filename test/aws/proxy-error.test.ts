import { describe, expect, test } from "vitest";
import { noProxy, proxyRefused, proxyUnreachable } from "../../src/aws/proxy-error.ts";

const proxy = {
  url: new URL("http://proxy:3128"),
  shown: "http://proxy:3128",
  variable: "HTTPS_PROXY",
};
const named = { ...proxy, url: new URL("http://me:secret@proxy:3128") };
const at = "http://proxy:3128 (HTTPS_PROXY)";
const elsewhere =
  "Correct HTTPS_PROXY, or unset it if this machine reaches AWS without a proxy, then run the same command again.";

describe("a proxy that refuses", () => {
  const allow =
    "Allow the host in the proxy, or add the host to NO_PROXY if this machine reaches it without the proxy (HTTPS_PROXY).";
  const lookUp =
    "Find out why the proxy does not reach the host: does the proxy know the host, and is the region spelled correctly? Or add the host to NO_PROXY if this machine reaches it without the proxy (HTTPS_PROXY).";
  const who =
    "The proxy requires a user name and password: HTTPS_PROXY=http://<user>:<password>@<host>:<port>.";
  const correct =
    "Correct the user name and password in HTTPS_PROXY. Write special characters as escapes, such as %40 for @.";

  test.each<[from: typeof proxy, status: number, isTransient: boolean, remedy: string]>([
    [proxy, 403, false, allow],
    [proxy, 404, false, allow],
    [proxy, 429, true, allow],
    [proxy, 499, false, allow],
    [proxy, 500, true, lookUp],
    [proxy, 502, true, lookUp],
    [proxy, 407, false, who],
    [named, 407, false, correct],
    [named, 403, false, allow],
  ])("%j with %i is told (transient: %s)", (from, status, isTransient, remedy) => {
    const error = proxyRefused(from, "ec2.example:443", status, "No\u001b way");
    expect(error).toMatchObject({
      name: "ProxyRefused",
      message: `the proxy ${at} does not connect to ec2.example:443: it answered ${status} "No\\u001b way"`,
      remedy,
    });
    expect(error).toHaveProperty("mostAttempts", isTransient ? undefined : 1);
    expect(error).not.toHaveProperty("cause");
  });

  test("without a word is told without one", () => {
    expect(proxyRefused(proxy, "a:1", 500, "").message).toBe(
      `the proxy ${at} does not connect to a:1: it answered 500`,
    );
  });
});

describe("a proxy that cannot be reached", () => {
  test.each([
    [new Error("connect ECONNREFUSED"), "connect ECONNREFUSED"],
    [new Error("socket hang up"), "it closed the connection without an answer"],
    ["text", "text"],
  ])("is told: %s", (cause, why) => {
    const error = proxyUnreachable(proxy, cause);
    expect(error).toMatchObject({
      name: "ProxyUnreachable",
      message: `the proxy ${at} cannot be reached: ${why}`,
      remedy: elsewhere,
    });
    expect(error.cause).toBe(cause);
    expect(error.mostAttempts).toBeUndefined();
  });
});

describe("what is no proxy", () => {
  test.each([
    ["HPE_HEADER_OVERFLOW", "the headers of its answer do not end"],
    ["HPE_INVALID_CONSTANT", "it does not speak HTTP"],
  ])("is told by the parser: %s", (code, what) => {
    const cause = Object.assign(new Error("Parse Error"), { code });
    const error = noProxy(proxy, cause);
    expect(error).toMatchObject({
      name: "ProxyRefused",
      message: `the server at ${at} is not a proxy: ${what}`,
      remedy: elsewhere,
      mostAttempts: 1,
    });
    expect(error?.cause).toBe(cause);
  });

  test.each([
    Object.assign(new Error("x"), { code: "ECONNRESET" }),
    Object.assign(new Error("x"), { code: 1 }),
    Object.assign(new Error("x"), { code: "X_HPE_" }),
    new Error("HPE_"),
    "HPE_",
    undefined,
  ])("is nothing else: %s", (cause) => {
    expect(noProxy(proxy, cause)).toBeUndefined();
  });
});
