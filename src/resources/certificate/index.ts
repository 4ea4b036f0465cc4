import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { consequences } from "./consequences.ts";
import type { CertificateFields, CertificateOutputs } from "./live.ts";

export type { CertificateFields, CertificateOutputs } from "./live.ts";

/**
 * A certificate of AWS Certificate Manager, validated by DNS. A create ends when AWS says which records it wants, not
 * when it has issued it: that may take as long as somebody needs to make a record. Its user waits for it
 * (`issue.ts`).
 */
export const certificate: ResourceType<CertificateFields, CertificateOutputs, ResourceContext> = {
  name: "certificate",
  section: "domain",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  fields: {
    names: { onChange: "replace" },
    zone: { onChange: "update" },
    missingRecords: {
      onChange: "update",
      because: (names = []) =>
        `the hosted zone lacks its validation ${names.length === 1 ? "record" : "records"} ${names.join(", ")}`,
      inFile: { name: "zone (validation records)" },
    },
    validity: {
      onChange: "replace",
      because: (before) => `AWS could not renew it, and it is ${before}`,
      inFile: { name: "validity" },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 15, update: 3, delete: 10 },
  consequences,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "acm:ListCertificates",
      "acm:ListTagsForCertificate",
      "acm:DescribeCertificate",
      "route53:ListHostedZonesByName",
      "route53:ListResourceRecordSets",
    ],
    create: [
      "acm:RequestCertificate",
      "acm:AddTagsToCertificate",
      "route53:ChangeResourceRecordSets",
    ],
    update: [
      "acm:AddTagsToCertificate",
      "acm:RemoveTagsFromCertificate",
      "route53:ChangeResourceRecordSets",
    ],
    delete: [
      "acm:DeleteCertificate",
      "route53:ChangeResourceRecordSets",
      "elasticloadbalancing:DescribeLoadBalancers",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedCertificates(context),
    remove: (id) => ["acm delete-certificate", { "certificate-arn": id }],
    permissions: ["acm:ListCertificates", "acm:ListTagsForCertificate"],
  },

  normalize: (fields) => ({
    ...fields,
    ...(Array.isArray(fields.names) && { names: inOrder(fields.names) }),
    missingRecords: fields.missingRecords ?? [],
    validity: fields.validity ?? "valid",
  }),

  discover: async (context) => (await import("./live.ts")).sweepCertificates(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  async create(context, target, fields) {
    const { requestCertificate } = await import("./changes.ts");
    const { normalize, update } = certificate;
    const wanted = normalize(fields);
    const made = await requestCertificate(
      context,
      target,
      fields,
      (live) => differingFields(normalize(live.fields), wanted, ["names", "validity"]).length === 0,
    );
    return update(context, made, fields, update.sets);
  },

  update: updateBySetters(
    {
      names: null,
      validity: null,
      tags: async (input) => (await import("./changes.ts")).changeUserTags(input),
      zone: async (input) => (await import("./changes.ts")).changeZone(input),
      missingRecords: async (input) =>
        (await import("./changes.ts")).completeValidationRecords(input),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const { normalize } = certificate;
      const differing = differingFields(normalize(live.fields), normalize(fields), changed);
      if (differing.length === 0) return live;
      const expected = await set(differing);
      const [{ lookAtCertificate }, { untilSeen }] = await Promise.all([
        import("./live.ts"),
        import("../shared/consistency.ts"),
      ]);
      return untilSeen(
        context,
        "the changed certificate",
        () => lookAtCertificate(context, live.id),
        (found) => {
          const left = differingFields(
            normalize(found.fields),
            normalize(expected.fields),
            differing,
          );
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteCertificate(context, live),
};

/** The first name is the certificate's own. The others are a set. */
function inOrder([first, ...others]: readonly string[]): readonly string[] {
  return first === undefined
    ? []
    : [first, ...[...new Set(others)].filter((name) => name !== first).sort()];
}
