import { expect, test } from "vitest";
import { describeProblem, stepPart, stepWords } from "../../src/ui/wording.ts";
import { TYPES } from "./types.ts";

test.each([
  ["the words name it already", "image/a keeps its name", "image/a keeps its name"],
  ["the words leave it to the address", "it is too large", "image/a: it is too large"],
])("what a problem is with is told once: %s", (_reason, summary, told) => {
  const problem = { severity: "warning", address: "image/a", summary, remedy: "" } as const;
  expect(describeProblem(problem)).toBe(told);
});

test.each([
  ["update security-group/web", "update security-group/web"],
  [
    "update security-group/web narrowing ingress egress",
    "update security-group/web (removing old ingress rules and egress rules)",
  ],
  ["update security-group/web ingress", "update security-group/web (setting ingress rules)"],
  [
    "update load-balancer/shop narrowing securityGroupIds",
    "update load-balancer/shop (removing old securityGroups)",
  ],
  [
    "update application-load-balancer/shop completing listeners names",
    "update application-load-balancer/shop (completing listeners and domain.names)",
  ],
  ["update narrow/completing completing", "update narrow/completing (setting completing)"],
  ["update narrow/narrowing narrowing", "update narrow/narrowing (setting narrowing)"],
  ["create image/shop", "create image/shop"],
  ["delete image/shop ami-1", "delete image/shop (ami-1)"],
  ["delete auto-scaling-group/shop my group", "delete auto-scaling-group/shop (my group)"],
])("each step of a resource has words of its own: %s", (key, words) => {
  const [verb, address = ""] = key.split(" ");
  expect(stepWords({ key, verb: verb as "update", address }, TYPES)).toBe(words);
});

test("a step with a key of another form has no part", () => {
  expect(stepPart({ key: "first", verb: "update", address: "image/a" }, TYPES)).toBe("");
});
