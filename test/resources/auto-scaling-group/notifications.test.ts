import type { NotificationConfiguration } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Answers, refusal } from "../answers.ts";
import { openChanging } from "./changing-group.ts";
import { fields, target } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const arn = "arn:aws:sns:eu-west-1:123456789012:";
const [alerts, oncall, theirs] = [`${arn}afterpay-alerts`, `${arn}oncall`, `${arn}theirs`] as const;

/** The beginnings of their SHA-256. Groups carry them, so they are the same in every version. */
const digests = { [alerts]: "4e8757ae", [oncall]: "e84457b9" } as const;

const types = ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"];

/** What AWS lists of a topic: each type by itself. */
function told(topic: string, some: readonly string[] = types): NotificationConfiguration[] {
  return some.map((NotificationType) => ({
    AutoScalingGroupName: "afterpay-web",
    TopicARN: topic,
    NotificationType,
  }));
}

function recordOf(...topics: readonly (keyof typeof digests)[]): string {
  return topics
    .map((topic) => digests[topic])
    .sort()
    .join(" ");
}

describe("the topics of a group are read", () => {
  const read = async (recordedTopics: string, ...notifications: NotificationConfiguration[]) =>
    (await discovered(openParts({ recordedTopics, notifications }))).fields.notifications;

  test("if they are the stack's own, sorted", async () => {
    const both = recordOf(alerts, oncall);
    expect(await read(both, ...told(oncall), ...told(alerts))).toEqual([alerts, oncall]);
    expect(await read(recordOf(alerts), ...told(theirs), ...told(alerts))).toEqual([alerts]);
    expect(await read(both, ...told(theirs))).toEqual([]);
  });

  test("also if somebody asked for further ones", async () => {
    const more = [...types, "autoscaling:EC2_INSTANCE_LAUNCH"];
    expect(await read(recordOf(alerts), ...told(alerts, more))).toEqual([alerts]);
  });

  test.each<[what: string, types: readonly string[]]>([
    ["one type alone", types.slice(0, 1)],
    ["another type", [types[0] ?? "", "autoscaling:TEST_NOTIFICATION"]],
  ])("not if somebody changed what they are told: %s", async (_what, some) => {
    expect(await read(recordOf(alerts), ...told(alerts, some))).toEqual([`${alerts} (in part)`]);
    expect(await read(recordOf(alerts), ...told(alerts, types.toReversed()))).toEqual([alerts]);
  });

  test("on every page", async () => {
    const stage = openParts(
      { recordedTopics: recordOf(alerts, oncall) },
      {
        "autoscaling:DescribeNotificationConfigurations": ({ NextToken }) =>
          NextToken === undefined
            ? { NotificationConfigurations: told(alerts, types.slice(0, 1)), NextToken: "more" }
            : { NotificationConfigurations: [...told(alerts, types.slice(1)), ...told(oncall)] },
      },
    );
    expect((await discovered(stage)).fields.notifications).toEqual([alerts, oncall]);
    expect(stage.asked("autoscaling:DescribeNotificationConfigurations")).toEqual([
      { AutoScalingGroupNames: ["afterpay-web"], MaxRecords: 100 },
      { AutoScalingGroupNames: ["afterpay-web"], MaxRecords: 100, NextToken: "more" },
    ]);
  });

  test("without a call where the group's tag names none", async () => {
    for (const parts of [{}, { recordedTopics: "" }]) {
      const stage = openParts({ ...parts, notifications: told(alerts) });
      expect((await discovered(stage)).fields.notifications).toEqual([]);
      expect(stage.calls).not.toContain("autoscaling:DescribeNotificationConfigurations");
    }
  });

  test("as a set, and a difference is said in words", () => {
    const { notifications: rule } = autoScalingGroup.fields;
    expect(rule.equal?.([alerts, oncall], [oncall, alerts])).toBe(true);
    expect(rule.equal?.([alerts], [oncall])).toBe(false);
    expect(rule.because?.([], [alerts])).toBe("send failed launches to other topics");
  });
});

/** A group that tells topics as it is told to, and shows it at once. */
function openTelling(
  recorded: string | undefined,
  before: readonly NotificationConfiguration[],
  more: Answers = {},
) {
  let now = before;
  const without = (topic: unknown) => now.filter(({ TopicARN }) => TopicARN !== topic);
  const tags = recorded === undefined ? {} : { "reconcile:topics": recorded };
  const stage = openChanging({ tags }, () => ({
    "autoscaling:DescribeNotificationConfigurations": () => ({ NotificationConfigurations: now }),
    "autoscaling:PutNotificationConfiguration": ({ TopicARN, NotificationTypes }) => {
      now = [
        ...without(TopicARN),
        ...told(TopicARN as string, NotificationTypes as readonly string[]),
      ];
      return {};
    },
    "autoscaling:DeleteNotificationConfiguration": ({ TopicARN }) => {
      now = without(TopicARN);
      return {};
    },
    ...more,
  }));
  const topics = () => [...new Set(now.map(({ TopicARN }) => TopicARN))].sort();
  return { ...stage, topics };
}

