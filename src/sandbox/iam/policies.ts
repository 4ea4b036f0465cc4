import {
  CreatePolicy$,
  type CreatePolicyRequest,
  DeletePolicy$,
  type DeletePolicyRequest,
  GetPolicy$,
  type GetPolicyRequest,
} from "@aws-sdk/client-iam";
import { operation } from "../operation.ts";
import { tagList } from "../tag-list.ts";
import { isAwsPolicy } from "./aws-policies.ts";
import { readPolicy, sizeOf } from "./documents.ts";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from "./errors.ts";
import { arnOf, checkName, checkPath, keyOf, uniqueId } from "./names.ts";
import { policies, roles } from "./tables.ts";
import { mergedTags } from "./tags.ts";

/** "IAM and AWS STS quotas": characters of a managed policy, without white space. */
const LARGEST_POLICY = 6144;

const createPolicy = operation<CreatePolicyRequest>(
  CreatePolicy$,
  ["PolicyName", "Path", "PolicyDocument", "Tags"],
  (region, input) => {
    const name = checkName(input.PolicyName ?? "", "policyName", 128);
    const path = checkPath(input.Path);
    const document = input.PolicyDocument ?? "";
    readPolicy(document);
    if (sizeOf(document) > LARGEST_POLICY) {
      throw limitExceeded(`Cannot exceed quota for PolicySize: ${LARGEST_POLICY}`);
    }
    const tags = mergedTags({}, input.Tags);
    const table = region.table(policies);
    if (table.all().some((other) => keyOf(other.name) === keyOf(name))) {
      throw alreadyExists(
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    }
    const arn = arnOf(region, "policy", { path, name });
    const id = uniqueId(region, "ANPA");
    table.add(arn, { arn, name, id, path, createdAt: region.now, document, tags });
    return { Policy: { PolicyName: name, PolicyId: id, Arn: arn, Path: path } };
  },
);

const getPolicy = operation<GetPolicyRequest>(
  GetPolicy$,
  ["PolicyArn"],
  (region, { PolicyArn: arn = "" }) => {
    if (isAwsPolicy(arn, region.partition)) {
      const name = arn.slice(arn.lastIndexOf("/") + 1);
      return { Policy: { Arn: arn, PolicyName: name, IsAttachable: true } };
    }
    const policy = region.table(policies).find(arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
    return {
      Policy: {
        Arn: arn,
        PolicyName: policy.name,
        PolicyId: policy.id,
        Path: policy.path,
        DefaultVersionId: "v1",
        IsAttachable: true,
        CreateDate: new Date(policy.createdAt),
        UpdateDate: new Date(policy.createdAt),
        Tags: tagList(policy.tags),
      },
    };
  },
);

const deletePolicy = operation<DeletePolicyRequest>(
  DeletePolicy$,
  ["PolicyArn"],
  (region, { PolicyArn: arn = "" }) => {
    const table = region.table(policies);
    if (table.use(arn) === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
    const isUsed = region
      .table(roles)
      .all()
      .some(({ attached, boundary }) => attached.includes(arn) || boundary === arn);
    if (isUsed) throw deleteConflict("Cannot delete a policy attached to entities.");
    table.remove(arn);
    return {};
  },
);

export const policyOperations = [createPolicy, getPolicy, deletePolicy];
