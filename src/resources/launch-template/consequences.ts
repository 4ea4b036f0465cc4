import { partitionOf } from "../../aws/regions.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { changedPackages } from "../../image/packages.ts";
import { finishedImages, listedPackages } from "../image/launched.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { service } from "../shared/consequence.ts";

/** AWS's own key, which every role of the account may use. */
const ownKeyOfAws = /(^|:)alias\/aws\/ebs$/;

/** What other servers start from, and what they need to start. */
export function consequences(
  change: Change,
  plan: PlanDocument,
  _wanted?: unknown,
  live: readonly Live[] = [],
): readonly Consequence[] {
  return [...ofKey(change, plan), ...ofOtherImage(change, live)];
}

/**
 * Auto Scaling launches servers with its own role, which may use a key of the account only if somebody
 * allows it. A group without permission only says "Client error on launch". A plan does not read the key's
 * policy and grants, so it names the condition.
 */
function ofKey(
  { action, fields }: Change,
  { region, account }: PlanDocument,
): readonly Consequence[] {
  const key = fields.find(({ path }) => path === "volumeKey")?.after;
  if (action === "delete" || typeof key !== "string" || ownKeyOfAws.test(key)) return [];
  const command = awsCommand(region, "kms create-grant", {
    "grantee-principal": `arn:${partitionOf(region).name}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    operations,
  });
  return [
    service(
      `New servers start only if Auto Scaling's role may use the KMS key ${key}. If the key's policy does not allow it, create a grant: ${command} --key-id ${exactKey(region, key)}`,
    ),
  ];
}

/** Of two images that exist, which packages differ. Those of an image that is yet to be built are unknown. */
function ofOtherImage({ action, fields }: Change, live: readonly Live[]): readonly Consequence[] {
  const { before, after } = fields.find(({ path }) => path === "imageId") ?? {};
  const listOf = (id: unknown) => {
    const image = finishedImages(live).find((each) => each.id === id);
    return image && listedPackages(image);
  };
  const [one, other] = [listOf(before), listOf(after)];
  if (action !== "update" || one === undefined || other === undefined) return [];
  return [service(changedPackages(one, other, `${before}, which servers start from`))];
}

/** "Required AWS KMS key policy for use with encrypted volumes", Amazon EC2 Auto Scaling User Guide. */
const operations = [
  ...["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey"],
  ...["GenerateDataKeyWithoutPlaintext", "DescribeKey", "CreateGrant"],
];

/** CreateGrant takes no alias ("CreateGrant", AWS KMS API Reference). */
function exactKey(region: string, key: string): string {
  if (!/(^|:)alias\//.test(key)) return key;
  const options = { "key-id": key, query: "KeyMetadata.Arn", output: "text" };
  return `"$(${awsCommand(region, "kms describe-key", options)})"`;
}
