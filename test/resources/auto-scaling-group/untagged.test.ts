import { describe, expect, test } from "vitest";
import { untaggedGroupNotes } from "../../../src/resources/auto-scaling-group/untagged.ts";

const tags = (own: Readonly<Record<string, string>>) =>
  Object.entries(own).map(([Key, Value]) => ({ Key, Value }));

const server = {
  InstanceId: "i-1",
  Tags: tags({ "reconcile:stack": "afterpay", "reconcile:name": "auto-scaling-group/web" }),
};

/** What AWS tells of every group, and nothing here depends on. */
const aGroup = {
  MinSize: 1,
  MaxSize: 2,
  DesiredCapacity: 1,
  DefaultCooldown: 300,
  AvailabilityZones: [],
  HealthCheckType: "ELB",
  CreatedTime: new Date(0),
};

const notesOf = (group: Readonly<Record<string, string>>) =>
  untaggedGroupNotes(
    { stack: "afterpay" },
    server,
    { ...aGroup, AutoScalingGroupName: "afterpay-web", Tags: tags(group) },
    "eu-west-1",
  );

const detach =
  "aws autoscaling detach-instances --auto-scaling-group-name afterpay-web --instance-ids i-1 --no-should-decrement-desired-capacity --region eu-west-1";
const tag = [
  "aws autoscaling create-or-update-tags --tags",
  ...["reconcile:stack,Value=afterpay", "reconcile:name,Value=auto-scaling-group/web"].map(
    (own) =>
      `ResourceId=afterpay-web,ResourceType=auto-scaling-group,Key=${own},PropagateAtLaunch=true`,
  ),
  "--region eu-west-1",
].join(" ");

const lacks = [
  "i-1 is in the Auto Scaling group afterpay-web, which does not carry this stack's tags",
  `If the group belongs to this stack, put its tags back: ${tag}. Otherwise detach the instance from it: ${detach}`,
] as const;
const isAnothers = [
  "i-1 carries this stack's tags but is in the Auto Scaling group afterpay-web, which belongs to the stack payments (tag reconcile:stack)",
  `If the instance belongs to this stack, detach it from that group: ${detach}`,
] as const;

describe("a server of the stack in a group that is not the stack's by its tags is told", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly [string, string]]>([
    ["where the group has none", {}, lacks],
    ["where the group has half of them", { "reconcile:stack": "afterpay" }, lacks],
    ["where the group is another stack's", { "reconcile:stack": "payments" }, isAnothers],
  ])("%s, and keeps a destroy from starting", (_, group, [summary, remedy]) => {
    expect(notesOf(group)).toEqual([
      { summary, remedy },
      {
        severity: "error",
        summary,
        remedy: `${remedy}. Then run the same command again.`,
        concerns: { deletion: true },
      },
    ]);
  });
});
