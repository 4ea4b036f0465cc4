import {
  AddTags$,
  type AddTagsInput,
  DescribeTags$,
  type DescribeTagsInput,
  RemoveTags$,
  type RemoveTagsInput,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { requireLoadBalancer, validationError } from "./load-balancer.ts";

export const addTags = operation<AddTagsInput>(
  AddTags$,
  ["LoadBalancerNames", "Tags"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, onlyName(input.LoadBalancerNames));
    balancer.tags = mergedTags(balancer.tags, input.Tags ?? []);
    return {};
  },
);

export const removeTags = operation<RemoveTagsInput>(
  RemoveTags$,
  ["LoadBalancerNames", "Tags"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, onlyName(input.LoadBalancerNames));
    const removed = new Set((input.Tags ?? []).map((tag) => tag.Key));
    balancer.tags = Object.fromEntries(
      Object.entries(balancer.tags).filter(([key]) => !removed.has(key)),
    );
    return {};
  },
);

/** "The names of the load balancers. The maximum number of load balancers you can specify is 20." */
const MAX_NAMES = 20;

export const describeTags = operation<DescribeTagsInput>(
  DescribeTags$,
  ["LoadBalancerNames"],
  (region, input) => {
    const names = input.LoadBalancerNames ?? [];
    if (names.length === 0 || names.length > MAX_NAMES) {
      throw validationError(
        `The number of load balancer names must be between 1 and ${MAX_NAMES}, got ${names.length}`,
      );
    }
    return {
      TagDescriptions: names.map((name) => ({
        LoadBalancerName: name,
        Tags: Object.entries(requireLoadBalancer(region, name).tags).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      })),
    };
  },
);

/** AWS's quota of tags for a load balancer. */
const MAX_TAGS = 50;

/** @throws AwsError DuplicateTagKeys, TooManyTags, ValidationError. */
export function mergedTags(
  current: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Record<string, string> {
  const keys = added.map((tag) => tag.Key ?? "");
  if (new Set(keys).size !== keys.length) {
    throw new AwsError("DuplicateTagKeys", "Tag keys must be unique in a request");
  }
  for (const tag of added) checkTag(tag);
  const merged = {
    ...current,
    ...Object.fromEntries(added.map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
  };
  if (Object.keys(merged).length > MAX_TAGS) {
    throw new AwsError(
      "TooManyTags",
      `The number of tags for a load balancer can be at most ${MAX_TAGS}`,
    );
  }
  return merged;
}

/** Lengths as in the API reference of Tag; the prefix is AWS's own. */
function checkTag(tag: Tag): void {
  const key = tag.Key ?? "";
  if (key.length < 1 || key.length > 128) {
    throw validationError(`A tag key must have 1 to 128 characters, got ${key.length}`);
  }
  if ((tag.Value ?? "").length > 256) {
    throw validationError(`The value of tag '${key}' must have at most 256 characters`);
  }
  if (key.toLowerCase().startsWith("aws:")) {
    throw validationError(`Tag key '${key}' must not begin with 'aws:', which is reserved`);
  }
}

/** AddTags and RemoveTags: "You can specify one load balancer only." */
function onlyName(names: readonly string[] | undefined): string | undefined {
  if (names?.length !== 1) {
    throw validationError(`Exactly one load balancer name is expected, got ${names?.length ?? 0}`);
  }
  return names[0];
}
