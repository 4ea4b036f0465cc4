import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";
import {
  createTopic,
  follow,
  openPost,
  type Post,
  snsClient,
  subjects,
  subscribe,
} from "./post.ts";

const day = 24 * 3600;
const ops = "ops@example.com";
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

async function listed({ sns } = post) {
  const { Subscriptions = [] } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topic }),
  );
  return Subscriptions.map(({ SubscriptionArn, Endpoint }) => [SubscriptionArn, Endpoint]);
}

function tokenOf(endpoint: string): string {
  return post.sandbox.messages(endpoint).at(-1)?.token ?? "";
}

function confirm(Token: string, TopicArn = topic) {
  return post.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
}

test("an email subscription is pending until somebody confirms it by its token", async () => {
  const request = { TopicArn: topic, Protocol: "email", Endpoint: ops };
  const answer = await post.sns.send(new SubscribeCommand(request));
  expect(answer.SubscriptionArn).toBe("pending confirmation");
  expect(await listed()).toEqual([["PendingConfirmation", ops]]);
  const arn = await subscribe(post, topic);
  expect(arn).toMatch(/:people:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  await post.sns.send(new PublishCommand({ TopicArn: topic, Message: "early", Subject: "early" }));
  const token = tokenOf(ops);
  expect(await confirm(token)).toMatchObject({ SubscriptionArn: arn });
  expect(await confirm(token)).toMatchObject({ SubscriptionArn: arn });
  expect(await listed()).toEqual([[arn, ops]]);
  await post.sns.send(new PublishCommand({ TopicArn: topic, Message: "late", Subject: "late" }));
  expect(subjects(post)).toEqual(["late"]);
});

test("a pending one gets its confirmation again, a confirmed one answers its ARN", async () => {
  const arn = await subscribe(post, topic);
  const first = tokenOf(ops);
  expect(await subscribe(post, topic)).toBe(arn);
  expect(post.sandbox.messages(ops).length).toBe(2);
  expect(tokenOf(ops)).not.toBe(first);
  await confirm(tokenOf(ops));
  const request = { TopicArn: topic, Protocol: "email", Endpoint: ops };
  const again = await post.sns.send(new SubscribeCommand(request));
  expect(again.SubscriptionArn).toBe(arn);
  expect(post.sandbox.messages(ops).length).toBe(2);
});

test("the same endpoint at two topics, and two endpoints at one topic, are different ones", async () => {
  const other = await createTopic(post, "others");
  const arns = [
    await subscribe(post, topic),
    await subscribe(post, other),
    await subscribe(post, topic, "https://hooks.example.com/a"),
    await subscribe(post, topic, "http://hooks.example.com/a"),
  ];
  expect(new Set(arns).size).toBe(4);
  const { Subscriptions = [] } = await post.sns.send(new ListSubscriptionsCommand({}));
  expect(Subscriptions.map(({ Protocol }) => Protocol)).toEqual([
    "email",
    "email",
    "https",
    "http",
  ]);
});

test("tokens end after two days, and another Subscribe sends a new one", async () => {
  await subscribe(post, topic);
  const old = tokenOf(ops);
  post.pass(2 * day);
  expect(await refusal(confirm(old))).toMatchObject({
    code: "InvalidParameterException",
    message: "Invalid parameter: Token",
  });
  expect(() => post.sandbox.confirmSubscription(ops)).toThrow(
    `No subscription of ${ops} is pending`,
  );
  const arn = await subscribe(post, topic);
  expect(await confirm(tokenOf(ops))).toMatchObject({ SubscriptionArn: arn });
  expect(await refusal(confirm("short"))).toMatchObject({ message: "Invalid token" });
  expect(await refusal(confirm("0".repeat(288)))).toMatchObject({
    message: "Invalid parameter: Token",
  });
});

test("a pending one vanishes 48 hours after its last confirmation message", async () => {
  await subscribe(post, topic);
  post.pass(day);
  await subscribe(post, topic);
  await follow(post, topic, "boss@example.com");
  post.pass(2 * day - 1);
  expect((await listed()).length).toBe(2);
  post.pass(1);
  expect((await listed()).map(([, endpoint]) => endpoint)).toEqual(["boss@example.com"]);
  post.pass(30 * day);
  expect((await listed()).length).toBe(1);
});

test("a pending one cannot be deleted, a confirmed one can, again and again", async () => {
  const SubscriptionArn = await subscribe(post, topic);
  const unsubscribe = () => post.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  expect(await refusal(unsubscribe())).toMatchObject({
    code: "InvalidParameterException",
    message: expect.stringContaining("Cannot unsubscribe a subscription that is pending"),
    status: 400,
  });
  post.sandbox.confirmSubscription(ops);
  await unsubscribe();
  await unsubscribe();
  expect(await listed()).toEqual([]);
  const word = new UnsubscribeCommand({ SubscriptionArn: "PendingConfirmation" });
  expect(await refusal(post.sns.send(word))).toMatchObject({
    message:
      "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
  });
  expect(
    await refusal(post.sns.send(new UnsubscribeCommand({ SubscriptionArn: topic }))),
  ).toMatchObject({ message: "Invalid parameter: SubscriptionId" });
});

test("attributes tell whether it is confirmed, and how", async () => {
  const arn = await subscribe(post, topic);
  const read = async (SubscriptionArn = arn) =>
    (await post.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
  expect(await read()).toMatchObject({
    SubscriptionArn: arn,
    TopicArn: topic,
    Protocol: "email",
    Endpoint: ops,
    PendingConfirmation: "true",
    RawMessageDelivery: "false",
  });
  const flag = { TopicArn: topic, Token: tokenOf(ops), AuthenticateOnUnsubscribe: "true" };
  await post.sns.send(new ConfirmSubscriptionCommand(flag));
  expect(await read()).toMatchObject({
    PendingConfirmation: "false",
    ConfirmationWasAuthenticated: "true",
  });
  expect(await refusal(read(`${topic}:absent`))).toMatchObject({
    code: "NotFoundException",
    message: "Subscription does not exist",
  });
});

test("protocols and endpoints are checked", async () => {
  const attempt = (Protocol: string, Endpoint: string) =>
    refusal(post.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol, Endpoint })));
  for (const address of ["", "ops", "ops@", "@example.com", "o ps@example.com", "ops@example"]) {
    expect(await attempt("email", address), address).toMatchObject({
      code: "InvalidParameterException",
      message: "Invalid parameter: Email address",
    });
  }
  expect(await attempt("https", "http://example.com")).toMatchObject({
    message: "Invalid parameter: Endpoint must match the specified protocol",
  });
  expect(await attempt("https", "https://localhost/hook")).toMatchObject({
    message: "Invalid parameter: Unreachable Endpoint",
  });
  expect(await attempt("pigeon", "coop")).toMatchObject({
    message: "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
  });
  expect(await attempt("lambda", "arn:aws:lambda:x")).toMatchObject({
    code: "UnsupportedOperation",
  });
});

