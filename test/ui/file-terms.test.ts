import { describe, expect, test } from "vitest";
import type { Change, FieldChange } from "../../src/engine/plan-format.ts";
import { inFileTerms } from "../../src/ui/file-terms.ts";
import { field } from "./documents.ts";
import { TYPES } from "./types.ts";

function change(address: Change["address"], ...fields: readonly FieldChange[]): Change {
  return { address, action: "update", because: "", fields };
}

function shown(address: Change["address"], before: FieldChange) {
  const [after] = inFileTerms(change(address, before), TYPES).fields;
  return after;
}

describe("a field is spelled as in the stack file", () => {
  test.each<[Change["address"], string, string]>([
    ["load-balancer/shop", "healthCheck.healthyThreshold", "healthCheck.healthy"],
    ["load-balancer/shop", "healthCheck.unhealthyThreshold", "healthCheck.unhealthy"],
    ["load-balancer/shop", "securityGroupIds", "securityGroups"],
    ["load-balancer/shop", "vpcId", "network.vpc"],
    ["load-balancer/shop", "crossZone", "crossZone"],
    ["security-group/web", "vpcId", "network.vpc"],
    ["launch-template/shop", "imageId", "image"],
    ["auto-scaling-group/shop", "healthCheckGrace", "healthCheck.grace"],
    ["auto-scaling-group/shop", "min", "min"],
    ["image/shop", "packages", "packages"],
  ])("%s: %s is %s", (address, path, name) => {
    expect(shown(address, field(path, { before: "a", after: "b" }))).toMatchObject({
      path: name,
      before: "a",
      after: "b",
    });
  });

  test("and so are the members of one", () => {
    const healthCheck = {
      target: "HTTP:80/",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    };
    expect(
      shown("load-balancer/shop", field("healthCheck", { after: healthCheck }))?.after,
    ).toEqual({
      target: "HTTP:80/",
      interval: "10 s",
      timeout: "5 s",
      healthy: 2,
      unhealthy: 3,
    });
  });
});

test.each<[Change["address"], string]>([
  ["load-balancer/shop", "idleTimeout"],
  ["load-balancer/shop", "connectionDraining"],
  ["load-balancer/shop", "healthCheck.interval"],
  ["load-balancer/shop", "healthCheck.timeout"],
  ["auto-scaling-group/shop", "cooldown"],
  ["auto-scaling-group/shop", "healthCheckGrace"],
  ["auto-scaling-group/shop", "rollout.warmup"],
  ["image/shop", "builder.timeout"],
])("%s: %s has its unit", (address, path) => {
  expect(shown(address, field(path, { before: 30, after: 60 }))).toMatchObject({
    before: "30 s",
    after: "60 s",
  });
});

test("a number of things has no unit", () => {
  expect(shown("auto-scaling-group/shop", field("max", { before: 2, after: 4 }))).toMatchObject({
    before: 2,
    after: 4,
  });
});

test("AWS's values are those of the file", () => {
  const type = field("healthCheckType", { before: "EC2", after: "ELB" });
  expect(shown("auto-scaling-group/shop", type)).toMatchObject({
    path: "healthCheck.type",
    before: "instance",
    after: "load-balancer",
  });
  const other = field("healthCheckType", { before: "VPC_LATTICE", after: "ELB" });
  expect(shown("auto-scaling-group/shop", other)?.before).toBe("VPC_LATTICE");
});

test("what is not there stays away", () => {
  const unknown = shown("launch-template/shop", field("imageId", { known: false }));
  expect(unknown).not.toHaveProperty("before");
  expect(unknown).not.toHaveProperty("after");
});

test("a reason names fields as they are shown, and leaves all other words alone", () => {
  const because =
    "imageId changes with image/shop; vpcId differs: imageIds, x/imageId, imageId-old";
  expect(inFileTerms({ ...change("launch-template/shop"), because }, TYPES).because).toBe(
    "image changes with image/shop; vpcId differs: imageIds, x/imageId, imageId-old",
  );
});

test("a change is not touched itself", () => {
  const before = change("load-balancer/shop", field("idleTimeout", { before: 30, after: 60 }));
  const copy = structuredClone(before);
  inFileTerms(before, TYPES);
  expect(before).toEqual(copy);
});
