import { describe, expect, test } from "vitest";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { type Account, openAccount } from "../account.ts";
import { applyTo, byHand, differing, openGroupWith, tagOf } from "./sandbox-group.ts";

const accountId = "123456789012";
const topicOf = (name: string) => `arn:aws:sns:ap-southeast-2:${accountId}:${name}`;
const alerts = topicOf("alerts");

const launched = "autoscaling:EC2_INSTANCE_LAUNCH";
const terminated = "autoscaling:EC2_INSTANCE_TERMINATE";
const failed = [
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
];

/** A group with these topics, in an account with the topics `alerts` and `oncall`. */
async function openTopics(notifications: readonly string[]) {
  const account = await openAccount({ account: accountId });
  for (const Name of ["alerts", "oncall"]) {
    await account.sandbox.call("sns", "CreateTopic", { Name });
  }
  return openGroupWith({ notifications }, account);
}

/** Which events the group tells the topic of. */
async function toldTo({ sandbox }: Account, topic: string) {
  const answer = await sandbox.call("autoscaling", "DescribeNotificationConfigurations", {});
  const { NotificationConfigurations: found } = answer as {
    NotificationConfigurations: { TopicARN: string; NotificationType: string }[];
  };
  return found
    .filter(({ TopicARN }) => TopicARN === topic)
    .map(({ NotificationType }) => NotificationType)
    .sort();
}

function tellByHand(account: Account, ...NotificationTypes: readonly string[]) {
  return byHand(account, "PutNotificationConfiguration", { TopicARN: alerts, NotificationTypes });
}

/** Gives the group these topics, as an apply would. */
async function apply(
  { account, fields }: { account: Account; fields: AutoScalingGroupFields },
  notifications: readonly string[],
) {
  const wanted = { ...fields, notifications };
  const { changed, writes } = await applyTo(account, wanted);
  expect(changed).toEqual(["notifications"]);
  expect(await differing(account, wanted)).toEqual([]);
  return writes;
}

describe("a topic that somebody else lets the group tell of other events", () => {
  test("still gets them when the stack file names it, too", async () => {
    const opened = await openTopics([]);
    await tellByHand(opened.account, launched, terminated);
    expect(await apply(opened, [alerts])).toEqual([
      "CreateOrUpdateTags",
      "PutNotificationConfiguration",
    ]);
    expect(await toldTo(opened.account, alerts)).toEqual([...failed, launched, terminated].sort());
  });

  test("still gets them when the stack's events are put again", async () => {
    const opened = await openTopics([alerts]);
    // AWS takes the new list for the whole one.
    await tellByHand(opened.account, launched, failed[0] ?? "");
    expect(await toldTo(opened.account, alerts)).toEqual([launched, failed[0]].sort());
    expect(await apply(opened, [alerts])).toEqual(["PutNotificationConfiguration"]);
    expect(await toldTo(opened.account, alerts)).toEqual([...failed, launched].sort());
  });

  test.each<[what: string, topics: readonly string[]]>([
    ["none", []],
    ["another one", [topicOf("oncall")]],
  ])("gets them alone when the stack file names %s", async (_what, topics) => {
    const opened = await openTopics([alerts]);
    await tellByHand(opened.account, ...failed, launched);
    await apply(opened, topics);
    expect(await toldTo(opened.account, alerts)).toEqual([launched]);
    const record = await tagOf(opened.account, "reconcile:topics");
    expect(record === undefined).toBe(topics.length === 0);
  });
});

test("a topic of the stack alone gets nothing when the stack file names it no more", async () => {
  const opened = await openTopics([alerts]);
  expect(await apply(opened, [])).toEqual(["DeleteNotificationConfiguration", "DeleteTags"]);
  expect(await toldTo(opened.account, alerts)).toEqual([]);
});
