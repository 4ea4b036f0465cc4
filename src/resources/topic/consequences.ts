import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { lost, service } from "../shared/consequence.ts";
import { shownEndpoint } from "../shared/shown-endpoint.ts";
import {
  type LiveTopic,
  sameEndpoint,
  type TopicFields,
  type TopicSubscription,
} from "./fields.ts";

/** Whom AWS asks for a confirmation, and whose subscriptions end with the topic. */
export function consequences(
  { action, id, address }: Change,
  _plan: unknown,
  wanted: DesiredFields<TopicFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  const before = live.find((each) => each.id === id) as LiveTopic | undefined;
  if (action === "delete") return endOfOthers(address, before?.others);
  if (action !== "create" && action !== "update") return [];
  const present = before?.fields.subscriptions ?? [];
  return subscriptionsIn(wanted)
    .filter((one) => !present.some((other) => sameEndpoint(one, other)))
    .map(({ protocol, endpoint }) =>
      service(
        protocol === "https"
          ? `AWS sends ${shownEndpoint(endpoint)} a request with a SubscribeURL. Alarms and launches arrive there when the endpoint has opened it.`
          : `AWS sends ${shownEndpoint(endpoint)} a mail with a link. Until somebody opens it, nothing else arrives there.`,
      ),
    );
}

/** A topic may have millions of subscriptions. */
const mostNamed = 20;

/** Only their owners can confirm them again, on another topic. */
function endOfOthers(address: string, others: readonly string[] = []): readonly Consequence[] {
  if (others.length === 0) return [];
  const more = others.length - mostNamed;
  const named = [...others.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(", ");
  const what =
    others.length === 1
      ? "1 confirmed subscription of somebody else ends"
      : `${others.length} confirmed subscriptions of other people end`;
  return [lost(`${what} with ${address}: ${named}.`)];
}

/** Nothing of a subscription is known only after an apply. */
function subscriptionsIn(
  wanted: DesiredFields<TopicFields> | undefined,
): readonly TopicSubscription[] {
  return Array.isArray(wanted?.subscriptions)
    ? (wanted.subscriptions as readonly TopicSubscription[])
    : [];
}
