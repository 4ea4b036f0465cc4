import { describe, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "AWS gives a new load balancer another name",
      change: change("load-balancer/shop", "replace", ["scheme"]),
      says: [["service", /the URL changes/]],
    },
    {
      reason: "its name is gone for good",
      change: change("load-balancer/shop", "delete"),
      says: [["lost", /its URL/]],
    },
    {
      reason: "what is only made harms nobody",
      change: change("load-balancer/shop", "create"),
      says: [],
    },
  ];

describe("what comes of a change of a load balancer", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(loadBalancer.consequences?.(one, planOf([one]), undefined), says);
  });
});
