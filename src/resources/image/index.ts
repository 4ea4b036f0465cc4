import { type Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { compareNumbered } from "../../aws/order.ts";
import { everyPage } from "../../aws/paging.ts";
import { tagChanges } from "../../aws/tags.ts";
import type { FieldRule, ResourceType } from "../../engine/resource.ts";
import { noSetters, updateBySetters } from "../../engine/update.ts";
import type { ImageContents } from "../../image/contents.ts";
import { billPath } from "../../image/packages.ts";
import type { ResourceContext } from "../shared/context.ts";
import { derivedRule, tagsRule, writeOnlyRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import { makeTagChanges, withFields } from "../shared/owned.ts";
import { billInTheWay, type PackageRecord } from "./bill.ts";
import { buildImage } from "./build.ts";
import { consequences } from "./consequences.ts";
import { deleteParts } from "./deletion.ts";
import { details } from "./details.ts";
import { inputNames, shorten, untold } from "./inputs.ts";
import {
  finishedImage,
  type ImageFields,
  type ImageOutputs,
  toLiveImages,
  withImageNotes,
} from "./live.ts";
import { idsOf, lookAtParts, sweepParts } from "./parts.ts";
import { shownContent } from "./shown-content.ts";
import { sourceInTheWay, sourceOwners } from "./source-record.ts";
import { status } from "./status.ts";

export const image: ResourceType<ImageFields, ImageOutputs, ResourceContext> = {
  name: "image",
  section: "image",
  replace: "create-first",
  naming: { minLength: 3, maxLength: 128 }, // "CreateImage", Amazon EC2 API Reference
  fields: {
    family: input((before, after) => `other operating system: ${before} → ${after}`),
    architecture: input((before, after) => `other architecture: ${before} → ${after}`),
    base: { ...input(), minor: true },
    release: input(
      (before, after) =>
        `${isEarlier(before, after) ? "newer" : "other"} base image: ${before} → ${after}`,
    ),
    updates: input(),
    packages: content("packages"),
    sources: content("sources"),
    services: content("services"),
    ipv6: input(),
    hardening: input(),
    openFiles: input(),
    disk: input((before, after) => `other disk: ${diskWords(before)} → ${diskWords(after)}`),
    files: content("files"),
    run: content("run"),
    verify: content("verify"),
    allow: content("allow"),
    ansible: content("ansible"),
    environment: content("environment"),
    application: content("application"),
    script: { ...input(), minor: true },
    userData: derivedRule,
    bucket: writeOnlyRule("create"),
    builder: {
      ...writeOnlyRule("create"),
      inFile: { members: { timeout: { unit: "s" } } },
    },
    contents: derivedRule,
    texts: derivedRule,
    bill: derivedRule,
    requirements: derivedRule,
    sourceRecord: derivedRule,
    playbookRecord: derivedRule,
    tags: tagsRule,
  },
  // An instance boots, updates and stops (about 5 minutes). A snapshot of 8 GiB takes about 3.
  usualSeconds: { create: 480, update: 2, delete: 3 },
  consequences,
  shownOutputs: { image: { label: "image", value: ({ outputs: { id } }) => id } },
  details,
  status,
  holds: ["subnet", "vpc"],
  changedByUpdate: [],
  permissions: {
    discover: [
      "ec2:DescribeImages",
      "ec2:DescribeSnapshots",
      "ec2:DescribeInstances",
      "ec2:DescribeSecurityGroups",
      // Of a bucket that the stack file names.
      "s3:GetBucketVersioning",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicyStatus",
      "s3:GetBucketPublicAccessBlock",
    ],
    create: [
      "ec2:CreateSecurityGroup",
      "ec2:CreateTags",
      "ec2:RunInstances",
      "ec2:GetConsoleOutput",
      "ec2:CreateImage",
      "ec2:DeregisterImage",
      "ec2:DeleteSnapshot",
      "ec2:TerminateInstances",
      "ec2:DeleteSecurityGroup",
      "ec2:DescribeNetworkInterfaces",
      "s3:PutObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:DeleteObject",
    ],
    update: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: [
      "ec2:DeregisterImage",
      "ec2:DeleteSnapshot",
      "ec2:TerminateInstances",
      "ec2:DeleteSecurityGroup",
      "ec2:DescribeNetworkInterfaces",
      "s3:ListBucket",
      "s3:DeleteObject",
    ],
  },
  strays: "ec2",

  normalize: (fields) => ({
    ...fields,
    ...Object.fromEntries(
      inputNames.map((name) => {
        const value = fields[name];
        return [name, typeof value === "string" ? shorten(name, value) : value];
      }),
    ),
  }),

  async discover(context) {
    const [found, region] = await Promise.all([sweepParts(context), context.clients.region()]);
    return found.flatMap((parts) =>
      toLiveImages(parts).map((live) => withImageNotes(live, parts, region)),
    );
  },

  async findForeign(context, sought) {
    const names = sought.map(({ physicalName }) => physicalName);
    const found = await everyPage(
      paginateDescribeImages(
        { client: context.clients.ec2 },
        {
          Owners: ["self"],
          Filters: [{ Name: "name", Values: names }],
          MaxResults: 1000,
        },
      ),
      (page) => page.Images,
    );
    const holders = found.map(({ ImageId: id = "", Name: physicalName = "", Tags: tags }) => ({
      id,
      physicalName,
      what: `an image named ${physicalName} (${id})`,
      tags,
    }));
    return foreignAmong(context, sought, holders, ec2Tags, contentsOfImage);
  },

  async findObstacles(context, sought) {
    const found = await Promise.all(
      sought.map(async ({ physicalName, fields: { bucket } }) => {
        // The stack's own bucket may not exist yet.
        if (bucket === undefined || !("own" in bucket) || bucket.own === true) return [];
        const { name } = bucket;
        if (typeof name !== "string") return [];
        const { problemOfNamedBucket } = await import("../shared/artifacts/named-bucket.ts");
        const problem = await problemOfNamedBucket(context, name);
        return problem === undefined ? [] : [{ physicalName, ...problem }];
      }),
    );
    return found.flat();
  },

  async create(context, target, fields) {
    const describe = (made: Image, record?: PackageRecord) =>
      finishedImage(made.Tags, target.address, made, record);
    const usable = (made: Image) => context.report.usable(describe(made));
    const { image: made, record } = await buildImage(context, target, fields, usable);
    return describe(made, record);
  },

  update: updateBySetters({
    ...noSetters(inputNames),
    userData: null,
    bucket: null,
    builder: null,
    contents: null,
    texts: null,
    bill: null,
    requirements: null,
    sourceRecord: null,
    playbookRecord: null,
    async tags({ context, live, fields }) {
      const { image, snapshots } = await lookAtParts(context, live);
      const ids = [image?.ImageId ?? [], idsOf(snapshots)].flat();
      const changes = tagChanges(live.fields.tags, fields.tags);
      const wanted = changes.set.map(({ Key }) => Key);
      for (const snapshot of snapshots) {
        const remove = billInTheWay(snapshot, wanted);
        if (remove.length === 0) continue;
        await makeTagChanges(context, idsOf([snapshot]), { set: [], remove });
        context.report.noted(
          `The list of the packages of ${live.id} is no longer stored with it, because a snapshot can have 50 tags. It is in the image: ${billPath}.`,
        );
      }
      for (const owner of sourceOwners) {
        const remove = image === undefined ? [] : sourceInTheWay(owner, image, wanted);
        if (remove.length === 0) continue;
        await makeTagChanges(context, [live.id], { set: [], remove });
        context.report.noted(
          `The list of the ${owner}'s files is no longer stored with ${live.id}, because an image can have 50 tags. The next plan that changes them cannot name them.`,
        );
      }
      await makeTagChanges(context, ids, changes);
      return withFields(live, fields, ["tags"]);
    },
  }),

  delete: (context, live) => deleteParts(context, live),
};

const contentsOfImage =
  "Further tags record what an image contains. With these two tags alone, the next apply deregisters the image and rebuilds it under its name.";

function diskWords(text: string): string {
  return text === "" ? "as in the base image" : text;
}

/** Releases are numbers with points between. */
function isEarlier(before: string, after: string): boolean {
  return compareNumbered(before, after) < 0;
}

/**
 * A rule for an input: any difference means a new image. `words` gives the reason if the field's
 * name says too little.
 */
function input(words?: (before: string, after: string) => string): FieldRule<string> {
  return {
    onChange: "replace",
    because: (before, after) =>
      before === untold ? "its tags do not say what it was built from" : words?.(before, after),
  };
}

/** An input that a plan shows in full. */
function content(name: keyof ImageContents): FieldRule<string, ImageFields> {
  return { ...input(), shown: (...sides) => shownContent(name, ...sides) };
}
