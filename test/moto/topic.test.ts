import { ListSubscriptionsCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TopicFields } from "../../src/resources/topic/fields.ts";
import { topic } from "../../src/resources/topic/index.ts";
import { target } from "../resources/account.ts";
import { python } from "./account.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";
import { contextOf } from "./resource-context.ts";

/** The topic and its subscriptions, at an SNS that others have written. */

let moto: MotoServer;

beforeAll(async () => {
  moto = await startMoto(python());
});

afterAll(() => moto.stop());

const mail = { protocol: "email", endpoint: "ops@example.com", filter: null } as const;
const url = {
  protocol: "https",
  endpoint: "https://hooks.example.com/reconcile",
  filter: { scope: "MessageBody", policy: '{"reconcile":[{"exists":false}]}' },
} as const;

test("a topic is created, found, corrected and deleted, and other people's subscriptions stay", async () => {
  const context = contextOf(moto.url);
  const fields: TopicFields = {
    displayName: "reconcile afterpay",
    subscriptions: [url, mail],
    vanished: [],
    tags: { team: "payments" },
  };
  const made = target(topic, "afterpay");
  expect(await topic.findForeign(context, [{ ...made, fields }])).toEqual([]);
  const live = await topic.create(context, made, fields);
  expect(live.fields).toEqual(fields);
  expect(await topic.discover(context)).toEqual([live]);
  expect(await topic.create(context, made, fields)).toEqual(live);

  const sns = await context.clients.sns();
  const colleague = { Protocol: "email", Endpoint: "colleague@example.com" };
  await sns.send(new SubscribeCommand({ TopicArn: live.id, ...colleague }));
  expect((await topic.discover(context))[0]?.fields).toEqual(fields);

  const other = { ...mail, endpoint: "dev@example.com" };
  const changed: TopicFields = {
    ...fields,
    displayName: "reconcile",
    subscriptions: [other, url],
    tags: { stage: "prod" },
  };
  await topic.update(context, live, changed, ["displayName", "subscriptions", "tags"]);
  const [found] = await topic.discover(context);
  expect(found?.fields).toEqual(changed);
  const { Subscriptions } = await sns.send(new ListSubscriptionsCommand({}));
  expect(Subscriptions?.map(({ Endpoint }) => Endpoint).sort()).toEqual([
    colleague.Endpoint,
    other.endpoint,
    url.endpoint,
  ]);

  await topic.delete(context, live);
  expect(await topic.discover(context)).toEqual([]);
  context.clients.destroy();
});
