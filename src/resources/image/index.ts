import { type Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { userTagsOf } from "../../aws/tags.ts";
import type { FieldRule, Live, LiveStatus, ResourceType } from "../../engine/resource.ts";
import type { ContentTexts, ImageContents } from "../../image/contents.ts";
import type { ResourceContext } from "../shared/context.ts";
import { imageProtection } from "../shared/deletion-protection.ts";
import { derivedRule, tagsRule, writeOnlyRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import { updateTags } from "../shared/owned.ts";
import { checksIn, type ImageAudit } from "./audit.ts";
import { buildImage } from "./build.ts";
import { storedContent } from "./contents.ts";
import { deleteParts } from "./deletion.ts";
import { type ImageInputs, inputNames, inputsIn, shorten, untold } from "./inputs.ts";
import { type ImageParts, idsOf, lookAtParts, straySnapshots, sweepParts } from "./parts.ts";

/** The fields of a machine image. */
export interface ImageFields extends ImageInputs {
  /** The builder's user data, base64, at most 16 KB before it. Null on a live image. */
  readonly userData: string | null;
  /** Where and how the image is built. Null on a live image. */
  readonly builder: ImageBuilder | null;
  /** What the texts of the inputs stand for, in full. Absent on a live image. */
  readonly contents?: ImageContents;
  /** The same texts whole; of a live image, as far as its tags store them. */
  readonly texts?: ContentTexts;
  readonly tags: Readonly<Record<string, string>>;
}

/** The instance that the image is made from, and its limits. */
export interface ImageBuilder {
  readonly instanceType: string;
  readonly vpcId: string;
  /** A subnet whose instances can reach the system's package repositories. */
  readonly subnetId: string;
  /** Of the base image: `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** Seconds from launch to power-off. */
  readonly timeout: number;
}

export interface ImageOutputs extends Partial<ImageAudit> {
  readonly id: string;
  readonly name: string;
  /** `/dev/xvda`. */
  readonly rootDeviceName: string;
}

type LiveImage = Live<ImageFields, ImageOutputs>;

export const image: ResourceType<ImageFields, ImageOutputs, ResourceContext> = {
  name: "image",
  replace: "create-first",
  naming: { minLength: 3, maxLength: 128 }, // "CreateImage", Amazon EC2 API Reference
  fields: {
    family: input((before, after) => `other operating system: ${before} → ${after}`),
    base: { ...input(), minor: true },
    release: input(
      (before, after) =>
        `${isEarlier(before, after) ? "newer" : "other"} base image: ${before} → ${after}`,
    ),
    updates: input(),
    packages: content("packages"),
    services: content("services"),
    ipv6: input(),
    openFiles: input(),
    files: content("files"),
    run: content("run"),
    verify: content("verify"),
    application: content("application"),
    script: { ...input(), minor: true },
    userData: derivedRule,
    builder: writeOnlyRule("create"),
    contents: derivedRule,
    texts: derivedRule,
    tags: tagsRule,
  },
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "ec2:DescribeImages",
      "ec2:DescribeSnapshots",
      "ec2:DescribeInstances",
      "ec2:DescribeSecurityGroups",
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
    ],
    update: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: [
      "ec2:DeregisterImage",
      "ec2:DeleteSnapshot",
      "ec2:TerminateInstances",
      "ec2:DeleteSecurityGroup",
      "ec2:DescribeNetworkInterfaces",
    ],
  },

  normalize: (fields) => ({
    ...fields,
    ...Object.fromEntries(
      inputNames.map((name) => {
        const value = fields[name];
        return [name, typeof value === "string" ? shorten(value) : value];
      }),
    ),
  }),

  async discover(context) {
    const [found, region] = await Promise.all([sweepParts(context), context.clients.region()]);
    return found.flatMap((parts) => toLive(parts).map((live) => withNotes(live, parts, region)));
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

  async create(context, target, fields) {
    const describe = (made: Image) => finished(made.Tags, target.address, made);
    const usable = (made: Image) => context.report.usable(describe(made));
    return describe(await buildImage(context, target, fields, usable));
  },

  async update(context, live, fields, changed) {
    if (!changed.includes("tags")) return live;
    const { image, snapshots } = await lookAtParts(context, live);
    const ids = [image?.ImageId ?? [], idsOf(snapshots)].flat();
    await updateTags(context, ids, live.fields.tags, fields.tags);
    return { ...live, fields: { ...live.fields, tags: fields.tags } };
  },

  delete: (context, live) => deleteParts(context, live),
};

const contentsOfImage =
  "Further tags record what an image contains. With these two tags alone, the next apply deregisters the image and rebuilds it under its name.";

/** Releases are numbers with points between: 2023.9 comes before 2023.10. */
function isEarlier(before: string, after: string): boolean {
  return before.localeCompare(after, "en", { numeric: true }) < 0;
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
  return {
    ...input(),
    shown: ({ contents, texts }, wanted) =>
      contents === undefined
        ? texts && storedContent(name, texts[name], wanted.contents)
        : contents[name],
  };
}

/**
 * The live objects of one name. A finished image is one object. A builder that its build left
 * behind is another, and so are snapshots whose image is gone, even if a new image has that name.
 * Without a finished image, all parts together are one unfinished image.
 */
function toLive(parts: ImageParts): LiveImage[] {
  const { image, address, builders, groups, snapshots } = parts;
  const [builder] = builders;
  const [group] = groups;
  const leftover = builder?.InstanceId ?? group?.GroupId;
  const tools = builder?.Tags ?? group?.Tags;
  if (image?.State === "available") {
    const [stray] = straySnapshots(parts);
    return [
      finished(image.Tags, address, image),
      ...(leftover === undefined
        ? []
        : [unfinished(parts, leftover, tools, "partial", "its builder still exists")]),
      ...(stray === undefined
        ? []
        : [
            unfinished(
              parts,
              stray,
              image.Tags,
              "partial",
              "snapshots of an earlier image still exist",
            ),
          ]),
    ];
  }
  if (image?.State === "failed" || image?.State === "error") {
    const reason = image.StateReason?.Message ?? "AWS gives no reason";
    return [unfinished(parts, image.ImageId ?? "", image.Tags, "failed", reason)];
  }
  if (image !== undefined) {
    return [
      unfinished(parts, image.ImageId ?? "", image.Tags, "partial", "AWS is creating the image"),
    ];
  }
  const orphans = snapshots.slice(0, builder ? 0 : 1);
  return [
    ...(leftover === undefined
      ? []
      : [unfinished(parts, leftover, tools, "partial", stateWords(builder?.State?.Name))]),
    ...orphans.map(({ SnapshotId: id = "", Tags }) =>
      unfinished(
        parts,
        id,
        Tags,
        "failed",
        "its snapshot exists, but no image that carries the stack's tags does",
      ),
    ),
  ];
}

/** Adds the notes on the image itself. A builder left behind is another object. */
function withNotes(live: LiveImage, { image }: ImageParts, region: string): LiveImage {
  const notes = image?.ImageId === live.id ? imageProtection(image, region) : [];
  return notes.length === 0 ? live : { ...live, notes };
}

function stateWords(state: string | undefined): string {
  return state === undefined ? "it has no builder" : `its builder is ${state}`;
}

function finished(tags: Image["Tags"], address: LiveImage["address"], image: Image): LiveImage {
  const id = image.ImageId ?? "";
  const name = image.Name ?? "";
  const { family, base, release } = inputsIn(tags);
  return {
    id,
    address,
    physicalName: name,
    status: "ready",
    createdAt: Date.parse(String(image.CreationDate)) || 0,
    fields: fieldsOf(tags),
    outputs: {
      id,
      name,
      rootDeviceName: image.RootDeviceName ?? "",
      family,
      base,
      release,
      builtAt: image.CreationDate ?? "",
      ...checksIn(tags),
    },
    uses: [],
  };
}

function unfinished(
  { address, name, image, builders }: ImageParts,
  id: string,
  tags: Image["Tags"],
  status: LiveStatus,
  statusReason: string,
): LiveImage {
  return {
    id,
    address,
    physicalName: name,
    status,
    statusReason,
    createdAt: builders[0]?.LaunchTime?.getTime() ?? 0,
    fields: fieldsOf(tags),
    outputs: { id, name, rootDeviceName: image?.RootDeviceName ?? "" },
    uses: [],
  };
}

function fieldsOf(tags: Image["Tags"]): ImageFields {
  const inputs = inputsIn(tags);
  const { packages, services, files, run, verify, application } = inputs;
  const texts = { packages, services, files, run, verify, application };
  return { ...inputs, userData: null, builder: null, texts, tags: userTagsOf(tags) };
}
