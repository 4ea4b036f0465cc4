import type { ListSubscriptionsByTopicResponse, Subscription } from "@aws-sdk/client-sns";
import { type TopicFields, topic } from "../../../src/resources/topic/index.ts";
import type { SentMessage } from "../../../src/sandbox/sns/messages.ts";
import { clientsOf, send } from "../../moto/account-clients.ts";
import { type Account, openAccount } from "../account.ts";

/** What the engine makes of `topic/afterpay` in the stack afterpay. */
export const topicTarget = {
  address: "topic/afterpay",
  physicalName: "afterpay",
  generation: "00000000",
} as const;

export const mail = { protocol: "email", endpoint: "ops@example.com" } as const;
export const otherMail = { protocol: "email", endpoint: "dev@example.com" } as const;
export const url = { protocol: "https", endpoint: "https://hooks.example.com/reconcile" } as const;

/** The filter that a URL's subscription has. */
export const bodyFilter = {
  scope: "MessageBody",
  policy: '{"reconcile":[{"exists":false}]}',
} as const;

export function topicFields(rest: Partial<TopicFields> = {}): TopicFields {
  return {
    displayName: "reconcile afterpay",
    subscriptions: [mail, url],
    tags: { team: "web" },
    ...rest,
  };
}

export async function openTopic(rest: Partial<TopicFields> = {}) {
  const account = await openAccount();
  const fields = topicFields(rest);
  const live = await createIn(account, fields);
  account.takeCalls();
  return { account, fields, live };
}

export function createIn(account: Account, fields = topicFields(), context = account.context) {
  return account.pass(topic.create(context, topicTarget, fields));
}

/** Somebody else's call, with the time until everybody sees what it wrote. */
export async function byHand(account: Account, operation: string, input: object): Promise<unknown> {
  const clients = clientsOf(account.sandbox, account.sandbox.region);
  const answer = await account.pass(send(clients, "sns", operation, input));
  await account.pass(account.context.clock.sleep(10_000));
  return answer;
}

/** The owner of the address opens the link. */
export async function confirm(account: Account, endpoint: string): Promise<void> {
  account.sandbox.confirmSubscription(endpoint);
  await account.pass(account.context.clock.sleep(10_000));
}

export async function subscriptionsIn(
  account: Account,
  TopicArn: string,
): Promise<readonly Subscription[]> {
  const input = { TopicArn };
  const answer = await byHand(account, "ListSubscriptionsByTopic", input);
  return (answer as ListSubscriptionsByTopicResponse).Subscriptions ?? [];
}

/** The writes since the last time, by the operations' names. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation.split(":")[1] ?? "")
    .filter((name) => !/^(Describe|List|Get)/.test(name));
}

/** What a person reads of an apply since the last time, without what it waited for until AWS showed it. */
export function takeTold(account: Account): readonly string[] {
  return account.told
    .splice(0)
    .filter((line) => !/visible( yet)?$|^AWS still shows it$/.test(line));
}

/** AWS drops what nobody has confirmed. */
export async function passDays(account: Account): Promise<void> {
  for (let day = 0; day < 4; day += 1) {
    await account.pass(account.context.clock.sleep(20 * 3_600_000));
  }
}

/** The endpoints that a message of this body reaches. */
export async function reached(
  account: Account,
  TopicArn: string,
  Message: string,
): Promise<readonly string[]> {
  await byHand(account, "Publish", { TopicArn, Message });
  const sent: readonly SentMessage[] = account.sandbox.messages();
  return (sent.at(-1)?.reached ?? []).map(({ endpoint }) => endpoint).sort();
}
