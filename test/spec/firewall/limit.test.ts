import { describe, expect, test } from "vitest";
import fc from "../../fast-check.ts";
import { mistakeIn, webAclOf } from "./firewalls.ts";

const FORM = "write a number of requests and a time of 1m, 2m, 5m or 10m: 2000 in 5m";

describe("a limit", () => {
  test.each([
    ["10 in 1m", 10, 60],
    ["100 in 2m", 100, 120],
    ["2000 in 5m", 2000, 300],
    ["2000000000 in 10m", 2_000_000_000, 600],
  ])("%s", (limit, requests, seconds) => {
    expect(webAclOf({ limit }).limit).toEqual({ requests, seconds });
  });

  test.each([
    "2000/5m",
    "2000 / 5 m",
    "2000 per 5m",
    "2000 every 5 minutes",
    "2000 each 5 min",
    "2,000 in 5m",
    "2_000 in 5m",
    "2000 requests in 300s",
    "2000 request/300 seconds",
    "2000  in 5m",
    " 2000 in 5m",
    "2000 IN 5M",
    "02000 in 5m",
    "2000 in 05m",
    "2000in5m",
  ])("%j is another form of it", (limit) => {
    expect(mistakeIn({ limit })).toBe(
      `firewall.limit: ${JSON.stringify(limit)} is not a valid limit → write 2000 in 5m`,
    );
  });

  test("has a minute where no number of them is said", () => {
    expect(mistakeIn({ limit: "2000/minute" })).toBe(
      'firewall.limit: "2000/minute" is not a valid limit → write 2000 in 1m',
    );
  });

  test.each([
    [2000, "the limit 2000 has no time → write the time, too: 2000 in 5m"],
    [9, `the limit 9 has no time → ${FORM}`],
    [2_000_000_001, `the limit 2000000001 has no time → ${FORM}`],
    [99.5, `the limit 99.5 has no time → ${FORM}`],
    ["2000", `expected a limit, but this is "2000" → ${FORM}`],
    ["", `expected a limit, but this is "" → ${FORM}`],
    ["5m", `expected a limit, but this is "5m" → ${FORM}`],
    ["many in 5m", `expected a limit, but this is "many in 5m" → ${FORM}`],
    ["-10 in 5m", `expected a limit, but this is "-10 in 5m" → ${FORM}`],
    ["10.5 in 5m", `expected a limit, but this is "10.5 in 5m" → ${FORM}`],
    [true, `expected a limit, but this is true → ${FORM}`],
    [["2000 in 5m"], `expected a limit, but this is a list → ${FORM}`],
    [{ requests: 2000 }, `expected a limit, but this is a mapping → ${FORM}`],
    [
      "9 in 5m",
      'a limit of "9" requests is too low → use 10 to 2000000000, for example 2000 in 5m',
    ],
    [
      "2000000001 in 5m",
      'a limit of "2000000001" requests is too high → use 10 to 2000000000, for example 2000 in 5m',
    ],
    ["2000 in 3m", `AWS WAF cannot count requests in the time of "2000 in 3m" → ${FORM}`],
    ["2000 in 30s", `AWS WAF cannot count requests in the time of "2000 in 30s" → ${FORM}`],
    ["2000/s", `AWS WAF cannot count requests in the time of "2000/s" → ${FORM}`],
    ["2000 in 1h", `AWS WAF cannot count requests in the time of "2000 in 1h" → ${FORM}`],
    ["2000 in 5", `AWS WAF cannot count requests in the time of "2000 in 5" → ${FORM}`],
    ["2000 in", `AWS WAF cannot count requests in the time of "2000 in" → ${FORM}`],
    ["2000 in 5 days", `AWS WAF cannot count requests in the time of "2000 in 5 days" → ${FORM}`],
  ])("%j is a mistake", (limit, mistake) => {
    expect(mistakeIn({ limit })).toBe(`firewall.limit: ${mistake}`);
  });

  test("of any possible number and time is read", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 2_000_000_000 }),
        fc.constantFrom(1, 2, 5, 10),
        (requests, minutes) => {
          expect(webAclOf({ limit: `${requests} in ${minutes}m` }).limit).toEqual({
            requests,
            seconds: minutes * 60,
          });
        },
      ),
    );
  });

  test.each(["1", " ", "1 ", "in ", "1,"])(
    "of many %j is answered in no time that grows with its square",
    (part) => {
      const before = performance.now();
      expect(mistakeIn({ limit: `2000${part.repeat(100_000)}!` }).length).toBeLessThan(600);
      expect(performance.now() - before).toBeLessThan(2000);
    },
  );
});
