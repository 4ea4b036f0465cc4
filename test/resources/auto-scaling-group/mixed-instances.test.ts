import type { InstancesDistribution, MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import type { MixedInstances } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import {
  launchesFrom,
  launchParameters,
  launchSourceOf,
  mixedIn,
  mixedWords,
} from "../../../src/resources/auto-scaling-group/mixed-instances.ts";
import { fields, target } from "./web-group.ts";
import { discovered, openParts } from "./web-group-parts.ts";

const template = { id: "lt-1", version: "2" };
const inAws = { LaunchTemplateId: "lt-1", Version: "2" };

/** Half of the servers above the first are Spot Instances. */
const half: MixedInstances = {
  instanceTypes: ["m7g.large", "m6g.large"],
  onDemandBase: 1,
  spotShare: 50,
};
const onDemand: MixedInstances = { ...half, onDemandBase: 0, spotShare: 0 };

const halfInAws = {
  LaunchTemplate: {
    LaunchTemplateSpecification: inAws,
    Overrides: [{ InstanceType: "m7g.large" }, { InstanceType: "m6g.large" }],
  },
  InstancesDistribution: {
    OnDemandAllocationStrategy: "prioritized",
    OnDemandBaseCapacity: 1,
    OnDemandPercentageAboveBaseCapacity: 50,
    SpotAllocationStrategy: "price-capacity-optimized",
  },
} satisfies MixedInstancesPolicy;

/** The policy with further settings, as somebody might leave it. */
function changed(
  distribution: Partial<InstancesDistribution>,
  first: object = {},
): MixedInstancesPolicy {
  const { LaunchTemplate, InstancesDistribution } = halfInAws;
  const [one, other] = LaunchTemplate.Overrides;
  return {
    LaunchTemplate: { ...LaunchTemplate, Overrides: [{ ...one, ...first }, { ...other }] },
    InstancesDistribution: { ...InstancesDistribution, ...distribution },
  };
}

describe("what a group launches from", () => {
  test("is the template alone, or a policy with it, the preferred type first", () => {
    expect(launchParameters({ template, mixed: null })).toEqual({
      LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
    });
    expect(launchParameters({ template, mixed: half })).toEqual({
      MixedInstancesPolicy: halfInAws,
    });
    const { MixedInstancesPolicy: without } = launchParameters({ template, mixed: onDemand });
    expect(without?.InstancesDistribution).toEqual({
      OnDemandAllocationStrategy: "prioritized",
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: "price-capacity-optimized",
    });
  });

  test("removes a maximum price that somebody set, which only an empty one does", () => {
    const priceOf = (SpotMaxPrice: string | undefined) =>
      launchParameters(
        { template, mixed: half },
        { MixedInstancesPolicy: changed({ SpotMaxPrice }) },
      ).MixedInstancesPolicy?.InstancesDistribution;
    expect(priceOf("0.05")).toEqual({ ...halfInAws.InstancesDistribution, SpotMaxPrice: "" });
    expect(priceOf("")).not.toHaveProperty("SpotMaxPrice");
    expect(priceOf(undefined)).not.toHaveProperty("SpotMaxPrice");
    expect(mixedIn(changed({ SpotMaxPrice: "" }))).toEqual(half);
  });

  test("follows from its fields, without what its servers run besides", () => {
    const running = { ...template, others: [{ id: "lt-0", version: "9" }] };
    expect(launchSourceOf({ launchTemplate: running, mixedInstancesPolicy: half })).toEqual({
      template,
      mixed: half,
    });
  });

  test.each<[source: MixedInstances]>([
    [half],
    [onDemand],
    [{ ...half, spotShare: 100, onDemandBase: 0 }],
    [{ ...half, instanceTypes: ["m7g.large"] }],
  ])("is read as it was written: %j", (mixed) => {
    const written = launchParameters({ template, mixed });
    expect(mixedIn(written.MixedInstancesPolicy)).toEqual(mixed);
    expect(launchesFrom(written, { template, mixed })).toBe(true);
    expect(launchesFrom(written, { template: { ...template, version: "3" }, mixed })).toBe(false);
    expect(launchesFrom(written, { template, mixed: null })).toBe(false);
    expect(launchesFrom({ LaunchTemplate: inAws }, { template, mixed })).toBe(false);
  });

  test("is the same template alone only without a policy and a launch configuration", () => {
    const alone = { template, mixed: null };
    expect(launchesFrom({ LaunchTemplate: inAws }, alone)).toBe(true);
    expect(launchesFrom({ LaunchConfigurationName: "old" }, alone)).toBe(false);
    expect(launchesFrom({}, alone)).toBe(false);
  });
});

describe("the mixed instances policy of a group", () => {
  test("is none without one", () => {
    expect(mixedIn(undefined)).toBeNull();
  });

  test("has AWS's defaults for what it does not say", () => {
    const nothing = { instanceTypes: [], onDemandBase: 0, spotShare: 0 };
    expect(mixedIn({})).toEqual(nothing);
    expect(mixedIn({ LaunchTemplate: {}, InstancesDistribution: {} })).toEqual(nothing);
    const { LaunchTemplate } = halfInAws;
    expect(mixedIn({ LaunchTemplate })).toEqual(onDemand);
    const InstancesDistribution = { OnDemandPercentageAboveBaseCapacity: 30 };
    expect(mixedIn({ LaunchTemplate, InstancesDistribution })).toEqual({
      ...onDemand,
      spotShare: 70,
      other: "Spot by lowest-price",
    });
  });

  const requirements = { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 512 } };
  test.each<[words: string, policy: MixedInstancesPolicy]>([
    ["weights", changed({}, { WeightedCapacity: "2" })],
    ["launch templates of single types", changed({}, { LaunchTemplateSpecification: inAws })],
    ["images of single types", changed({}, { ImageId: "ami-1" })],
    ["On-Demand by lowest-price", changed({ OnDemandAllocationStrategy: "lowest-price" })],
    ["Spot by capacity-optimized", changed({ SpotAllocationStrategy: "capacity-optimized" })],
    ["a maximum price of 0.05", changed({ SpotMaxPrice: "0.05" })],
    [
      "distribution segments",
      changed({ DistributionSegments: [{ CapacityTypes: ["on-demand"] } as never] }),
    ],
    [
      "weights, Spot by lowest-price, a maximum price of 1",
      changed(
        { SpotAllocationStrategy: "lowest-price", SpotMaxPrice: "1" },
        { WeightedCapacity: "2" },
      ),
    ],
  ])("has settings that no stack file can define: %s", (other, policy) => {
    expect(mixedIn(policy)).toEqual({ ...half, other });
  });

  test("has types that are chosen by requirements", () => {
    const byRequirements = { InstanceType: undefined, InstanceRequirements: requirements };
    expect(mixedIn(changed({}, byRequirements))).toEqual({
      ...half,
      instanceTypes: ["m6g.large"],
      other: "types by requirements",
    });
  });

  test("says nothing about Spot Instances where there are none", () => {
    const unused = {
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: "lowest-price",
      SpotMaxPrice: "0.05",
    };
    expect(mixedIn(changed(unused))).toEqual({ ...half, spotShare: 0 });
  });

  test.each<[mixed: MixedInstances, words: string]>([
    [half, "m7g.large, m6g.large; 50 % Spot Instances above 1"],
    [onDemand, "m7g.large, m6g.large"],
    [{ instanceTypes: [], onDemandBase: 0, spotShare: 0 }, "the template's type"],
    [
      { ...half, onDemandBase: 0, other: "weights" },
      "m7g.large, m6g.large; 50 % Spot Instances above 0; weights",
    ],
  ])("is said in words: %j", (mixed, words) => {
    expect(mixedWords(mixed)).toBe(words);
    const { mixedInstancesPolicy: rule } = autoScalingGroup.fields;
    expect(rule.shown?.({ ...fields, mixedInstancesPolicy: mixed }, fields)).toBe(words);
    expect(rule.shown?.(fields, fields)).toBeNull();
  });
});

