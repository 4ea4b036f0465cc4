import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, updateBySetters } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { shownEndpoint } from "../shared/shown-endpoint.ts";
import { consequences } from "./consequences.ts";
import {
  type LiveTopic,
  normalTopic,
  sameSubscriptions,
  subscriptionChanges,
  type TopicFields,
  type TopicOutputs,
  type TopicSubscription,
  type TopicUpdate,
  usualFilter,
} from "./fields.ts";
import { markOf } from "./marks.ts";

export type { TopicFields, TopicOutputs } from "./fields.ts";

/**
 * The stack's own topic, with a subscription for each mail address and URL that the stack file names. A subscription is
 * as it should be before somebody confirms it, which only its owner can do. Its code for AWS is loaded with the first call.
 */
export const topic: ResourceType<TopicFields, TopicOutputs, ResourceContext> = {
  name: "topic",
  section: "notify",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 256 }, // "CreateTopic", Amazon SNS API Reference
  fields: {
    displayName: { onChange: "update", inFile: { name: "sender's name" } },
    subscriptions: {
      onChange: "update",
      equal: sameSubscriptions,
      because: subscriptionWords,
      shown: ({ subscriptions }) =>
        subscriptions.filter(({ state }) => state !== "left").map(shownSubscription),
      inFile: { name: "to" },
    },
    vanished: {
      onChange: "update",
      equal: (_, live = [], wanted) => {
        const defined = new Set((wanted?.subscriptions ?? []).map(markOf));
        return !live.some((mark) => defined.has(mark));
      },
      shown: ({ vanished = [] }) => (vanished.length === 0 ? undefined : vanished.length),
      because: () =>
        "a subscription has vanished, because nobody confirmed it within 48 hours, or somebody ended it: AWS asks for a confirmation again, by another mail or request, and this repeats until somebody confirms it or its entry is removed from the stack file",
      inFile: { name: "to (vanished)" },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 4, update: 3, delete: 3 },
  consequences,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:ListSubscriptionsByTopic",
      "sns:GetSubscriptionAttributes",
    ],
    create: ["sns:CreateTopic", "sns:TagResource", "sns:Subscribe"],
    update: [
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:Unsubscribe",
      "sns:SetSubscriptionAttributes",
      "sns:TagResource",
      "sns:UntagResource",
      // The outcome of an apply.
      "sns:Publish",
    ],
    delete: ["sns:DeleteTopic"],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedTopics(context),
    remove: (id) => ["sns delete-topic", { "topic-arn": id }],
    permissions: ["sns:ListTagsForResource"],
  },

  normalize: normalTopic,

  async discover(context) {
    const { lookAtTopic } = await import("./live.ts");
    const found = await lookAtTopic(context);
    return found === undefined ? [] : [found];
  },

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignTopics(context, sought),

  async create(context, target, fields) {
    const { createTopic } = await import("./changes.ts");
    const made = await createTopic(context, target, fields);
    return topic.update(context, made, fields, topic.update.sets);
  },

  update: updateBySetters(
    {
      tags: async (input) => (await import("./changes.ts")).changeTopicTags(input),
      displayName: async (input) => (await import("./changes.ts")).changeDisplayName(input),
      ...oneSetter(["subscriptions", "vanished"] as const, subscribe),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const wanted = normalTopic(fields) as TopicFields;
      const differing = differencesOf(live, wanted).filter((name) => changed.includes(name));
      if (differing.length === 0) return live;
      await set(differing);
      const [{ lookAtTopic }, { reportPending }, { untilSeen }] = await Promise.all([
        import("./live.ts"),
        import("./changes.ts"),
        import("../shared/consistency.ts"),
      ]);
      const seen = await untilSeen(
        context,
        `the changed topic ${live.physicalName}`,
        () => lookAtTopic(context),
        (found) => {
          const left = differencesOf(found, wanted).filter((name) => differing.includes(name));
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
      reportPending(context, live.fields.subscriptions, seen);
      return seen;
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteTopic(context, live),
};

function differencesOf({ fields: live }: LiveTopic, wanted: TopicFields): (keyof TopicFields)[] {
  const { equal: sameVanished } = topic.fields.vanished;
  return [
    ...differingFields(live, wanted, ["displayName", "tags"]),
    ...(sameSubscriptions(wanted.subscriptions, live.subscriptions)
      ? []
      : (["subscriptions"] as const)),
    ...(sameVanished?.([], live.vanished ?? [], wanted) === false ? (["vanished"] as const) : []),
  ];
}

async function subscribe(input: TopicUpdate): Promise<LiveTopic> {
  const fields = normalTopic(input.fields) as TopicFields;
  return (await import("./subscribe.ts")).changeSubscriptions({ ...input, fields });
}

/** "ops@example.com"; of a web address, its host. */
function shownSubscription({ endpoint, protocol, filter }: TopicSubscription): string {
  const isUsual = sameValue(filter, usualFilter(protocol));
  const shown = shownEndpoint(endpoint);
  return isUsual ? shown : `${shown} (with another filter)`;
}

function subscriptionWords(
  before: readonly TopicSubscription[],
  after: readonly TopicSubscription[],
): string | undefined {
  const { missing, filtered, removed } = subscriptionChanges(after, before);
  const words = (what: string, some: readonly TopicSubscription[]) =>
    some.length === 0
      ? []
      : [`${what} ${some.map(({ endpoint }) => shownEndpoint(endpoint)).join(", ")}`];
  const all = [
    ...words("subscribe", missing),
    ...words("unsubscribe", removed),
    ...words("set the filter of", filtered),
  ];
  return all.length === 0 ? undefined : all.join(", ");
}
