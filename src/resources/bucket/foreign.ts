import { isAwsError } from "../../aws/errors.ts";
import { lookUpAccount } from "../../aws/facts.ts";
import type { Tag } from "../../aws/tags.ts";
import type { Foreign, Sought } from "../../engine/resource.ts";
import { isElsewhere } from "../shared/artifacts/elsewhere.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong } from "../shared/foreign.ts";
import { tagsOf } from "./live.ts";
import { bucketArn } from "./policy.ts";

/** The names of buckets are unique over all accounts. */
export function ownedByOther(name: string): string {
  return `the bucket name ${name} is taken: the bucket belongs to another AWS account, or these credentials may not see it`;
}

export const otherAccountRemedy =
  "Name a bucket of this account in the stack file (artifacts: { bucket: my-bucket }), or choose another name for the stack. Nothing was sent to that bucket.";

/** Buckets with these names that are not the stack's: another account's, or this account's without its tags. */
export async function foreignBuckets(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<Foreign[]> {
  const [region, account] = await Promise.all([
    context.clients.region(),
    lookUpAccount(context.clients),
  ]);
  const found = await Promise.all(
    sought.map(async ({ physicalName }) => ({
      physicalName,
      tags: await tagsOrOther(context, physicalName),
    })),
  );
  const others = found.flatMap(({ physicalName, tags }) =>
    tags === "other" || tags === "elsewhere"
      ? [
          {
            id: physicalName,
            physicalName,
            summary:
              tags === "other"
                ? ownedByOther(physicalName)
                : `the bucket name ${physicalName} is taken by a bucket in another region than ${region}`,
            remedy: otherAccountRemedy,
          },
        ]
      : [],
  );
  const holders = found.flatMap(({ physicalName, tags }) =>
    tags === undefined || tags === "other" || tags === "elsewhere"
      ? []
      : [{ id: physicalName, physicalName, what: `a bucket named ${physicalName}`, tags }],
  );
  const own = await foreignAmong(context, sought, holders, (id, tags) => [
    "s3control tag-resource",
    {
      "account-id": account,
      "resource-arn": bucketArn(id, region),
      tags: tags.map(([key, value]) => `Key=${key},Value=${value}`),
    },
  ]);
  return [...others, ...own];
}

/** Undefined if nobody has the name. */
async function tagsOrOther(
  context: ResourceContext,
  name: string,
): Promise<readonly Tag[] | undefined | "other" | "elsewhere"> {
  try {
    return await tagsOf(context, name);
  } catch (error) {
    if (isAwsError(error, "denied")) return "other";
    if (isElsewhere(error)) return "elsewhere";
    throw error;
  }
}
