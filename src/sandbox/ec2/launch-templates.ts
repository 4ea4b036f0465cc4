import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateVersionRequest,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateVersionsRequest,
  DescribeLaunchTemplatesRequest,
  ModifyLaunchTemplateRequest,
  RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import {
  CreateLaunchTemplate$,
  CreateLaunchTemplateVersion$,
  DeleteLaunchTemplate$,
  DeleteLaunchTemplateVersions$,
  DescribeLaunchTemplates$,
  ModifyLaunchTemplate$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../error.ts";
import { operation } from "../operation.ts";
import { defineTable } from "../table.ts";
import { described } from "./described.ts";
import { checkUserData } from "./launch.ts";
import {
  findTemplate,
  type LaunchTemplateRecord,
  launchTemplates,
  templateVersion,
} from "./launch-template-tables.ts";
import { templateAnswer, versionAnswer } from "./launch-template-versions.ts";
import { tagsFor } from "./tags.ts";

/** Records what the request of a client token created. */
const templateTokens = defineTable<{ readonly request: string; readonly id: string }>(
  "launch-template-token",
);

/** Amazon EC2 API Reference, CreateLaunchTemplate: 3 to 128 characters of these. */
const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

/** Amazon EC2 quotas: versions per launch template, 10,000; templates per Region, 5,000. */
const MAX_VERSIONS = 10_000;

/** The parts of a template that launches use in this sandbox. */
const DATA = [
  "LaunchTemplateData.ImageId",
  "LaunchTemplateData.InstanceType",
  "LaunchTemplateData.KeyName",
  "LaunchTemplateData.SecurityGroupIds",
  "LaunchTemplateData.SecurityGroups",
  "LaunchTemplateData.UserData",
  "LaunchTemplateData.TagSpecifications",
  "LaunchTemplateData.BlockDeviceMappings.DeviceName",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.DeleteOnTermination",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Encrypted",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Iops",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Throughput",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeSize",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeType",
  "LaunchTemplateData.NetworkInterfaces.AssociatePublicIpAddress",
  "LaunchTemplateData.NetworkInterfaces.DeleteOnTermination",
  "LaunchTemplateData.NetworkInterfaces.Description",
  "LaunchTemplateData.NetworkInterfaces.DeviceIndex",
  "LaunchTemplateData.NetworkInterfaces.Groups",
  "LaunchTemplateData.NetworkInterfaces.SubnetId",
  "LaunchTemplateData.MetadataOptions.HttpEndpoint",
  "LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit",
  "LaunchTemplateData.MetadataOptions.HttpTokens",
  "LaunchTemplateData.MetadataOptions.InstanceMetadataTags",
  "LaunchTemplateData.Monitoring.Enabled",
  "LaunchTemplateData.Placement.AvailabilityZone",
  "LaunchTemplateData.InstanceInitiatedShutdownBehavior",
  "LaunchTemplateData.DisableApiTermination",
  "LaunchTemplateData.DisableApiStop",
  "LaunchTemplateData.EbsOptimized",
  "LaunchTemplateData.CreditSpecification",
] as const;

const createLaunchTemplate = operation<CreateLaunchTemplateRequest>(
  CreateLaunchTemplate$,
  ["LaunchTemplateName", "VersionDescription", "ClientToken", "TagSpecifications", ...DATA],
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

function checkData(data: RequestLaunchTemplateData | undefined): RequestLaunchTemplateData {
  if (data === undefined || Object.keys(data).length === 0) {
    throw new AwsError(
      "MissingParameter",
      "The request must contain the parameter LaunchTemplateData",
    );
  }
  checkUserData(data.UserData);
  return data;
}

const createLaunchTemplateVersion = operation<CreateLaunchTemplateVersionRequest>(
  CreateLaunchTemplateVersion$,
  [
    "LaunchTemplateId",
    "LaunchTemplateName",
    "SourceVersion",
    "VersionDescription",
    "ClientToken",
    ...DATA,
  ],
  (region, input) => {
    const template = findTemplate(region, {
      id: input.LaunchTemplateId,
      name: input.LaunchTemplateName,
    });
    const token = input.ClientToken;
    const request = JSON.stringify(input);
    const tokens = region.table(templateTokens);
    const earlier = token === undefined ? undefined : tokens.latest(token);
    if (earlier !== undefined) {
      if (earlier.request !== request) {
        throw new AwsError(
          "IdempotentParameterMismatch",
          "Client token already used before with different parameters.",
        );
      }
      const version = template.versions.find(({ number }) => String(number) === earlier.id);
      if (version !== undefined) {
        return { LaunchTemplateVersion: versionAnswer(region, template, version) };
      }
    }
    if (template.versions.length >= MAX_VERSIONS) {
      throw new AwsError(
        "VersionLimitExceeded",
        "The limit of launch template versions is reached.",
      );
    }
    const source =
      input.SourceVersion === undefined ? {} : templateVersion(template, input.SourceVersion).data;
    const own = input.LaunchTemplateData ?? {};
    const data = checkData({ ...source, ...own });
    const number = template.latestVersion + 1;
    const description = input.VersionDescription;
    const version = {
      number,
      createTime: region.now,
      data,
      ...(description === undefined ? {} : { description }),
    };
    const changed = region.table(launchTemplates).change(template.id, (record) => {
      record.latestVersion = number;
      record.versions.push(version);
    });
    if (token !== undefined) {
      tokens.remove(token, { immediate: true });
      tokens.add(token, { request, id: String(number) }, { immediate: true });
    }
    return { LaunchTemplateVersion: versionAnswer(region, changed, version) };
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

/** DeleteLaunchTemplateVersions: "You can specify up to 200 launch template version numbers." */
const MAX_DELETED = 200;

const deleteLaunchTemplateVersions = operation<DeleteLaunchTemplateVersionsRequest>(
  DeleteLaunchTemplateVersions$,
  ["LaunchTemplateId", "LaunchTemplateName", "Versions"],
  (region, input) => {
    const template = findTemplate(region, {
      id: input.LaunchTemplateId,
      name: input.LaunchTemplateName,
    });
    if ((input.Versions ?? []).length > MAX_DELETED) {
      throw invalidValue(`You can specify up to ${MAX_DELETED} launch template version numbers.`);
    }
    const deleted: number[] = [];
    const failed: { VersionNumber: number; Code: string; Message: string }[] = [];
    for (const text of input.Versions ?? []) {
      const number = Number(text);
      if (!Number.isInteger(number))
        throw invalidValue(`Invalid launch template version: '${text}'.`);
      if (number === template.defaultVersion) {
        throw new AwsError(
          "InvalidLaunchTemplateId.VersionNotFound",
          "Cannot delete the default version of a launch template.",
        );
      }
      if (template.versions.some((version) => version.number === number)) deleted.push(number);
      else {
        failed.push({
          VersionNumber: number,
          Code: "launchTemplateVersionDoesNotExist",
          Message: "The version does not exist.",
        });
      }
    }
    region.table(launchTemplates).change(template.id, (record) => {
      record.versions = record.versions.filter((version) => !deleted.includes(version.number));
    });
    const named = { LaunchTemplateId: template.id, LaunchTemplateName: template.name };
    return {
      SuccessfullyDeletedLaunchTemplateVersions: deleted.map((number) => ({
        ...named,
        VersionNumber: number,
      })),
      UnsuccessfullyDeletedLaunchTemplateVersions: failed.map(
        ({ VersionNumber, Code, Message }) => ({
          ...named,
          VersionNumber,
          ResponseError: { Code, Message },
        }),
      ),
    };
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

export const launchTemplateTables = [launchTemplates, templateTokens];
export const launchTemplateOperations = [
  createLaunchTemplate,
  createLaunchTemplateVersion,
  modifyLaunchTemplate,
  deleteLaunchTemplate,
  deleteLaunchTemplateVersions,
  describeLaunchTemplates,
];
