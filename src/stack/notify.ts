import type { Problem } from "../engine/plan-format.ts";
import type { Desired, Ref } from "../engine/resource.ts";
import type { ExistingTopic } from "../resources/shared/existing-topics.ts";
import type { TopicFields } from "../resources/topic/index.ts";
import type { Finding } from "../spec/finding.ts";
import type { NotifiedEvent } from "../spec/notify/schema.ts";
import type { Stack } from "../spec/stack.ts";
import type { DefinedResource } from "./defined-resource.ts";

/** The stack's own topic, for mail addresses and URLs. */
export function notifyResources(stack: Stack): readonly DefinedResource[] {
  const subscriptions = subscriptionsOf(stack);
  if (subscriptions.length === 0) return [];
  const fields: Desired<TopicFields> = {
    displayName: `reconcile ${stack.stack}`,
    subscriptions,
    tags: stack.tags,
  };
  return [{ address: topicAddress(stack), compile: () => ({ fields }) }];
}

/** The topics that get the notifications: the stack's own, by reference, and existing ones. */
export function topicsOf(stack: Stack): readonly (Ref | string)[] {
  return [
    ...(subscriptionsOf(stack).length === 0 ? [] : [{ ref: topicAddress(stack), output: "arn" }]),
    ...existingTopicsOf(stack),
  ];
}

/** The existing topics that the stack file names, by their ARNs. */
export function existingTopicsOf({ notify }: Stack): readonly string[] {
  return (notify?.to ?? []).filter(({ kind }) => kind === "topic").map(({ value }) => value);
}

/** Whether the stack file defines notifications of such events. */
export function isToldOf({ notify }: Stack, event: NotifiedEvent): boolean {
  return notify?.on.includes(event) === true;
}

function topicAddress({ stack }: Pick<Stack, "stack">) {
  return `topic/${stack}` as const;
}

/** A URL gets the outcomes of applies directly. So without other events, it needs no subscription. */
function subscriptionsOf(stack: Stack): TopicFields["subscriptions"] {
  const byTopic = isToldOf(stack, "alarms") || isToldOf(stack, "launches");
  return (stack.notify?.to ?? []).flatMap(({ kind, value }) => {
    const isSubscribed = kind === "email" || (kind === "https" && byTopic);
    return isSubscribed ? [{ protocol: kind, endpoint: value }] : [];
  });
}

/** A topic that does not exist tells nobody, and AWS says so only when it is too late. */
export function checkTopics(
  { notify }: Stack,
  found: ReadonlyMap<string, ExistingTopic>,
): { readonly findings: readonly Finding[]; readonly doubts: readonly Problem[] } {
  const findings: Finding[] = [];
  const doubts: Problem[] = [];
  for (const [index, { value }] of (notify?.to ?? []).entries()) {
    const topic = found.get(value);
    if (topic?.kind === "missing") {
      findings.push({
        severity: "error",
        path: ["notify", "to", index],
        message: "this topic does not exist",
        help: "correct its ARN, or create it first. For a mail address, no topic is needed: write the address",
      });
    }
    if (topic?.kind === "denied") {
      doubts.push({
        severity: "warning",
        summary: `whether the topic ${value} exists was not checked (${topic.why})`,
        remedy: "Allow sns:GetTopicAttributes on the topic to have it checked.",
      });
    }
  }
  return { findings, doubts };
}
