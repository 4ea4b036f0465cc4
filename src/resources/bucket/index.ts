import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { withFields } from "../shared/owned.ts";
import type { Setting } from "./changes.ts";
import { consequences } from "./consequences.ts";
import type { BucketFields, BucketOutputs } from "./live.ts";

/** Its code for S3 is loaded with the first call, because few stacks have a bucket. */
export const bucket: ResourceType<BucketFields, BucketOutputs, ResourceContext> = {
  name: "bucket",
  section: "artifacts",
  replace: "create-first",
  naming: { minLength: 3, maxLength: 63 }, // "General purpose bucket naming rules", Amazon S3 User Guide
  fields: {
    account: { onChange: "replace" },
    region: { onChange: "replace" },
    publicAccess: { onChange: "update", because: () => "public access is not blocked" },
    ownership: { onChange: "update", because: () => "access control lists are enabled" },
    encryption: {
      onChange: "update",
      // Every object is encrypted. A key of the account's own is not a difference.
      equal: (desired, live) => live === desired || live.startsWith("aws:kms"),
    },
    policy: {
      onChange: "update",
      because: () => "the bucket policy differs",
    },
    tags: tagsRule,
  },
  sweep: "if-used",
  usualSeconds: { create: 6, update: 3, delete: 6 },
  consequences,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "s3:ListAllMyBuckets",
      "s3:GetBucketTagging",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketPolicy",
      "s3:GetEncryptionConfiguration",
      "s3:GetBucketOwnershipControls",
    ],
    create: [
      "s3:CreateBucket",
      "s3:TagResource",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketOwnershipControls",
      "s3:PutEncryptionConfiguration",
      "s3:PutBucketPolicy",
    ],
    update: [
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketOwnershipControls",
      "s3:PutEncryptionConfiguration",
      "s3:PutBucketPolicy",
      "s3:PutBucketTagging",
    ],
    delete: [
      "s3:ListBucketVersions",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:ListBucketMultipartUploads",
      "s3:AbortMultipartUpload",
      "s3:DeleteBucket",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedBuckets(context),
    remove: (id) => ["s3api delete-bucket", { bucket: id }],
    permissions: ["s3:ListAllMyBuckets", "s3:GetBucketTagging"],
  },

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepBuckets(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignBuckets(context, sought),

  create: async (context, target, fields) =>
    (await import("./changes.ts")).createBucket(context, target, fields),

  update: updateBySetters({
    account: null,
    region: null,
    publicAccess: setting,
    ownership: setting,
    encryption: setting,
    policy: setting,
    async tags({ context, live, fields }) {
      const { changeBucketTags } = await import("./changes.ts");
      await changeBucketTags(context, live.id, live.fields.tags, fields.tags);
      return withFields(live, fields, ["tags"]);
    },
  }),

  delete: async (context, live) => (await import("./deletion.ts")).deleteBucket(context, live.id),
};

async function setting(
  {
    context,
    live,
    fields,
  }: {
    readonly context: ResourceContext;
    readonly live: Parameters<typeof bucket.update>[1];
    readonly fields: BucketFields;
  },
  changed: readonly Setting[],
) {
  const { makeSettings } = await import("./changes.ts");
  await makeSettings(context, live.id, changed);
  return withFields(live, fields, changed);
}