describe("a difference in the instance types of a group", () => {
  const { fields: rules } = autoScalingGroup;

  test.each<[wanted: MixedInstances | null, live: MixedInstances | null, differs: boolean]>([
    [null, null, false],
    [half, { ...half, instanceTypes: [...half.instanceTypes] }, false],
    [half, null, true],
    [null, half, true],
    // Their order is their preference.
    [half, { ...half, instanceTypes: half.instanceTypes.toReversed() }, true],
    [half, { ...half, onDemandBase: 2 }, true],
    [half, { ...half, spotShare: 51 }, true],
    [half, { ...half, other: "weights" }, true],
  ])("%j wanted, %j there: %s", (mixedInstancesPolicy, live, differs) => {
    const all: Parameters<typeof findDifference>[0] = rules;
    const before = { ...fields, mixedInstancesPolicy: live };
    expect(findDifference(all, { ...fields, mixedInstancesPolicy }, before).fields).toEqual(
      differs ? ["mixedInstancesPolicy"] : [],
    );
  });

  test("is said in words", () => {
    const { because } = rules.mixedInstancesPolicy;
    expect(because?.(half, null)).toBe(
      "it has a mixed instances policy, and the stack file one instance type: go back to the launch template alone, and replace instances of another type",
    );
    expect(because?.(null, half)).toBe("launch several instance types or Spot Instances");
    expect(because?.(half, onDemand)).toBe("its instance types or its Spot Instances differ");
  });
});

describe("a group is created", () => {
  const inputOf = async (more: Partial<typeof fields>) => {
    const stage = openParts({});
    await autoScalingGroup.create(stage.context, target, { ...fields, ...more });
    return stage.asked("autoscaling:CreateAutoScalingGroup")[0];
  };

  test("with the policy in place of the template", async () => {
    const mixed = await inputOf({ mixedInstancesPolicy: half, capacityRebalance: true });
    expect(mixed).toMatchObject({ MixedInstancesPolicy: halfInAws, CapacityRebalance: true });
    expect(mixed).not.toHaveProperty("LaunchTemplate");
    const alone = await inputOf({});
    expect(alone).toMatchObject({ LaunchTemplate: inAws });
    expect(alone).not.toHaveProperty("MixedInstancesPolicy");
    expect(alone).not.toHaveProperty("CapacityRebalance");
  });
});

test("a group with a policy is read with it, its template, and no further call", async () => {
  const found = {
    MixedInstancesPolicy: halfInAws,
    LaunchTemplate: undefined,
    CapacityRebalance: true,
  };
  const stage = openParts({ group: found });
  const live = await discovered(stage);
  expect(live.fields).toMatchObject({
    mixedInstancesPolicy: half,
    launchTemplate: template,
    capacityRebalance: true,
  });
  expect(live.uses).toContain("lt-1");
  expect(stage.calls.filter((operation) => operation.startsWith("autoscaling:"))).toEqual([
    "autoscaling:DescribeAutoScalingGroups",
  ]);
});
