import {
  AddTags$,
  type AddTagsInput,
  DescribeTags$,
  type DescribeTagsInput,
  RemoveTags$,
  type RemoveTagsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { validationError } from "../load-balancing/load-balancer.ts";
import { mergedTags } from "../load-balancing/tags.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import type { TableType } from "../table.ts";
import { tagList } from "../tag-list.ts";
import { kindOf, listenerOfDefaultRule, notFound } from "./named.ts";
import { applicationLoadBalancers, listeners, rules, targetGroups } from "./tables.ts";

/** "The Amazon Resource Names (ARN) of the resources. You can specify up to 20 resources in a single call." */
const MAX_RESOURCES = 20;

export const addTags = operation<AddTagsInput>(
  AddTags$,
  ["ResourceArns", "Tags"],
  (region, input) => {
    const tagged = taggedOf(region, input.ResourceArns);
    const merged = tagged.map(({ tags }) => mergedTags(tags, input.Tags ?? []));
    for (const [index, { write }] of tagged.entries()) write(merged[index] ?? {});
    return {};
  },
);

export const removeTags = operation<RemoveTagsInput>(
  RemoveTags$,
  ["ResourceArns", "TagKeys"],
  (region, input) => {
    const removed = new Set(input.TagKeys ?? []);
    for (const { tags, write } of taggedOf(region, input.ResourceArns)) {
      write(Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))));
    }
    return {};
  },
);

export const describeTags = operation<DescribeTagsInput>(
  DescribeTags$,
  ["ResourceArns"],
  (region, input) => ({
    TagDescriptions: taggedOf(region, input.ResourceArns).map(({ arn, seen }) => ({
      ResourceArn: arn,
      Tags: tagList(seen),
    })),
  }),
);

/** The tags of one resource. */
interface Tagged {
  readonly arn: string;
  /** As readers see them. */
  readonly seen: Readonly<Record<string, string>>;
  /** The real ones. */
  readonly tags: Readonly<Record<string, string>>;
  write(tags: Record<string, string>): void;
}

function taggedOf(region: Region, arns: readonly string[] = []): Tagged[] {
  const unique = [...new Set(arns)];
  if (unique.length === 0 || unique.length > MAX_RESOURCES) {
    throw validationError(
      `The number of resource ARNs must be between 1 and ${MAX_RESOURCES}, got ${unique.length}`,
    );
  }
  return unique.map((arn) => tagged(region, arn));
}

function tagged(region: Region, arn: string): Tagged {
  const kind = kindOf(arn);
  switch (kind) {
    case "loadbalancer":
      return taggedIn(region, applicationLoadBalancers, arn) ?? raise(notFound(kind));
    case "targetgroup":
      return taggedIn(region, targetGroups, arn) ?? raise(notFound(kind));
    case "listener":
      return taggedIn(region, listeners, arn) ?? raise(notFound(kind));
    case "listener-rule":
      return (
        taggedIn(region, rules, arn) ?? taggedDefaultRule(region, arn) ?? raise(notFound(kind))
      );
    default:
      throw validationError(`'${arn}' is not a valid ARN of a resource of this service`);
  }
}

function raise(error: Error): never {
  throw error;
}

function taggedIn<T extends { tags: Record<string, string> }>(
  region: Region,
  type: TableType<T>,
  arn: string,
): Tagged | undefined {
  const table = region.table(type);
  const seen = table.find(arn);
  const real = table.latest(arn);
  if (seen === undefined || real === undefined) return undefined;
  return {
    arn,
    seen: seen.tags,
    tags: real.tags,
    write: (tags) => {
      table.change(arn, (record) => {
        record.tags = tags;
      });
    },
  };
}

function taggedDefaultRule(region: Region, arn: string): Tagged | undefined {
  const listener = listenerOfDefaultRule(region, arn);
  if (listener === undefined) return undefined;
  return {
    arn,
    seen: listener.defaultRuleTags,
    tags: listener.defaultRuleTags,
    write: (tags) => {
      region.table(listeners).change(listener.arn, (record) => {
        record.defaultRuleTags = tags;
      });
    },
  };
}
