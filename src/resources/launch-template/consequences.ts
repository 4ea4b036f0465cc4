import { partitionOf } from "../../aws/regions.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { service } from "../shared/consequence.ts";

/** AWS's own key, which every role of the account may use. */
const ownKeyOfAws = /(^|:)alias\/aws\/ebs$/;

/**
 * Auto Scaling launches servers with its own role, which may use a key of the account only if somebody
 * allows it. A group without permission only says "Client error on launch". A plan does not read the key's
 * policy and grants, so it names the condition.
 */
export function consequences(
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
