import { notModelled } from "../error.ts";
import { invalidParameter } from "./errors.ts";
import {
  type FilterPolicy,
  type FilterPolicyScope,
  readFilterPolicy,
  readFilterPolicyScope,
} from "./filter-policy.ts";
import type { Subscription } from "./subscriptions.ts";

/** The attributes of a subscription that a person can set here. */
export interface SubscriptionSettings {
  readonly filterPolicy?: FilterPolicy | undefined;
  readonly filterPolicyScope: FilterPolicyScope;
}

/** Those that AWS has beside FilterPolicy and FilterPolicyScope (SetSubscriptionAttributes, API Reference). */
const others = ["DeliveryPolicy", "RedrivePolicy", "ReplayPolicy", "SubscriptionRoleArn"];

/**
 * The settings after a request that sets some.
 *
 * @param where What begins messages: `Attributes Reason: ` in Subscribe.
 * @throws AwsError
 */
export function readSettings(
  present: SubscriptionSettings,
  attributes: Readonly<Record<string, string>>,
  where: string,
): SubscriptionSettings {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value, where);
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes;
  const filterPolicyScope =
    scope === undefined ? present.filterPolicyScope : readFilterPolicyScope(scope, where);
  const text = policy ?? JSON.stringify(present.filterPolicy ?? {});
  // "To delete a filter policy, use an empty JSON body" (Developer Guide).
  const isNone = text === "" || text === "{}";
  const filterPolicy = isNone ? undefined : readFilterPolicy(text, filterPolicyScope, where);
  return { filterPolicy, filterPolicyScope };
}

function checkAttribute(name: string, value: string, where: string): void {
  if (name === "FilterPolicy" || name === "FilterPolicyScope") return;
  if (others.includes(name)) throw notModelled(`The attribute ${name} of a subscription`);
  if (name !== "RawMessageDelivery") throw invalidParameter("AttributeName");
  switch (value.toLowerCase()) {
    case "false":
      return;
    case "true":
      throw notModelled("The attribute RawMessageDelivery of a subscription");
    default:
      throw invalidParameter(
        `${where}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
      );
  }
}

export function setSettings(subscription: Subscription, settings: SubscriptionSettings): void {
  subscription.filterPolicyScope = settings.filterPolicyScope;
  if (settings.filterPolicy === undefined) delete subscription.filterPolicy;
  else subscription.filterPolicy = settings.filterPolicy;
}
