import {
  type Filter,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../aws/paging.ts";
import { addressIn, userTagsOf } from "../aws/tags.ts";
import type { Live } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { fromResponse, type TemplateData } from "./launch-template-data.ts";
import { ownFilters, retryNotFound } from "./owned.ts";

export interface LaunchTemplateFields extends TemplateData {
  readonly tags: Readonly<Record<string, string>>;
}

export interface LaunchTemplateOutputs {
  readonly id: string;
  readonly name: string;
  /** The default version's number. */
  readonly version: string;
}

export type LiveTemplate = Live<LaunchTemplateFields, LaunchTemplateOutputs>;

/** The one template of ours that the filter finds. */
export async function lookAtTemplate(
  context: ResourceContext,
  filter: Filter,
): Promise<LiveTemplate | undefined> {
  const found = await describeTemplates(context, ownFilters(context, [filter]));
  const template = found.find(
    (one) => addressIn(one.Tags, context.stack, "launch-template") !== undefined,
  );
  return template === undefined ? undefined : withVersion(context, template, undefined);
}

export function named(name: string): Filter {
  return { Name: "launch-template-name", Values: [name] };
}

export function describeTemplates(
  context: ResourceContext,
  filters: Filter[],
): Promise<LaunchTemplate[]> {
  return everyPage(
    paginateDescribeLaunchTemplates(
      { client: context.clients.ec2 },
      { Filters: filters, MaxResults: 200 },
    ),
    (page) => page.LaunchTemplates,
  );
}

/** Without a template's id: that version of every template of the account, in one sweep. */
export function describeVersions(
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
export async function withVersion(
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
