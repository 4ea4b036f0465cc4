import type {
  CreateLaunchTemplateVersionRequest,
  DeleteLaunchTemplateVersionsRequest,
} from "@aws-sdk/client-ec2";
import { CreateLaunchTemplateVersion$, DeleteLaunchTemplateVersions$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import { checkData, launchTemplateDataParameters } from "./data.ts";
import { findTemplate, launchTemplates, templateTokens, templateVersion } from "./tables.ts";
import { versionAnswer } from "./versions.ts";

/** Amazon EC2 quotas: versions per launch template, 10,000; templates per Region, 5,000. */
const MAX_VERSIONS = 10_000;

const createLaunchTemplateVersion = operation<CreateLaunchTemplateVersionRequest>(
  CreateLaunchTemplateVersion$,
  [
    "LaunchTemplateId",
    "LaunchTemplateName",
    "SourceVersion",
    "VersionDescription",
    "ClientToken",
    ...launchTemplateDataParameters,
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

export const launchTemplateVersionChanges = [
  createLaunchTemplateVersion,
  deleteLaunchTemplateVersions,
];
