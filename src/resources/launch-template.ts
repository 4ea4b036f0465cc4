import { createHash } from "node:crypto";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  type Filter,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../aws/errors.ts";
import { everyPage } from "../aws/paging.ts";
import { addressIn, nameKey, stackKey, userTagsOf } from "../aws/tags.ts";
import type { Live, ResourceType, Target } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { fromResponse, type TemplateData, toRequest } from "./launch-template-data.ts";
import { pruneVersions } from "./launch-template-versions.ts";
import {
  adopt,
  foreignRemedy,
  ownFilters,
  retryNotFound,
  tagSpecification,
  untilGone,
  untilSeen,
  updateTags,
} from "./owned.ts";
import { setRule, tagsRule } from "./rules.ts";

export interface LaunchTemplateFields extends TemplateData {
  readonly tags: Readonly<Record<string, string>>;
}

export interface LaunchTemplateOutputs {
  readonly id: string;
  readonly name: string;
  /** The default version's number. */
  readonly version: string;
}

type LiveTemplate = Live<LaunchTemplateFields, LaunchTemplateOutputs>;

export const launchTemplate: ResourceType<
  LaunchTemplateFields,
  LaunchTemplateOutputs,
  ResourceContext
> = {
  name: "launch-template",
  replace: "create-first",
  naming: { maxLength: 128 }, // "CreateLaunchTemplate", Amazon EC2 API Reference
  fields: {
    imageId: { onChange: "update", because: () => "another image" },
    instanceType: {
      onChange: "update",
      because: (before, after) => `instance type: ${before} → ${after}`,
    },
    keyName: { onChange: "update" },
    securityGroupIds: setRule,
    rootDeviceName: { onChange: "update" },
    metadata: { onChange: "update" },
    unmanaged: {
      onChange: "update",
      because: (before) =>
        `its default version sets what this stack does not: ${before?.join(", ")}`,
    },
    tags: tagsRule,
  },
  holds: [],
  changedByUpdate: ["version"],
  permissions: {
    discover: ["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"],
    create: [
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:CreateLaunchTemplate",
      "ec2:CreateTags",
    ],
    update: [
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:ModifyLaunchTemplate",
      "ec2:DeleteLaunchTemplateVersions",
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:CreateTags",
      "ec2:DeleteTags",
    ],
    delete: ["ec2:DescribeLaunchTemplates", "ec2:DeleteLaunchTemplate"],
  },

  normalize: (fields) => ({
    ...fields,
    unmanaged: fields.unmanaged ?? [],
    ...(Array.isArray(fields.securityGroupIds) && {
      securityGroupIds: [...fields.securityGroupIds].sort(),
    }),
  }),

  async discover(context) {
    const [templates, versions] = await Promise.all([
      describeTemplates(context, ownFilters(context)),
      describeVersions(context, { Versions: ["$Default"] }),
    ]);
    return Promise.all(
      templates.flatMap((template) => {
        const address = addressIn(template.Tags, context.stack, "launch-template");
        const version = versions.find((one) => one.LaunchTemplateId === template.LaunchTemplateId);
        return address === undefined ? [] : withVersion(context, template, version);
      }),
    );
  },

  async findForeign(context, physicalNames) {
    const byName = { Name: "launch-template-name", Values: [...physicalNames] };
    const found = await describeTemplates(context, [byName]);
    return found
      .filter((one) => addressIn(one.Tags, context.stack, "launch-template") === undefined)
      .map((one) => ({
        id: one.LaunchTemplateId ?? "",
        physicalName: one.LaunchTemplateName ?? "",
        summary: `a launch template named ${one.LaunchTemplateName} (${one.LaunchTemplateId}) exists and is not this stack's`,
        remedy: foreignRemedy,
      }));
  },

  async create(context, target, fields) {
    const what = `the launch template ${target.physicalName}`;
    const look = () => lookAt(context, named(target.physicalName));
    const command = new CreateLaunchTemplateCommand({
      LaunchTemplateName: target.physicalName,
      LaunchTemplateData: toRequest(fields, volumeTags(context, target)),
      TagSpecifications: [tagSpecification("launch-template", context, target, fields.tags)],
    });
    try {
      await retryNotFound(context, "the image", () => context.clients.ec2.send(command));
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      return setVersion(context, await adopt(context, what, look, error), fields);
    }
    return untilSeen(context, what, look);
  },

  async update(context, live, fields, changed) {
    const onlyTags = changed.every((field) => field === "tags");
    if (changed.includes("tags")) {
      await updateTags(context, [live.id], live.fields.tags, fields.tags);
    }
    const changedLive = onlyTags ? live : await setVersion(context, live, fields);
    return { ...changedLive, fields: { ...changedLive.fields, tags: fields.tags } };
  },

  async delete(context, live) {
    try {
      await context.clients.ec2.send(
        new DeleteLaunchTemplateCommand({ LaunchTemplateId: live.id }),
      );
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error;
    }
    await untilGone(context, `the launch template ${live.physicalName}`, async () =>
      (await lookAt(context, named(live.physicalName))) === undefined
        ? undefined
        : "it is still listed",
    );
  },
};

function volumeTags(context: ResourceContext, { address }: Pick<Target, "address">) {
  return { [stackKey]: context.stack, [nameKey]: address };
}

