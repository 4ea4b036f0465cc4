import { CreateLaunchTemplateCommand, DeleteLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import type { ResourceType } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setRule, tagsRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import {
  adopt,
  retryNotFound,
  tagSpecification,
  untilGone,
  untilSeen,
  updateTags,
} from "../shared/owned.ts";
import { toRequest, unmanagedWords } from "./data.ts";
import { descriptionFor } from "./key-pair.ts";
import {
  describeTemplates,
  type LaunchTemplateFields,
  type LaunchTemplateOutputs,
  lookAtTemplate,
  named,
  sweepTemplates,
} from "./live.ts";
import { setVersion, volumeTags } from "./versions.ts";

export type { LaunchTemplateFields, LaunchTemplateOutputs } from "./live.ts";

export const launchTemplate: ResourceType<
  LaunchTemplateFields,
  LaunchTemplateOutputs,
  ResourceContext
> = {
  name: "launch-template",
  section: "scaling",
  replace: "create-first",
  naming: { minLength: 3, maxLength: 128 }, // "CreateLaunchTemplate", Amazon EC2 API Reference
  fields: {
    imageId: {
      onChange: "update",
      because: () => "the image differs",
      inFile: { name: "image" },
    },
    instanceType: {
      onChange: "update",
      because: (before, after) => `instance type: ${before} → ${after}`,
    },
    keyName: { onChange: "update", inFile: { name: "keyPair.name" } },
    keyPairId: {
      onChange: "update",
      minor: true,
      because: () => "the key pair was recreated under the same name",
      inFile: { name: "keyPair.id" },
    },
    securityGroupIds: { ...setRule, inFile: { name: "securityGroups" } },
    rootDeviceName: {
      onChange: "update",
      because: (before) =>
        before === "" ? "its default version does not define the root volume" : undefined,
    },
    metadata: { onChange: "update" },
    unmanaged: {
      onChange: "update",
      because: (before = []) => unmanagedWords(before),
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 2, update: 2, delete: 1 },
  holds: [],
  changedByUpdate: ["version"],
  permissions: {
    discover: [
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeKeyPairs",
    ],
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
      "ec2:DescribeTags",
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

  discover: (context) => sweepTemplates(context),

  async findForeign(context, sought) {
    const names = sought.map(({ physicalName }) => physicalName);
    const found = await describeTemplates(context, [
      { Name: "launch-template-name", Values: names },
    ]);
    const holders = found.map(
      ({ LaunchTemplateId: id = "", LaunchTemplateName: physicalName = "", Tags: tags }) => ({
        id,
        physicalName,
        what: `a launch template named ${physicalName} (${id})`,
        tags,
      }),
    );
    return foreignAmong(context, sought, holders, ec2Tags);
  },

  async create(context, target, fields) {
    const what = `the launch template ${target.physicalName}`;
    const look = () => lookAtTemplate(context, named(target.physicalName));
    const command = new CreateLaunchTemplateCommand({
      LaunchTemplateName: target.physicalName,
      LaunchTemplateData: toRequest(fields, volumeTags(context, target)),
      VersionDescription: descriptionFor(fields),
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
    await untilGone(context, `the launch template ${live.physicalName}`, async () => {
      const found = await describeTemplates(context, [named(live.physicalName)]);
      const listed = found.some((template) => template.LaunchTemplateId === live.id);
      return listed ? "AWS still lists it" : undefined;
    });
  },
};
