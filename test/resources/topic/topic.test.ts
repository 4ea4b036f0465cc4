import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import { makePlan } from "../../../src/engine/plan.ts";
import type { Change, PlanDocument } from "../../../src/engine/plan-format.ts";
import { shownEndpoint } from "../../../src/resources/shared/shown-endpoint.ts";
import type { LiveTopic } from "../../../src/resources/topic/fields.ts";
import { topic } from "../../../src/resources/topic/index.ts";
import { consequencesOf } from "../../../src/ui/consequences.ts";
import { openAccount, theOnly } from "../account.ts";
import {
  bodyFilter,
  byHand,
  confirm,
  createIn,
  mail,
  openTopic,
  otherMail,
  passDays,
  reached,
  subscriptionsIn,
  takeTold,
  topicFields,
  topicTarget,
  url,
  writesOf,
} from "./topics.ts";

const { normalize } = topic;
const pendingMail = { ...mail, filter: null, state: "pending" };
const pendingUrl = { ...url, filter: bodyFilter, state: "pending" };
const confirmedMail = { ...mail, filter: null };
const confirmedUrl = { ...url, filter: bodyFilter };

/** Whether a plan would have nothing to do. */
function isAsDefined(live: object, wanted = topicFields()): boolean {
  return findDifference(topic.fields, normalize(wanted), live).fields.length === 0;
}

