import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createTopic, follow, openPost, type Post, subscribe } from "./post.ts";

let post: Post;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
  post = await openPost();
});

afterEach(() => {
  vi.useRealTimers();
});

const arn = "arn:aws:sns:ap-southeast-2:000000000000:people";

test("a topic is created once, however often it is requested", async () => {
  const { sns } = post;
  const Tags = [{ Key: "team", Value: "shop" }];
  const Attributes = { DisplayName: "Shop" };
  const created = await sns.send(new CreateTopicCommand({ Name: "people", Attributes, Tags }));
  expect(created.TopicArn).toBe(arn);
  for (const more of [{}, { Tags }, { Attributes }, { Attributes: { FifoTopic: "false" } }]) {
    const again = await sns.send(new CreateTopicCommand({ Name: "people", ...more }));
    expect(again.TopicArn).toBe(arn);
  }
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: arn }]);
});

test("a topic with other tags or attributes is refused", async () => {
  const { sns } = post;
  const Tags = [{ Key: "team", Value: "shop" }];
  await sns.send(new CreateTopicCommand({ Name: "people", Tags }));
  const other = { Name: "people", Tags: [{ Key: "team", Value: "bank" }] };
  expect(await refusal(sns.send(new CreateTopicCommand(other)))).toEqual({
    code: "InvalidParameterException",
    message: "Invalid parameter: Tags Reason: Topic already exists with different tags",
    status: 400,
  });
  const named = { Name: "people", Attributes: { DisplayName: "Others" } };
  expect(await refusal(sns.send(new CreateTopicCommand(named)))).toMatchObject({
    message: "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
  });
});

test("names and attributes are checked", async () => {
  const { sns } = post;
  for (const Name of ["", "a".repeat(257), "bad name", "bad:name", "queue.fifo"]) {
    expect(await refusal(sns.send(new CreateTopicCommand({ Name })))).toMatchObject({
      code: "InvalidParameterException",
      message: "Invalid parameter: Topic Name",
    });
  }
  await sns.send(new CreateTopicCommand({ Name: "a".repeat(256) }));
  const kms = new CreateTopicCommand({ Name: "people", Attributes: { KmsMasterKeyId: "key" } });
  expect(await refusal(sns.send(kms))).toMatchObject({ code: "UnsupportedOperation" });
  const none = new CreateTopicCommand({ Name: "people", Attributes: { Colour: "red" } });
  expect(await refusal(sns.send(none))).toMatchObject({
    message: "Invalid parameter: AttributeName",
  });
});

test("attributes are AWS's, and can be set", async () => {
  const { sns } = post;
  const TopicArn = await createTopic(post);
  const read = async () =>
    (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
  const { Policy = "", EffectiveDeliveryPolicy = "", ...rest } = await read();
  expect(rest).toEqual({
    DisplayName: "",
    Owner: "000000000000",
    SubscriptionsConfirmed: "0",
    SubscriptionsDeleted: "0",
    SubscriptionsPending: "0",
    TopicArn,
  });
  expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Resource: TopicArn }] });
  expect(JSON.parse(EffectiveDeliveryPolicy)).toHaveProperty("http.defaultHealthyRetryPolicy");
  const own = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  for (const [AttributeName, AttributeValue] of [
    ["DisplayName", "Shop"],
    ["Policy", own],
  ]) {
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  }
  expect(await read()).toMatchObject({ DisplayName: "Shop", Policy: own });
  await follow(post, TopicArn);
  await subscribe(post, TopicArn, "boss@example.com");
  expect(await read()).toMatchObject({ SubscriptionsConfirmed: "1", SubscriptionsPending: "1" });
});

test("a topic that does not exist, and what is no topic", async () => {
  const { sns } = post;
  const read = (TopicArn: string) => refusal(sns.send(new GetTopicAttributesCommand({ TopicArn })));
  expect(await read(arn)).toEqual({
    code: "NotFoundException",
    message: "Topic does not exist",
    status: 404,
  });
  expect(await read("people")).toMatchObject({
    code: "InvalidParameterException",
    message: "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
  });
  expect(await read("arn:aws:sns:eu-west-1:000000000000:people")).toMatchObject({
    message: "Invalid parameter: TopicArn",
  });
});

test("a topic is deleted with its subscriptions, pending or not, and can be deleted again", async () => {
  const { sns } = post;
  const TopicArn = await createTopic(post);
  await follow(post, TopicArn);
  await subscribe(post, TopicArn, "boss@example.com");
  for (let times = 0; times < 2; times += 1) {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
  }
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([]);
  expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  expect(post.sandbox.inventory()).not.toHaveProperty("topic");
  const publish = new PublishCommand({ TopicArn, Message: "hello" });
  expect(await refusal(sns.send(publish))).toMatchObject({ code: "NotFoundException" });
});

test("topics are listed a hundred a page", async () => {
  const { sns } = post;
  for (let index = 0; index < 101; index += 1) await createTopic(post, `topic-${index}`);
  const first = await sns.send(new ListTopicsCommand({}));
  expect(first.Topics?.length).toBe(100);
  const rest = await sns.send(new ListTopicsCommand({ NextToken: first.NextToken }));
  expect(rest.Topics).toEqual([{ TopicArn: arn.replace("people", "topic-100") }]);
  expect(rest.NextToken).toBeUndefined();
  expect(await refusal(sns.send(new ListTopicsCommand({ NextToken: "x" })))).toMatchObject({
    message: "Invalid parameter: NextToken",
  });
});

test("tags", async () => {
  const { sns } = post;
  const ResourceArn = await createTopic(post);
  const tags = async () =>
    (await sns.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags ?? [];
  const add = (Tags: { Key: string; Value: string }[]) =>
    sns.send(new TagResourceCommand({ ResourceArn, Tags }));
  await add([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ]);
  await add([{ Key: "b", Value: "3" }]);
  await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a", "z"] }));
  expect(await tags()).toEqual([{ Key: "b", Value: "3" }]);
  const twice = [
    { Key: "c", Value: "1" },
    { Key: "c", Value: "2" },
  ];
  expect(await refusal(add(twice))).toMatchObject({
    message: "Invalid parameter: Duplicated keys are not allowed.",
  });
  const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  expect(await refusal(add(many))).toMatchObject({ code: "TagLimitExceededException" });
  const absent = new ListTagsForResourceCommand({ ResourceArn: `${arn}-2` });
  expect(await refusal(sns.send(absent))).toMatchObject({
    code: "ResourceNotFoundException",
    message: "Resource does not exist",
    status: 404,
  });
});

test("readers see a new topic after the delay, and its creation is idempotent at once", async () => {
  const slow = await openPost({ consistency: { maxMilliseconds: 60_000 }, seed: 3 });
  const TopicArn = await createTopic(slow);
  expect((await slow.sns.send(new ListTopicsCommand({}))).Topics).toEqual([]);
  const read = new GetTopicAttributesCommand({ TopicArn });
  expect(await refusal(slow.sns.send(read))).toMatchObject({ code: "NotFoundException" });
  expect(await createTopic(slow)).toBe(TopicArn);
  slow.pass(60);
  expect((await slow.sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
});

test("quotas", async () => {
  const small = await openPost({ quotas: { topics: 1, "pending subscriptions": 1 } });
  const topic = await createTopic(small);
  expect(await refusal(createTopic(small, "others"))).toMatchObject({
    code: "TopicLimitExceededException",
    status: 403,
  });
  await subscribe(small, topic);
  expect(await refusal(subscribe(small, topic, "boss@example.com"))).toMatchObject({
    code: "SubscriptionLimitExceededException",
    status: 403,
  });
});
