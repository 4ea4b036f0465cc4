import { expect, test } from "vitest";
import type { Change, PlanDocument } from "../../../src/engine/plan-format.ts";
import { consequences } from "../../../src/resources/launch-template/consequences.ts";

function told(key: unknown, action: Change["action"] = "update", region = "eu-central-1") {
  const field = { path: "volumeKey", after: key, known: true, forcesReplace: false };
  const change = {
    address: "launch-template/web",
    action,
    because: "",
    fields: [{ ...field, sensitive: false }],
  } as Change;
  const document = { region, account: "123456789012" } as PlanDocument;
  return consequences(change, document).map(({ kind, text }) => `${kind}: ${text}`);
}

const operations =
  "Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey CreateGrant";

test("a key is told with the grant that the group's role needs, ready to copy", () => {
  const role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  const id = "01234567-89ab-cdef-0123-456789abcdef";
  expect(told(id)).toEqual([
    `service: New servers start only if Auto Scaling's role may use the KMS key ${id}. If the key's policy does not allow it, create a grant: aws kms create-grant --grantee-principal arn:aws:iam::123456789012:${role} --operations ${operations} --region eu-central-1 --key-id ${id}`,
  ]);
  expect(told(id, "create", "cn-north-1")[0]).toContain(`arn:aws-cn:iam::123456789012:${role}`);
});

test("an alias, which CreateGrant refuses, becomes the key's ARN", () => {
  expect(told("alias/web")[0]).toContain(
    '--key-id "$(aws kms describe-key --key-id alias/web --query KeyMetadata.Arn --output text --region eu-central-1)"',
  );
  const arn = "arn:aws:kms:eu-central-1:123456789012:alias/web";
  expect(told(arn)[0]).toContain(`aws kms describe-key --key-id ${arn} `);
});

test.each([
  ["no key", null, "update"],
  ["AWS's own key", "alias/aws/ebs", "update"],
  ["AWS's own key, by its ARN", "arn:aws:kms:eu-central-1:1:alias/aws/ebs", "create"],
  ["a template that goes", "alias/web", "delete"],
] as const)("nothing is told of %s", (_why, key, action) => {
  expect(told(key, action)).toEqual([]);
});