/**
 * Makes the wanted data the default version: an existing version that has it already, which an
 * interrupted apply or an earlier state of the file made, or a new one.
 */
async function setVersion(
  context: ResourceContext,
  live: LiveTemplate,
  fields: LaunchTemplateFields,
): Promise<LiveTemplate> {
  const { ec2 } = context.clients;
  const versions = await describeVersions(context, { LaunchTemplateId: live.id });
  const same = versions
    .filter((version) => sameData(fromResponse(version.LaunchTemplateData), fields))
    .sort((one, other) => (other.VersionNumber ?? 0) - (one.VersionNumber ?? 0))[0];
  const wanted = same?.VersionNumber ?? (await makeVersion(context, live, fields, versions));
  if (String(wanted) !== live.outputs.version) {
    await retryNotFound(context, "the new template version", () =>
      ec2.send(
        new ModifyLaunchTemplateCommand({
          LaunchTemplateId: live.id,
          DefaultVersion: String(wanted),
        }),
      ),
    );
  }
  const seen = await untilSeen(
    context,
    `version ${wanted} of ${live.physicalName}`,
    () => lookAt(context, named(live.physicalName)),
    (found) =>
      found.outputs.version === String(wanted) && sameData(found.fields, fields)
        ? undefined
        : `the default version is still shown as ${found.outputs.version}`,
  );
  await pruneVersions(context, live.id, wanted, versions);
  return seen;
}

async function makeVersion(
  context: ResourceContext,
  live: LiveTemplate,
  fields: LaunchTemplateFields,
  versions: readonly LaunchTemplateVersion[],
): Promise<number> {
  const data = toRequest(fields, volumeTags(context, live));
  const latest = Math.max(0, ...versions.map((version) => version.VersionNumber ?? 0));
  const made = await retryNotFound(context, "the launch template", () =>
    context.clients.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: live.id,
        LaunchTemplateData: data,
        // Two applies at once that saw the same versions make one new version, not two.
        ClientToken: createHash("sha256")
          .update(JSON.stringify([live.id, latest, data]))
          .digest("hex")
          .slice(0, 32),
      }),
    ),
  );
  const number = made.LaunchTemplateVersion?.VersionNumber;
  if (number === undefined) throw new Error("CreateLaunchTemplateVersion answered no number");
  return number;
}

function sameData(one: TemplateData, other: TemplateData): boolean {
  const canonical = (data: TemplateData) =>
    JSON.stringify([
      data.imageId,
      data.instanceType,
      data.keyName,
      [...data.securityGroupIds].sort(),
      data.rootDeviceName,
      data.metadata.tokens,
      data.metadata.hopLimit,
      data.unmanaged ?? [],
    ]);
  return canonical(one) === canonical(other);
}

/** The one template of ours that the filter finds. */
async function lookAt(context: ResourceContext, filter: Filter): Promise<LiveTemplate | undefined> {
  const found = await describeTemplates(context, ownFilters(context, [filter]));
  const template = found.find(
    (one) => addressIn(one.Tags, context.stack, "launch-template") !== undefined,
  );
  return template === undefined ? undefined : withVersion(context, template, undefined);
}

function named(name: string): Filter {
  return { Name: "launch-template-name", Values: [name] };
}

function describeTemplates(context: ResourceContext, filters: Filter[]): Promise<LaunchTemplate[]> {
  return everyPage(
    paginateDescribeLaunchTemplates(
      { client: context.clients.ec2 },
      { Filters: filters, MaxResults: 200 },
    ),
    (page) => page.LaunchTemplates,
  );
}

/** Without a template's id: that version of every template of the account, in one sweep. */
function describeVersions(
  context: ResourceContext,
  selection: { readonly LaunchTemplateId?: string; readonly Versions?: string[] },
): Promise<LaunchTemplateVersion[]> {
  return everyPage(
    paginateDescribeLaunchTemplateVersions(
      { client: context.clients.ec2 },
      { ...selection, MaxResults: 200 },
    ),
    (page) => page.LaunchTemplateVersions,
  );
}

/** Joins a template with its default version, which is looked up where a sweep did not show it yet. */
async function withVersion(
  context: ResourceContext,
  template: LaunchTemplate,
  swept: LaunchTemplateVersion | undefined,
): Promise<LiveTemplate> {
  const id = template.LaunchTemplateId ?? "";
  const version =
    swept ??
    (
      await retryNotFound(context, "the launch template", () =>
        describeVersions(context, { LaunchTemplateId: id, Versions: ["$Default"] }),
      )
    )[0];
  const data = fromResponse(version?.LaunchTemplateData);
  const name = template.LaunchTemplateName ?? "";
  return {
    id,
    address: addressIn(template.Tags, context.stack, "launch-template") ?? "launch-template/",
    physicalName: name,
    status: "ready",
    createdAt: template.CreateTime?.getTime() ?? 0,
    fields: { ...data, tags: userTagsOf(template.Tags) },
    outputs: { id, name, version: String(version?.VersionNumber ?? "") },
    uses: [
      data.imageId,
      ...(data.keyName === null ? [] : [data.keyName]),
      ...data.securityGroupIds,
    ].filter((used) => used !== ""),
  };
}
