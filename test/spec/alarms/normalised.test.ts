import { describe, expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";

const NOTIFY = "notify: { to: [ops@example.com] }\n";
const BALANCER = "loadBalancer: {}\n";
const UNHEALTHY = { servers: 1, for: 180 };
const ERRORS = { percent: 5, for: 300 };
const LAUNCHES = { for: 900 };

describe("without the section", () => {
  test("there are none where nobody is told", () => {
    expect(load(LEAST).alarms).toEqual({});
    expect(load(`${LEAST}${BALANCER}`).alarms).toEqual({});
  });

  test("there are the usual ones where somebody is told of alarms", () => {
    expect(load(`${LEAST}${NOTIFY}`).alarms).toEqual({ unhealthy: UNHEALTHY, launches: LAUNCHES });
    expect(load(`${LEAST}${NOTIFY.replace(" }", ", on: [launches, alarms] }")}`).alarms).toEqual({
      unhealthy: UNHEALTHY,
      launches: LAUNCHES,
    });
  });

  test("a load balancer adds the one that needs it", () => {
    expect(load(`${LEAST}${NOTIFY}${BALANCER}`).alarms).toEqual({
      unhealthy: UNHEALTHY,
      errors: ERRORS,
      launches: LAUNCHES,
    });
  });

  test("there are none where people are told of other things alone", () => {
    const others = NOTIFY.replace(" }", ", on: [launches, applies] }");
    expect(load(`${LEAST}${others}${BALANCER}`).alarms).toEqual({});
  });
});

describe("with the section", () => {
  const alarmsOf = (alarms: string) =>
    load(`${LEAST}${BALANCER}${NOTIFY}alarms: ${alarms}\n`).alarms;

  test("there are those that it has, and no other", () => {
    expect(alarmsOf("{}")).toEqual({});
    expect(Object.entries(alarmsOf("{ launches: { for: 24h } }"))).toEqual([
      ["launches", { for: 86_400 }],
    ]);
  });

  test("what the file leaves out of an alarm is as usual", () => {
    expect(alarmsOf("{ unhealthy: {}, errors: {}, slow: { p95: 500ms }, launches: {} }")).toEqual({
      unhealthy: UNHEALTHY,
      errors: ERRORS,
      slow: { p95: 0.5, for: 300 },
      launches: LAUNCHES,
    });
  });

  test("everything in an alarm may be another", () => {
    expect(
      alarmsOf(
        "{ unhealthy: { servers: 2, for: 1m }, errors: { percent: 0.5, for: 120s }, slow: { p95: 2s, for: 1h } }",
      ),
    ).toEqual({
      unhealthy: { servers: 2, for: 60 },
      errors: { percent: 0.5, for: 120 },
      slow: { p95: 2, for: 3600 },
    });
  });
});
