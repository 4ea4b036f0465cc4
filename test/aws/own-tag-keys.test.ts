import { expect, test } from "vitest";
import { ownTagKeys } from "../../src/aws/own-tag-keys.ts";
import { MOST_TAGS } from "../../src/spec/heading/schema.ts";

/** "Tag restrictions", Amazon EC2 User Guide. */
const mostOfAws = 50;

/**
 * An image has the most. These are on others alone: launch templates, builders with their groups, snapshots, target
 * groups, certificates, load balancers, Auto Scaling groups and the parts of a network.
 */
const onNoImage: readonly string[] = [
  "reconcile:types",
  "reconcile:bucket",
  "reconcile:requirements",
  "reconcile:load-balancer",
  "reconcile:zone",
  "reconcile:targets",
  "reconcile:moving",
  "reconcile:parts",
  "reconcile:topics",
  "reconcile:created",
];

test("an image has room for all of the program's tags beside all that a stack file may have", () => {
  const onImages = ownTagKeys.filter((key) => !onNoImage.includes(key));
  expect(onImages).toHaveLength(ownTagKeys.length - onNoImage.length);
  // A stack with a playbook may have one tag less.
  const usual = onImages.filter((key) => key !== "reconcile:ansible");
  expect(usual).toHaveLength(onImages.length - 1);
  expect(usual.length + MOST_TAGS).toBeLessThanOrEqual(mostOfAws);
});

test("the program's tags are those that no stack file may set, each listed once", () => {
  expect(ownTagKeys.filter((key) => !key.startsWith("reconcile:"))).toEqual([]);
  expect(new Set(ownTagKeys).size).toBe(ownTagKeys.length);
});
