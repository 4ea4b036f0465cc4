import { CreateLaunchTemplateCommand, DeleteLaunchTemplateCommand } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import { adopt, retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import { setUserTags, tagSpecification, withFields } from "../shared/owned.ts";
import { consequences } from "./consequences.ts";
import { dataFields, dataRules, normalizeData, toRequest } from "./data.ts";
import { descriptionFor } from "./key-pair.ts";
import {
  describeTemplates,
  type LaunchTemplateFields,
  type LaunchTemplateOutputs,
  lookAtTemplate,
  named,
  sweepTemplates,
} from "./live.ts";
import { recordTypes } from "./used-types.ts";
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
    ...dataRules,
    tags: tagsRule,
  },
  usualSeconds: { create: 2, update: 2, delete: 1 },
  consequences,
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
  strays: "ec2",

  normalize: normalizeData,

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

  update: updateBySetters({
    tags: setUserTags,
    // One call sets them all.
    ...oneSetter(dataFields, setDefaultVersion),
  }),

  recordUsedTypes: (context, live, used) => recordTypes(context, live.id, used),

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

async function setDefaultVersion({
  context,
  live,
  fields,
}: UpdateInput<LaunchTemplateFields, LaunchTemplateOutputs, ResourceContext>) {
  return withFields(await setVersion(context, live, fields), fields, ["tags"]);
}
