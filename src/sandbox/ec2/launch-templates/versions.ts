import type { DescribeLaunchTemplateVersionsRequest } from "@aws-sdk/client-ec2";
import { DescribeLaunchTemplateVersions$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { filtered } from "../../filters.ts";
import { operation } from "../../operation.ts";
import { paged } from "../../paging.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import {
  findTemplate,
  type LaunchTemplateRecord,
  type LaunchTemplateVersionRecord,
  launchTemplates,
  templateVersion,
} from "./tables.ts";

/** Amazon EC2 API Reference, DescribeLaunchTemplateVersions: 1 to 200 a page. */
const MAX_PAGE = 200;

/** As DescribeLaunchTemplates answers it. */
export function templateAnswer(region: Region, template: Readonly<LaunchTemplateRecord>) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createTime),
    CreatedBy: creator(region),
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    Tags: tagList(template.tags),
  };
}

/** As DescribeLaunchTemplateVersions answers it. */
export function versionAnswer(
  region: Region,
  template: Readonly<LaunchTemplateRecord>,
  version: LaunchTemplateVersionRecord,
) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: new Date(version.createTime),
    CreatedBy: creator(region),
    DefaultVersion: version.number === template.defaultVersion,
    LaunchTemplateData: version.data,
  };
}

function creator(region: Region): string {
  return `arn:${region.partition}:iam::${region.account}:user/sandbox`;
}

const describeLaunchTemplateVersions = operation<DescribeLaunchTemplateVersionsRequest>(
  DescribeLaunchTemplateVersions$,
  [
    "LaunchTemplateId",
    "LaunchTemplateName",
    "Versions",
    "MinVersion",
    "MaxVersion",
    "Filters",
    "MaxResults",
    "NextToken",
  ],
  (region, input) => {
    const named = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
    const found = named ? versionsOfOne(region, input) : versionsOfAll(region, input);
    const positioned = found.map((entry, index) => ({ ...entry, position: index + 1 }));
    const matching = filtered(positioned, input.Filters, {
      "image-id": ({ version }) => version.data.ImageId,
      "instance-type": ({ version }) => version.data.InstanceType,
      "is-default-version": ({ template, version }) => version.number === template.defaultVersion,
      "create-time": ({ version }) => new Date(version.createTime).toISOString(),
      "ebs-optimized": ({ version }) => version.data.EbsOptimized,
    });
    const { items, nextToken } = paged(region, matching, (entry) => entry.position, {
      size: input.MaxResults,
      token: input.NextToken,
      maximum: MAX_PAGE,
    });
    return {
      LaunchTemplateVersions: items.map(({ template, version }) =>
        versionAnswer(region, template, version),
      ),
      NextToken: nextToken,
    };
  },
);

interface Found {
  readonly template: Readonly<LaunchTemplateRecord>;
  readonly version: LaunchTemplateVersionRecord;
}

function versionsOfOne(region: Region, input: DescribeLaunchTemplateVersionsRequest): Found[] {
  const { id } = findTemplate(region, {
    id: input.LaunchTemplateId,
    name: input.LaunchTemplateName,
  });
  // Readers may see an older state of the template than writers.
  const template = region.table(launchTemplates).find(id);
  if (template === undefined) {
    throw new AwsError(
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  if (input.Versions !== undefined && input.Versions.length > 0) {
    return input.Versions.map((text) => ({ template, version: templateVersion(template, text) }));
  }
  const least = input.MinVersion === undefined ? 1 : Number(input.MinVersion);
  const most = input.MaxVersion === undefined ? Infinity : Number(input.MaxVersion);
  return template.versions
    .filter((version) => version.number >= least && version.number <= most)
    .sort((left, right) => right.number - left.number)
    .map((version) => ({ template, version }));
}

/** "To describe all your latest/default launch template versions", name neither id nor name. */
function versionsOfAll(region: Region, input: DescribeLaunchTemplateVersionsRequest): Found[] {
  const wanted = input.Versions ?? [];
  if (wanted.length === 0 || wanted.some((text) => text !== "$Latest" && text !== "$Default")) {
    throw invalidValue(
      "When you describe versions of all launch templates, the only valid values are $Latest and $Default.",
    );
  }
  return region
    .table(launchTemplates)
    .list()
    .flatMap((template) => {
      const versions = new Set(wanted.map((text) => templateVersion(template, text)));
      return [...versions].map((version) => ({ template, version }));
    });
}

export const launchTemplateVersionOperations = [describeLaunchTemplateVersions];
