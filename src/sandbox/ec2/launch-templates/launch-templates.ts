import type {
  CreateLaunchTemplateRequest,
  DeleteLaunchTemplateRequest,
  DescribeLaunchTemplatesRequest,
  ModifyLaunchTemplateRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateLaunchTemplate$,
  DeleteLaunchTemplate$,
  DescribeLaunchTemplates$,
  ModifyLaunchTemplate$,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import { described } from "../described.ts";
import { tagsFor } from "../tags.ts";
import { checkData, launchTemplateDataParameters } from "./data.ts";
import {
  findTemplate,
  type LaunchTemplateRecord,
  launchTemplates,
  templateTokens,
  templateVersion,
} from "./tables.ts";
import { templateAnswer } from "./versions.ts";

/** Amazon EC2 API Reference, CreateLaunchTemplate: 3 to 128 characters of these. */
const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

const createLaunchTemplate = operation<CreateLaunchTemplateRequest>(
  CreateLaunchTemplate$,
  [
    "LaunchTemplateName",
    "VersionDescription",
    "ClientToken",
    "TagSpecifications",
    ...launchTemplateDataParameters,
  ],
  (region, input) => {
    const name = input.LaunchTemplateName ?? "";
    if (!NAME.test(name)) {
      throw new AwsError(
        "InvalidLaunchTemplateName.MalformedException",
        "Launch template names must be between 3 and 128 characters long and may contain letters, numbers, and the following characters: - ( ) . / _",
      );
    }
    const tags = tagsFor(input.TagSpecifications, "launch-template");
    const data = checkData(input.LaunchTemplateData);
    const table = region.table(launchTemplates);
    const token = input.ClientToken;
    const request = JSON.stringify(input);
    const earlier = token === undefined ? undefined : region.table(templateTokens).latest(token);
    if (earlier !== undefined) {
      if (earlier.request !== request) {
        throw new AwsError(
          "IdempotentParameterMismatch",
          "Client token already used before with different parameters.",
        );
      }
      const made = table.latest(earlier.id);
      if (made !== undefined) return { LaunchTemplate: templateAnswer(region, made) };
    }
    if (table.all().some((template) => template.name === name)) {
      throw new AwsError(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        "Launch template name already in use.",
      );
    }
    const description = input.VersionDescription;
    const template: LaunchTemplateRecord = {
      id: region.id("lt"),
      name,
      createTime: region.now,
      defaultVersion: 1,
      latestVersion: 1,
      versions: [
        {
          number: 1,
          createTime: region.now,
          data,
          ...(description === undefined ? {} : { description }),
        },
      ],
      tags,
    };
    table.add(template.id, template);
    if (token !== undefined) {
      const tokens = region.table(templateTokens);
      tokens.remove(token, { immediate: true });
      tokens.add(token, { request, id: template.id }, { immediate: true });
    }
    return { LaunchTemplate: templateAnswer(region, template) };
  },
);

const modifyLaunchTemplate = operation<ModifyLaunchTemplateRequest>(
  ModifyLaunchTemplate$,
  ["LaunchTemplateId", "LaunchTemplateName", "DefaultVersion", "ClientToken"],
  (region, input) => {
    const template = findTemplate(region, {
      id: input.LaunchTemplateId,
      name: input.LaunchTemplateName,
    });
    if (input.DefaultVersion === undefined) {
      throw new AwsError(
        "MissingParameter",
        "The request must contain the parameter SetDefaultVersion",
      );
    }
    const version = templateVersion(template, input.DefaultVersion);
    const changed = region.table(launchTemplates).change(template.id, (record) => {
      record.defaultVersion = version.number;
    });
    return { LaunchTemplate: templateAnswer(region, changed) };
  },
);

const deleteLaunchTemplate = operation<DeleteLaunchTemplateRequest>(
  DeleteLaunchTemplate$,
  ["LaunchTemplateId", "LaunchTemplateName"],
  (region, input) => {
    const template = findTemplate(region, {
      id: input.LaunchTemplateId,
      name: input.LaunchTemplateName,
    });
    region.table(launchTemplates).remove(template.id);
    return { LaunchTemplate: templateAnswer(region, template) };
  },
);

const describeLaunchTemplates = operation<DescribeLaunchTemplatesRequest>(
  DescribeLaunchTemplates$,
  ["LaunchTemplateIds", "LaunchTemplateNames", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const named = input.LaunchTemplateNames?.map((name) => findTemplate(region, { name }).id) ?? [];
    const { items, nextToken } = described(region, region.table(launchTemplates), input, {
      ids: [...(input.LaunchTemplateIds ?? []), ...named],
      notFound: (id) =>
        new AwsError(
          "InvalidLaunchTemplateId.NotFound",
          `The specified launch template, with template ID ${id}, does not exist.`,
        ),
      maximum: 200,
      filters: {
        "launch-template-name": (template) => template.name,
        "create-time": (template) => new Date(template.createTime).toISOString(),
      },
    });
    return {
      LaunchTemplates: items.map((template) => templateAnswer(region, template)),
      NextToken: nextToken,
    };
  },
);

export const launchTemplateOperations = [
  createLaunchTemplate,
  modifyLaunchTemplate,
  deleteLaunchTemplate,
  describeLaunchTemplates,
];