describe("a topic", () => {
  test("has exactly its fields, and its subscriptions wait for their confirmation", async () => {
    const { account, live } = await openTopic();
    expect(live).toMatchObject({
      id: `arn:aws:sns:${account.sandbox.region}:000000000000:afterpay`,
      address: "topic/afterpay",
      physicalName: "afterpay",
      status: "ready",
      outputs: { arn: live.id },
      fields: {
        displayName: "reconcile afterpay",
        subscriptions: [pendingUrl, pendingMail],
        vanished: [],
        tags: { team: "web" },
      },
    });
    expect(live).toEqual(await theOnly(account, topic));
    expect(isAsDefined(live.fields)).toBe(true);
  });

  test("tells who has to confirm, in the apply that subscribes and in every plan until then", async () => {
    const { account, live } = await openTopic();
    expect(takeTold(account)).toEqual([
      "waits for https://hooks.example.com/… (5def4f) to confirm its subscription. AWS has sent it a request with a SubscribeURL",
      "waits for ops@example.com to confirm its subscription. AWS has sent a mail with a link",
    ]);
    expect(live.notes?.map(({ summary }) => summary)).toEqual([
      "https://hooks.example.com/… (5def4f) must confirm its subscription: the endpoint receives a request with a SubscribeURL. Until then, no alarms or launches arrive there",
      "ops@example.com must confirm its subscription by mail. Until then, nothing arrives there",
    ]);
    await confirm(account, mail.endpoint);
    await confirm(account, url.endpoint);
    const seen = await theOnly(account, topic);
    expect(seen.notes).toBeUndefined();
    expect(seen.fields.subscriptions).toEqual([confirmedUrl, confirmedMail]);
    expect(isAsDefined(seen.fields)).toBe(true);
  });

  test("does not ask again for a confirmation when something else changes", async () => {
    const { account, fields, live } = await openTopic();
    takeTold(account);
    const wanted = { ...fields, displayName: "reconcile", tags: { owner: "ops" } };
    const after = await account.pass(
      topic.update(account.context, live, wanted, ["displayName", "tags"]),
    );
    expect(writesOf(account).toSorted()).toEqual([
      "SetTopicAttributes",
      "TagResource",
      "UntagResource",
    ]);
    expect(takeTold(account)).toEqual([]);
    expect(after.fields).toMatchObject({ displayName: "reconcile", tags: { owner: "ops" } });
    expect(after).toEqual(await theOnly(account, topic));
  });

  test("subscribes one more by one call, and records whose it is before that", async () => {
    const { account, fields, live } = await openTopic();
    takeTold(account);
    const wanted = { ...fields, subscriptions: [mail, url, otherMail] };
    const after = await account.pass(
      topic.update(account.context, live, wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).toEqual(["TagResource", "Subscribe"]);
    expect(takeTold(account)).toEqual([
      "waits for dev@example.com to confirm its subscription. AWS has sent a mail with a link",
    ]);
    expect(isAsDefined(after.fields, wanted)).toBe(true);
    account.takeCalls();
    await account.pass(topic.update(account.context, after, wanted, topic.update.sets));
    expect(account.takeCalls()).toEqual([]);
  });

  test("ends a confirmed subscription that is no longer defined", async () => {
    const { account, fields } = await openTopic();
    await confirm(account, mail.endpoint);
    const live = await theOnly(account, topic);
    const wanted = { ...fields, subscriptions: [url] };
    expect(isAsDefined(live.fields, wanted)).toBe(false);
    account.takeCalls();
    const after = await account.pass(
      topic.update(account.context, live, wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).toEqual(["TagResource", "Unsubscribe", "TagResource"]);
    expect(after.fields.subscriptions).toEqual([pendingUrl]);
    expect(await subscriptionsIn(account, live.id)).toHaveLength(1);
  });

  test("leaves a pending one that is no longer defined, until somebody confirms it after all", async () => {
    const { account, fields, live } = await openTopic();
    takeTold(account);
    const wanted = { ...fields, subscriptions: [url] };
    const after = await account.pass(
      topic.update(account.context, live, wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).toEqual(["TagResource"]);
    expect(takeTold(account)).toEqual([
      "ops@example.com is no longer defined, but its subscription waits for a confirmation, and AWS cannot delete it before. AWS drops a subscription that nobody confirms, after 48 hours.",
    ]);
    expect(after.fields.subscriptions).toContainEqual({ ...pendingMail, state: "left" });
    expect(after.notes).toContainEqual({
      summary:
        "the subscription of ops@example.com is no longer defined, and waits for its confirmation. AWS cannot delete it before",
      remedy: "Nothing is to do. AWS drops a subscription that nobody confirms, after 48 hours.",
    });
    expect(isAsDefined(after.fields, wanted)).toBe(true);
    // Back in the file, it is the stack's again, without another mail.
    expect(isAsDefined(after.fields, fields)).toBe(false);
    await confirm(account, mail.endpoint);
    const confirmed = await theOnly(account, topic);
    expect(isAsDefined(confirmed.fields, wanted)).toBe(false);
    account.takeCalls();
    const gone = await account.pass(
      topic.update(account.context, confirmed, wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).toContain("Unsubscribe");
    expect(gone.fields.subscriptions).toEqual([pendingUrl]);
  });

  test("takes a pending one back without another mail", async () => {
    const { account, fields, live } = await openTopic();
    const without = { ...fields, subscriptions: [url] };
    const left = await account.pass(
      topic.update(account.context, live, without, ["subscriptions"]),
    );
    account.takeCalls();
    const back = await account.pass(topic.update(account.context, left, fields, ["subscriptions"]));
    expect(writesOf(account)).toEqual(["TagResource"]);
    expect(back.fields.subscriptions).toEqual([pendingUrl, pendingMail]);
  });

  test("subscribes again what nobody confirmed in time, and says so", async () => {
    const { account, fields } = await openTopic();
    await confirm(account, url.endpoint);
    await passDays(account);
    const seen = await theOnly(account, topic);
    expect(seen.fields.subscriptions).toEqual([confirmedUrl]);
    expect(seen.fields.vanished).toHaveLength(1);
    expect(isAsDefined(seen.fields)).toBe(false);
    const { subscriptions, vanished } = topic.fields;
    const wanted = normalize(fields).subscriptions as typeof fields.subscriptions;
    expect(subscriptions.because?.(seen.fields.subscriptions, wanted)).toBe(
      "subscribe ops@example.com",
    );
    expect(vanished.because?.(seen.fields.vanished, [])).toMatch(
      /another mail or request, and this repeats until somebody confirms it or its entry is removed from the stack file$/,
    );
    takeTold(account);
    account.takeCalls();
    const changed = ["subscriptions", "vanished"] as const;
    const after = await account.pass(topic.update(account.context, seen, fields, changed));
    expect(writesOf(account)).toEqual(["Subscribe"]);
    expect(takeTold(account)).toHaveLength(1);
    expect(isAsDefined(after.fields)).toBe(true);
  });

  test("forgets one that vanished when the file no longer defines it either", async () => {
    const { account, fields } = await openTopic({ subscriptions: [mail] });
    await passDays(account);
    const seen = await theOnly(account, topic);
    expect(seen.fields.vanished).toHaveLength(1);
    expect(isAsDefined(seen.fields, { ...fields, subscriptions: [] })).toBe(true);
  });

  test("leaves what somebody subscribed by hand, and takes over what the file defines later", async () => {
    const { account, fields, live } = await openTopic();
    await byHand(account, "Subscribe", {
      TopicArn: live.id,
      Protocol: "email",
      Endpoint: otherMail.endpoint,
    });
    await confirm(account, otherMail.endpoint);
    const seen = await theOnly(account, topic);
    expect(seen.fields).toEqual(live.fields);
    await account.pass(
      topic.update(account.context, seen, { ...fields, subscriptions: [url] }, ["subscriptions"]),
    );
    expect(await subscriptionsIn(account, live.id)).toHaveLength(3);
    const wanted = { ...fields, subscriptions: [url, otherMail] };
    account.takeCalls();
    const after = await account.pass(
      topic.update(account.context, await theOnly(account, topic), wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).not.toContain("Subscribe");
    expect(after.fields.subscriptions).toContainEqual({ ...otherMail, filter: null });
  });

  test("takes over a URL that somebody subscribed by hand, with the filter that it has to have", async () => {
    const { account, fields, live } = await openTopic({ subscriptions: [mail] });
    await byHand(account, "Subscribe", {
      TopicArn: live.id,
      Protocol: "https",
      Endpoint: url.endpoint,
    });
    await confirm(account, url.endpoint);
    const wanted = { ...fields, subscriptions: [mail, url] };
    account.takeCalls();
    const after = await account.pass(
      topic.update(account.context, live, wanted, ["subscriptions"]),
    );
    expect(writesOf(account)).toEqual([
      "TagResource",
      "SetSubscriptionAttributes",
      "SetSubscriptionAttributes",
    ]);
    expect(after.fields.subscriptions).toEqual([confirmedUrl, pendingMail]);
  });

  test("gives a URL the messages of AWS, but not the outcomes of applies", async () => {
    const { account, live } = await openTopic();
    await confirm(account, mail.endpoint);
    await confirm(account, url.endpoint);
    const alarm = JSON.stringify({ AlarmName: "afterpay-unhealthy", NewStateValue: "ALARM" });
    expect(await reached(account, live.id, alarm)).toEqual([url.endpoint, mail.endpoint]);
    expect(await reached(account, live.id, "reconcile afterpay: 2 updated")).toEqual([
      mail.endpoint,
    ]);
  });

  test("sets a filter back that somebody changed", async () => {
    const { account, fields, live } = await openTopic();
    await confirm(account, url.endpoint);
    const arn = (await subscriptionsIn(account, live.id)).find(
      ({ Endpoint }) => Endpoint === url.endpoint,
    )?.SubscriptionArn;
    await byHand(account, "SetSubscriptionAttributes", {
      SubscriptionArn: arn,
      AttributeName: "FilterPolicy",
      AttributeValue: "{}",
    });
    const seen = await theOnly(account, topic);
    expect(seen.fields.subscriptions).toContainEqual({ ...url, filter: null });
    expect(topic.fields.subscriptions.shown?.(seen.fields, fields)).toEqual([
      "https://hooks.example.com/… (5def4f) (with another filter)",
      "ops@example.com",
    ]);
    const back = await account.pass(topic.update(account.context, seen, fields, ["subscriptions"]));
    expect(back.fields.subscriptions).toEqual([confirmedUrl, pendingMail]);
  });

  test("has room for a hundred subscriptions in its record", async () => {
    const subscriptions = Array.from({ length: 100 }, (_, index) => ({
      protocol: "email",
      endpoint: `person-${index}@example.com`,
    }));
    const { account, fields } = await openTopic({ subscriptions });
    const seen = await theOnly(account, topic);
    expect(seen.fields.subscriptions).toHaveLength(100);
    expect(isAsDefined(seen.fields, fields)).toBe(true);
    const few = { ...fields, subscriptions: subscriptions.slice(0, 2) };
    const after = await account.pass(topic.update(account.context, seen, few, ["subscriptions"]));
    expect(after.fields.subscriptions.filter(({ state }) => state === "left")).toHaveLength(98);
    expect(isAsDefined(after.fields, few)).toBe(true);
  });

  test("goes with its confirmed subscriptions, and says what becomes of the pending ones", async () => {
    const { account } = await openTopic();
    await confirm(account, url.endpoint);
    const live = await theOnly(account, topic);
    takeTold(account);
    await account.pass(topic.delete(account.context, live));
    expect(takeTold(account)).toEqual([
      "ops@example.com has not confirmed its subscription, which vanishes by itself. AWS drops a subscription that nobody confirms, after 48 hours.",
    ]);
    expect(await account.pass(topic.discover(account.context))).toEqual([]);
    await account.pass(topic.delete(account.context, live));
  });

  test("knows the confirmed subscriptions of other people, and the plan of its end names them", async () => {
    const { account, fields, live } = await openTopic();
    expect(live).not.toHaveProperty("others");
    const hook = "https://hooks.example.com/services/hunter2";
    const theirs = [
      ["email", "colleague@example.com"],
      ["https", hook],
      ["email", "late@example.com"],
    ] as const;
    for (const [Protocol, Endpoint] of theirs) {
      await byHand(account, "Subscribe", { TopicArn: live.id, Protocol, Endpoint });
    }
    for (const endpoint of ["colleague@example.com", hook, mail.endpoint]) {
      await confirm(account, endpoint);
    }
    const seen: LiveTopic = await theOnly(account, topic);
    expect(seen.others).toEqual(["colleague@example.com", shownEndpoint(hook)]);
    const {
      document,
      desired,
      live: found,
    } = makePlan({
      stack: "afterpay",
      region: account.sandbox.region,
      account: "000000000000",
      desired: [],
      live: [seen],
      types: [topic],
    });
    expect(consequencesOf(document, new Map([["topic", topic]]), desired, found)).toEqual([
      {
        kind: "lost",
        text: `2 confirmed subscriptions of other people end with topic/afterpay: colleague@example.com, ${shownEndpoint(hook)}. This cannot be undone.`,
      },
    ]);
    // An update ends none of them.
    const change = { ...document.changes[0], action: "update" } as Change;
    expect(topic.consequences?.(change, document, fields, found)).toEqual([]);
  });

  test("says of one, and of many, how many end with it", () => {
    const of = (others: readonly string[]) =>
      topic.consequences?.(
        { address: "topic/afterpay", action: "delete", id: "a", because: "", fields: [] },
        {} as PlanDocument,
        undefined,
        [{ id: "a", others } as unknown as LiveTopic],
      );
    expect(of([])).toEqual([]);
    expect(of(["a@example.com"])?.[0]?.text).toBe(
      "1 confirmed subscription of somebody else ends with topic/afterpay: a@example.com. This cannot be undone.",
    );
    const text = of(Array.from({ length: 1000 }, (_, index) => `${index}@example.com`))?.[0]?.text;
    expect(text).toMatch(/^1000 confirmed subscriptions of other people end /);
    expect(text).toContain(", 19@example.com, 980 more. ");
  });
});

describe("creating a topic", () => {
  test.each(["CreateTopic", "Subscribe", "TagResource"])(
    "finishes what a crash right after %s left, and sends nobody a second mail",
    async (operation) => {
      const account = await openAccount();
      const rule = { operation, times: 1, when: "after", kind: "deny" } as const;
      account.sandbox.setFaults({ rules: [rule] });
      await expect(createIn(account)).rejects.toMatchObject({ kind: "denied" });
      // AWS sends a mail again to whom its list does not show yet.
      await account.pass(account.context.clock.sleep(10_000));
      const live = await createIn(account);
      expect(isAsDefined(live.fields)).toBe(true);
      const invitations = account.sandbox.messages(mail.endpoint);
      expect(invitations).toHaveLength(1);
    },
  );

  test("never takes over somebody else's of that name, which CreateTopic would answer without a word", async () => {
    const account = await openAccount();
    await byHand(account, "CreateTopic", { Name: "afterpay" });
    account.takeCalls();
    await expect(createIn(account)).rejects.toThrow(
      "the topic afterpay already exists and does not carry the tags reconcile:stack=afterpay",
    );
    expect(writesOf(account)).toEqual([]);
    const sought = [{ ...topicTarget, fields: topicFields() }];
    expect(await account.pass(topic.findForeign(account.context, sought))).toMatchObject([
      {
        physicalName: "afterpay",
        summary: expect.stringMatching(
          /^a topic named afterpay \(arn:aws:sns:.*:afterpay\) exists and does not belong to this stack$/,
        ),
        remedy: expect.stringContaining("aws sns tag-resource --resource-arn arn:aws:sns:"),
      },
    ]);
  });

  test("finds nobody else's where there is none", async () => {
    const account = await openAccount();
    const sought = [{ ...topicTarget, fields: topicFields() }];
    expect(await account.pass(topic.findForeign(account.context, sought))).toEqual([]);
    expect(await account.pass(topic.discover(account.context))).toEqual([]);
  });
});

test("a topic of the stack's name and tag, but without an address of a topic, is a stray", async () => {
  const { account, live } = await openTopic();
  const { strays } = topic;
  if (strays === "ec2") throw new Error("EC2 lists no topics");
  await byHand(account, "TagResource", {
    ResourceArn: live.id,
    Tags: [{ Key: "reconcile:name", Value: "nothing" }],
  });
  expect(await account.pass(topic.discover(account.context))).toEqual([]);
  expect(await account.pass(strays.find(account.context))).toMatchObject([
    { id: live.id, tags: { "reconcile:stack": "afterpay", "reconcile:name": "nothing" } },
  ]);
  expect(strays.remove("a")).toEqual(["sns delete-topic", { "topic-arn": "a" }]);
});
