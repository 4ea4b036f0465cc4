import {
  type MessageAttributeValue,
  PublishCommand,
  SetSubscriptionAttributesCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createTopic, follow, openPost, type Post, subjects, subscribe } from "./post.ts";

let post: Post;
let topic: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
  post = await openPost();
  topic = await createTopic(post);
});

afterEach(() => {
  vi.useRealTimers();
});

function publish(
  Subject: string | undefined,
  Message = "text",
  MessageAttributes?: Record<string, MessageAttributeValue>,
) {
  return post.sns.send(
    new PublishCommand({ TopicArn: topic, Message, Subject, MessageAttributes }),
  );
}

test("a message reaches all who have confirmed, and the sandbox remembers it", async () => {
  const arn = await follow(post, topic);
  await follow(post, topic, "https://hooks.example.com/a");
  await subscribe(post, topic, "boss@example.com");
  const { MessageId } = await publish("Hello", "first\nsecond");
  expect(post.sandbox.messages().at(-1)).toEqual({
    id: MessageId,
    type: "Notification",
    at: Date.now(),
    topic,
    subject: "Hello",
    text: "first\nsecond",
    attributes: {},
    reached: [
      { subscription: arn, protocol: "email", endpoint: "ops@example.com" },
      expect.objectContaining({ endpoint: "https://hooks.example.com/a" }),
    ],
  });
  expect(subjects(post)).toEqual(["Hello"]);
  expect(subjects(post, "boss@example.com")).toEqual([]);
});

test("the last hundred messages of a topic are remembered, and each has an id", async () => {
  await follow(post, topic);
  for (let index = 0; index < 105; index += 1) await publish(`message ${index}`);
  const kept = post.sandbox.messages();
  expect(kept.length).toBe(100);
  expect(kept[0]?.subject).toBe("message 5");
  expect(new Set(kept.map(({ id }) => id)).size).toBe(100);
  expect(post.sandbox.inventory()).not.toHaveProperty("topic-message");
});

test("messages are checked", async () => {
  expect(await refusal(publish(undefined, ""))).toMatchObject({
    code: "InvalidParameterException",
    message: "Invalid parameter: Empty message",
  });
  expect(await refusal(publish(undefined, "é".repeat(131_073)))).toMatchObject({
    message: "Invalid parameter: Message too long",
  });
  for (const subject of ["", "a".repeat(101), "two\nlines", " begins with a space"]) {
    expect(await refusal(publish(subject)), subject).toMatchObject({
      message: "Invalid parameter: Subject",
    });
  }
  const attribute = (name: string, value: Partial<MessageAttributeValue>) =>
    refusal(publish(undefined, "text", { [name]: { DataType: "String", ...value } }));
  expect(await attribute("a", {})).toEqual({
    code: "InvalidParameterValueException",
    message:
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    status: 400,
  });
  expect(await attribute("a^b", { StringValue: "1" })).toMatchObject({
    message: expect.stringContaining("'#x5E'"),
  });
  expect(await attribute("a", { DataType: "Text", StringValue: "1" })).toMatchObject({
    message: expect.stringContaining("the set of supported type prefixes is Binary, Number"),
  });
});

const words = (value: string): MessageAttributeValue => ({
  DataType: "String",
  StringValue: value,
});
const number = (value: number): MessageAttributeValue => ({
  DataType: "Number",
  StringValue: String(value),
});