test("whoever confirms an address that is not pending learns which ones are", async () => {
  await subscribe(post, topic);
  await subscribe(post, topic, "https://hooks.example.com/a");
  expect(() => post.sandbox.confirmSubscription("boss@example.com")).toThrow(
    "No subscription of boss@example.com is pending. Pending: ops@example.com, https://hooks.example.com/a.",
  );
  expect(post.sandbox.confirmSubscription(ops)).toMatchObject([{ topic, protocol: "email" }]);
  expect(() => post.sandbox.confirmSubscription(ops)).toThrow("No subscription of");
});

test("an owner confirms the subscriptions at all topics and in all regions", async () => {
  const other = await createTopic(post, "others");
  const ireland = { sns: snsClient(post.sandbox, "eu-west-1") };
  const third = await createTopic(ireland);
  await subscribe(post, topic);
  await subscribe(post, other);
  await subscribe(ireland, third);
  const confirmed = post.sandbox.confirmSubscription(ops).map((each) => each.topic);
  expect(confirmed.sort()).toEqual([topic, other, third].sort());
});

test("pending subscriptions and messages survive saving", async () => {
  const kept = await subscribe(post, topic);
  await subscribe(post, topic, "boss@example.com");
  const snapshot = post.sandbox.snapshot();
  const sandbox = await createSandbox({ snapshot, speed: 1, consistency: { maxMilliseconds: 0 } });
  post = { ...post, sandbox, sns: snsClient(sandbox) };
  expect(await confirm(tokenOf(ops))).toMatchObject({ SubscriptionArn: kept });
  vi.setSystemTime(Date.now() + 2 * day * 1000);
  expect(await listed()).toEqual([[kept, ops]]);
});

test("an account without topics schedules nothing", async () => {
  const empty = await openPost();
  await empty.sns.send(new ListSubscriptionsCommand({}));
  empty.pass(30 * day);
  const { queue, regions } = JSON.parse(empty.sandbox.snapshot());
  expect(queue).toEqual([]);
  expect(regions["ap-southeast-2"]["topic-message"] ?? {}).toEqual({});
});
