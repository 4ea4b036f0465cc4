import {
  AddTagsCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  RemoveTagsCommand,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { inChunks } from "../../aws/paging.ts";
import { sendTagChanges, tagChanges } from "../../aws/tags.ts";
import { unlessGone } from "./consistency.ts";
import type { ResourceContext } from "./context.ts";
import { sharedLookUp } from "./shared-look-up.ts";

/** "DescribeTags", Elastic Load Balancing API Reference 2015-12-01. */
const mostArns = 20;

/** The tags by ARN. Omits objects that were deleted in the meantime. */
export async function describeTagsOf(
  context: ResourceContext,
  arns: readonly string[],
): Promise<ReadonlyMap<string | undefined, readonly Tag[] | undefined>> {
  const client = await context.clients.loadBalancingV2();
  const ask = (some: readonly string[]) => unlessGone(() => lookUpTags(client, some));
  const chunks = await Promise.all(
    inChunks(arns, mostArns).map(async (some) => {
      const found = await ask(some);
      if (found !== undefined || some.length === 1) return found ?? [];
      // One of them is gone, and AWS refuses to answer for the others.
      return (await Promise.all(some.map(async (arn) => (await ask([arn])) ?? []))).flat();
    }),
  );
  return new Map(chunks.flat().map((each) => [each.ResourceArn, each.Tags]));
}

const lookUpTags = sharedLookUp(
  async (client: ElasticLoadBalancingV2Client, ResourceArns: readonly string[]) => {
    const command = new DescribeTagsCommand({ ResourceArns: [...ResourceArns] });
    return (await client.send(command)).TagDescriptions ?? [];
  },
);

/** Changes the user's tags on an object from `live` to `wanted`. Ignores other tags. */
export async function changeTagsOf(
  context: ResourceContext,
  arn: string,
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const client = await context.clients.loadBalancingV2();
  const ResourceArns = [arn];
  await sendTagChanges(tagChanges(live, wanted), {
    remove: (keys) =>
      client.send(new RemoveTagsCommand({ ResourceArns, TagKeys: keys.map(({ Key }) => Key) })),
    set: (Tags) => client.send(new AddTagsCommand({ ResourceArns, Tags })),
  });
}
