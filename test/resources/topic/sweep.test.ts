import { describe, expect, test } from "vitest";
import { shownEndpoint } from "../../../src/resources/shared/shown-endpoint.ts";
import { topic } from "../../../src/resources/topic/index.ts";
import { markOf, tagsOfRecord } from "../../../src/resources/topic/marks.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { bodyFilter, mail, otherMail, url } from "./topics.ts";

const arn = "arn:aws:sns:eu-west-1:000000000000:afterpay";

/** AWS's answers of a topic with these subscriptions, of which the record names the first three. */
function answersOf(subscriptions: readonly object[], more: Answers = {}): Answers {
  const record = tagsOfRecord({ defined: [mail, url].map(markOf), left: [markOf(otherMail)] });
  return {
    "sts:GetCallerIdentity": { Account: "000000000000" },
    "sns:GetTopicAttributes": { Attributes: { TopicArn: arn, DisplayName: "reconcile afterpay" } },
    "sns:ListTagsForResource": {
      Tags: [
        ...ours("topic/afterpay"),
        ...Object.entries(record).map(([Key, Value]) => ({ Key, Value })),
      ],
    },
    "sns:ListSubscriptionsByTopic": { Subscriptions: subscriptions },
    "sns:GetSubscriptionAttributes": { Attributes: {} },
    ...more,
  };
}

function subscription(
  { protocol, endpoint }: typeof mail | typeof url | typeof otherMail,
  SubscriptionArn: string,
) {
  return { Protocol: protocol, Endpoint: endpoint, SubscriptionArn, TopicArn: arn };
}

async function found(answers: Answers) {
  const stage = openStage(answers);
  const [live] = await topic.discover(stage.context);
  return { stage, live };
}

describe("the sweep of the topic", () => {
  test("asks for the topic by its ARN, in its partition", async () => {
    const { stage, live } = await found(answersOf([]));
    expect(live?.id).toBe(arn);
    expect(stage.asked("sns:GetTopicAttributes")).toEqual([{ TopicArn: arn }]);
    expect(stage.calls).not.toContain("sns:ListTopics");
  });

  test("reads every page of its subscriptions, and none of what AWS still lists as deleted", async () => {
    const { live } = await found(
      answersOf([], {
        "sns:ListSubscriptionsByTopic": ({ NextToken }) =>
          NextToken === undefined
            ? {
                Subscriptions: [
                  subscription(mail, "Deleted"),
                  subscription(otherMail, "PendingConfirmation"),
                ],
                NextToken: "next",
              }
            : { Subscriptions: [subscription(url, `${arn}:0123`)] },
      }),
    );
    expect(live?.fields).toMatchObject({
      subscriptions: [
        { ...otherMail, state: "left" },
        { ...url, filter: null },
      ],
      vanished: [markOf(mail)],
    });
  });

  test("knows whose confirmed subscriptions would end with the topic", async () => {
    const theirs = { Protocol: "email", Endpoint: "colleague@example.com" };
    const { live } = await found(
      answersOf([
        subscription(mail, `${arn}:0123`),
        { ...theirs, SubscriptionArn: "PendingConfirmation" },
        { ...theirs, Endpoint: "gone@example.com", SubscriptionArn: "Deleted" },
        { ...theirs, Endpoint: "boss@example.com", SubscriptionArn: `${arn}:4567` },
      ]),
    );
    expect(live).toMatchObject({ others: ["boss@example.com"] });
  });

  test("compares a filter as data, however AWS writes it", async () => {
    const { live } = await found(
      answersOf([subscription(url, `${arn}:0123`)], {
        "sns:GetSubscriptionAttributes": {
          Attributes: {
            FilterPolicy: '{ "reconcile" : [ { "exists" : false } ] }',
            FilterPolicyScope: "MessageBody",
          },
        },
      }),
    );
    expect(live?.fields.subscriptions).toEqual([{ ...url, filter: bodyFilter }]);
  });

  test.each(["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"])(
    "finds nothing if the topic was deleted before %s",
    async (operation) => {
      const { live } = await found(answersOf([], { [operation]: refusal("NotFound") }));
      expect(live).toBeUndefined();
    },
  );

  test("fails if it is denied: what cannot be seen is not absent", async () => {
    const denied = answersOf([], { "sns:GetTopicAttributes": refusal("AuthorizationError") });
    await expect(found(denied)).rejects.toMatchObject({ kind: "denied" });
  });

  test("finds no topic of another stack", async () => {
    const tags = { "sns:ListTagsForResource": { Tags: [{ Key: "reconcile:stack", Value: "b" }] } };
    expect((await found(answersOf([], tags))).live).toBeUndefined();
  });
});

test("an error of AWS that repeats the address of an endpoint is shown without its secret", async () => {
  const secret = "https://hooks.example.com/services/hunter2";
  const stage = openStage(
    answersOf([], {
      "sns:TagResource": {},
      "sns:Subscribe": refusal("InvalidParameter", `Unreachable endpoint ${secret}`),
    }),
  );
  const [live] = await topic.discover(stage.context);
  if (live === undefined) throw new Error("no topic");
  const subscriptions = [{ protocol: "https", endpoint: secret }];
  const updating = topic.update(stage.context, live, { ...live.fields, subscriptions }, [
    "subscriptions",
  ]);
  await expect(updating).rejects.toThrow(`Unreachable endpoint ${shownEndpoint(secret)}`);
});