describe("the topics of a group are set", () => {
  const set = async (stage: ReturnType<typeof openTelling>, notifications: readonly string[]) => {
    await updated(stage, { ...fields, notifications }, ["notifications"]);
    const again = await discovered(stage);
    expect(again.fields.notifications).toEqual(notifications);
    return writesOf(stage);
  };

  test("once the tag names them, which a crash could hide otherwise", async () => {
    const stage = openTelling(undefined, told(theirs));
    expect(await set(stage, [alerts, oncall])).toEqual([
      "CreateOrUpdateTags tags",
      `PutNotificationConfiguration ${alerts}`,
      `PutNotificationConfiguration ${oncall}`,
    ]);
    expect(stage.asked("autoscaling:PutNotificationConfiguration")[0]).toEqual({
      AutoScalingGroupName: "afterpay-web",
      TopicARN: alerts,
      NotificationTypes: types,
    });
    expect(stage.asked("autoscaling:CreateOrUpdateTags")).toEqual([
      {
        Tags: [
          {
            Key: "reconcile:topics",
            Value: recordOf(alerts, oncall),
            PropagateAtLaunch: false,
            ResourceId: "afterpay-web",
            ResourceType: "auto-scaling-group",
          },
        ],
      },
    ]);
    expect(stage.topics()).toEqual([alerts, oncall, theirs]);
  });

  test("and one takes the place of another: the tag names both until the old one is gone", async () => {
    const stage = openTelling(recordOf(alerts), [...told(alerts), ...told(theirs)]);
    expect(await set(stage, [oncall])).toEqual([
      "CreateOrUpdateTags tags",
      `PutNotificationConfiguration ${oncall}`,
      `DeleteNotificationConfiguration ${alerts}`,
      "CreateOrUpdateTags tags",
    ]);
    const records = stage.asked("autoscaling:CreateOrUpdateTags");
    expect(records).toMatchObject([
      { Tags: [{ Value: recordOf(alerts, oncall) }] },
      { Tags: [{ Value: recordOf(oncall) }] },
    ]);
    expect(stage.topics()).toEqual([oncall, theirs]);
  });

  test("only where AWS tells them something else", async () => {
    const stage = openTelling(recordOf(alerts, oncall), [
      ...told(alerts),
      ...told(oncall, types.slice(0, 1)),
    ]);
    expect(await set(stage, [alerts, oncall])).toEqual([`PutNotificationConfiguration ${oncall}`]);
  });

  test("and deleted with the tag where the stack file has none, not somebody else's", async () => {
    const stage = openTelling(recordOf(alerts), [...told(theirs), ...told(alerts)]);
    expect(await set(stage, [])).toEqual([
      `DeleteNotificationConfiguration ${alerts}`,
      "DeleteTags tags",
    ]);
    expect(stage.topics()).toEqual([theirs]);
    expect(stage.tag("reconcile:topics")).toBeUndefined();
  });

  test("though Auto Scaling does not know a new topic at first", async () => {
    let calls = 0;
    const stage = openTelling(recordOf(alerts), [], {
      "autoscaling:PutNotificationConfiguration": () => {
        calls += 1;
        return calls < 3 ? refusal("ValidationError", "the topic does not exist") : {};
      },
    });
    await updated(stage, { ...fields, notifications: [alerts] }, ["notifications"]);
    expect(calls).toBe(3);
    expect(stage.told).toContainEqual(
      expect.stringMatching(/^Auto Scaling does not know the new topic yet/),
    );
  });

  test("though somebody deletes one at the same moment; any other refusal ends the update", async () => {
    const deleting = async (refused: object) => {
      const answers = { "autoscaling:DeleteNotificationConfiguration": refused };
      const stage = openTelling(recordOf(alerts), told(alerts), answers);
      await updated(stage, fields, ["notifications"]);
      return stage;
    };
    const gone = await deleting(refusal("ValidationError", "the topic does not exist"));
    expect(gone.tag("reconcile:topics")).toBeUndefined();
    await expect(deleting(refusal("AccessDenied"))).rejects.toMatchObject({
      kind: "denied",
      operation: "autoscaling:DeleteNotificationConfiguration",
    });
  });
});

describe("a group is created", () => {
  const create = async (
    stage: ReturnType<typeof openTelling>,
    notifications: readonly string[],
  ) => {
    await autoScalingGroup.create(stage.context, target, { ...fields, notifications });
    return stage.asked("autoscaling:CreateAutoScalingGroup")[0]?.["Tags"];
  };

  test("with the tag, and tells its topics before its servers serve, whose launch may fail", async () => {
    const stage = openTelling(recordOf(alerts), []);
    expect(await create(stage, [alerts])).toContainEqual({
      Key: "reconcile:topics",
      Value: recordOf(alerts),
      PropagateAtLaunch: false,
      ResourceId: "afterpay-web",
      ResourceType: "auto-scaling-group",
    });
    expect(writesOf(stage)).toEqual([
      "CreateAutoScalingGroup tags",
      `PutNotificationConfiguration ${alerts}`,
    ]);
    const put = stage.calls.indexOf("autoscaling:PutNotificationConfiguration");
    expect(stage.calls.indexOf("elasticloadbalancing:DescribeInstanceHealth")).toBeGreaterThan(put);
  });

  test("without a tag or a call where the stack file has none", async () => {
    const stage = openTelling(undefined, []);
    const tags = (await create(stage, [])) as readonly { Key: string }[];
    expect(tags.map(({ Key }) => Key)).not.toContain("reconcile:topics");
    expect(stage.calls).not.toContain("autoscaling:DescribeNotificationConfigurations");
  });
});