/** Policies of the Developer Guide's pages on filter policies, with what they accept and reject. */
const byAttributes: readonly [object, Record<string, MessageAttributeValue>, boolean][] = [
  [{ kind: ["alarm"] }, { kind: words("alarm") }, true],
  [{ kind: ["alarm"] }, { kind: words("deploy") }, false],
  [{ kind: ["alarm"] }, {}, false],
  [{ kind: ["alarm", "deploy"], size: [1] }, { kind: words("deploy"), size: number(1) }, true],
  [{ kind: ["alarm", "deploy"], size: [1] }, { kind: words("deploy"), size: number(2) }, false],
  [{ kind: [{ prefix: "al" }] }, { kind: words("alarm") }, true],
  [{ kind: [{ suffix: "al" }] }, { kind: words("alarm") }, false],
  [{ kind: [{ "equals-ignore-case": "ALARM" }] }, { kind: words("alarm") }, true],
  [{ kind: [{ "anything-but": ["alarm"] }] }, { kind: words("alarm") }, false],
  [{ kind: [{ "anything-but": { prefix: "al" } }] }, { kind: words("deploy") }, true],
  [{ kind: [{ exists: false }] }, {}, true],
  [{ kind: [{ exists: true }] }, {}, false],
  [{ size: [{ numeric: [">", 0, "<=", 100] }] }, { size: number(100) }, true],
  [{ size: [{ numeric: [">", 0, "<=", 100] }] }, { size: number(0) }, false],
  [{ size: [{ numeric: ["=", 5] }] }, { size: words("5") }, false],
  [
    { kind: ["b"] },
    { kind: { DataType: "String.Array", StringValue: JSON.stringify(["a", "b"]) } },
    true,
  ],
];

describe("filter policies", () => {
  test.each(byAttributes)("%j with %j: %s", async (policy, attributes, isAccepted) => {
    await follow(post, topic, undefined, { FilterPolicy: JSON.stringify(policy) });
    await publish("Hello", "text", attributes);
    expect(subjects(post).length).toBe(isAccepted ? 1 : 0);
  });

  test("a policy for bodies looks at the message's JSON", async () => {
    await follow(post, topic, undefined, {
      FilterPolicyScope: "MessageBody",
      FilterPolicy: JSON.stringify({ NewStateValue: ["ALARM"], Trigger: { Period: [60] } }),
    });
    const body = (state: string, Period: number) =>
      JSON.stringify({ NewStateValue: state, Trigger: { Period } });
    await publish("yes", body("ALARM", 60));
    await publish("other state", body("OK", 60));
    await publish("other period", body("ALARM", 300));
    await publish("no JSON", "ALARM");
    expect(subjects(post)).toEqual(["yes"]);
  });

  test("a policy can be set and removed later", async () => {
    const SubscriptionArn = await follow(post, topic);
    const set = (AttributeValue: string, AttributeName = "FilterPolicy") =>
      post.sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
      );
    await set(JSON.stringify({ kind: ["alarm"] }));
    await publish("none");
    await set("{}");
    await publish("all");
    expect(subjects(post)).toEqual(["all"]);
    expect(await refusal(set("{ bad"))).toMatchObject({
      message: expect.stringContaining("Invalid parameter: FilterPolicy: failed to parse JSON."),
    });
    expect(await refusal(set("x", "Colour"))).toMatchObject({
      message: "Invalid parameter: AttributeName",
    });
  });

  test.each([
    [{ kind: "alarm" }, '"kind" must be an object or an array'],
    [{ kind: [] }, "Empty arrays are not allowed"],
    [{ kind: [["a"]] }, "Match value must be String, number, true, false, or null"],
    [{ kind: [{ like: "a" }] }, "Unrecognized match type like"],
    [{ kind: [{ prefix: "a", suffix: "b" }] }, "Only one key allowed in match expression"],
    [{ kind: [{ numeric: [">", 3, "<", 1] }] }, "Bottom must be less than top"],
    [
      { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] },
      "Filter policy can not have more than 5 keys",
    ],
  ])("%j is refused", async (policy, problem) => {
    const attributes = { FilterPolicy: JSON.stringify(policy) };
    expect(await refusal(subscribe(post, topic, undefined, attributes))).toMatchObject({
      code: "InvalidParameterException",
      message: `Invalid parameter: Attributes Reason: FilterPolicy: ${problem}`,
    });
  });

  test("another policy than that of the same subscription is refused", async () => {
    const policy = (kind: string) => ({ FilterPolicy: JSON.stringify({ kind: [kind] }) });
    const arn = await subscribe(post, topic, undefined, policy("a"));
    expect(await subscribe(post, topic, undefined, policy("a"))).toBe(arn);
    expect(await subscribe(post, topic)).toBe(arn);
    expect(await refusal(subscribe(post, topic, undefined, policy("b")))).toMatchObject({
      message:
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
    });
  });
});
