import { describe, expect, test } from "vitest";
import type { PlanDocument, Step } from "../../src/engine/plan-format.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { aboutWords, forecastSeconds, forecastWords, timingOf } from "../../src/ui/forecast.ts";
import { field, planOf } from "./documents.ts";
import { TYPES } from "./types.ts";

const GROUP = "auto-scaling-group/shop";

function steps(...chains: readonly (readonly string[])[]): readonly Step[] {
  return chains.flatMap((chain) =>
    chain.map((key, index) => {
      const [verb = "", address = ""] = key.split(" ");
      const after = chain.slice(Math.max(0, index - 1), index);
      return { key, verb: verb as Step["verb"], address: address as Step["address"], after };
    }),
  );
}

const group = (fields: object): DesiredResource => ({
  address: GROUP,
  fields: { rollout: { minHealthy: 100, maxHealthy: 150, warmup: 60 }, ...fields },
});

function updateOf(...paths: readonly string[]): PlanDocument {
  const fields = paths.map((path) => field(path, { before: 1, after: 2 }));
  return planOf([{ address: GROUP, action: "update", id: "shop", because: "", fields }], {
    steps: steps([`update ${GROUP}`]),
  });
}

describe("how long a plan takes", () => {
  test("is as long as its longest chain, and steps beside it add nothing", () => {
    const chain = ["create image/shop", "create launch-template/shop", `create ${GROUP}`];
    const alone = forecastSeconds(planOf([], { steps: steps(chain) }), TYPES);
    const beside = steps(chain, ["create load-balancer/shop"], ["create key-pair/shop"]);
    expect(alone).toBe(480 + 2 + 150);
    expect(forecastSeconds(planOf([], { steps: beside }), TYPES)).toBe(alone);
  });

  test("is nothing where there is nothing to do", () => {
    expect(forecastSeconds(planOf([]), TYPES)).toBe(0);
  });

  test("is known of a destroy as well", () => {
    const chain = [`delete ${GROUP}`, "delete load-balancer/shop", "delete security-group/web"];
    expect(forecastSeconds(planOf([], { steps: steps(chain) }), TYPES)).toBe(120 + 5 + 60);
  });

  test.each([
    ["two instances, one at a time", { desired: 2 }, 2 * 210],
    ["ten instances, five at a time", { desired: 10 }, 2 * 210],
    ["without a wish of their own, the least", { desired: null, min: 4 }, 2 * 210],
    [
      "ten instances, one at a time",
      { desired: 10, rollout: { minHealthy: 90, maxHealthy: 100, warmup: 0 } },
      10 * 150,
    ],
    ["all at once", { desired: 10, rollout: { minHealthy: 0, maxHealthy: 100, warmup: 0 } }, 150],
    ["no instance", { desired: 0 }, 0],
  ])("of a rollout depends on its limits: %s", (_what, fields, seconds) => {
    const update = updateOf("launchTemplate.version");
    expect(forecastSeconds(update, TYPES, [group(fields)])).toBe(seconds);
  });

  test("of a rollout that is not known further is the usual one", () => {
    expect(forecastSeconds(updateOf("launchTemplate"), TYPES)).toBe(420);
    expect(forecastSeconds(updateOf("launchTemplate"), TYPES, [group({ rollout: null })])).toBe(
      420,
    );
  });
});

test.each<[readonly string[], string | undefined]>([
  [["launchTemplate"], "rollout"],
  [["mixedInstancesPolicy"], "rollout"],
  [["max", "launchConfiguration"], "rollout"],
  [["desired"], "capacity"],
  [["min"], "capacity"],
  [["max", "cooldown"], undefined],
])("an update of %j of a group takes long for its %s", (paths, effort) => {
  const document = updateOf(...paths);
  const slowPart = (verb: Step["verb"], address: string) =>
    timingOf({ verb, address }, { document, types: TYPES, desired: [] }).slowPart;
  expect(slowPart("update", GROUP)).toBe(effort);
  expect(slowPart("create", GROUP)).toBeUndefined();
  expect(slowPart("update", "image/shop")).toBeUndefined();
});

test.each([
  [0, "less than a minute"],
  [44, "less than a minute"],
  [45, "about a minute"],
  [89, "about a minute"],
  [90, "about 2 minutes"],
  [540, "about 9 minutes"],
  [5369, "about 89 minutes"],
  [5400, "about 1.5 hours"],
  [7300, "about 2 hours"],
])("%d seconds are %s", (seconds, words) => {
  expect(aboutWords(seconds)).toBe(words);
});

test("in the sandbox both clocks are told", () => {
  expect(forecastWords(540, undefined)).toBe("Estimated time: about 9 minutes.");
  expect(forecastWords(540, { speed: 60 })).toBe(
    "Estimated time: about 9 minutes on the sandbox's clock, about 9 s on yours.",
  );
  expect(forecastWords(540, { speed: 1 })).toBe(
    "Estimated time: about 9 minutes on the sandbox's clock, about 9 minutes on yours.",
  );
});
