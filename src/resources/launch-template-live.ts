import {
  type Filter,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../aws/errors.ts";
import { everyPage } from "../aws/paging.ts";
import { consistencyDeadline } from "../aws/retry.ts";
import { addressIn, userTagsOf } from "../aws/tags.ts";
import type { Live } from "../engine/resource.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import type { ResourceContext } from "./context.ts";
import { fromResponse, type TemplateData } from "./launch-template-data.ts";
import { readVersions } from "./launch-template-key-pair.ts";
import { ownFilters } from "./owned.ts";

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

/**
 * Every template of ours with its default version, in two sweeps. One that is listed without a
 * version has just been made or just been deleted: which, the next look tells.
 */
export function sweepTemplates(context: ResourceContext): Promise<LiveTemplate[]> {
  return waitFor({
    what: "AWS to show every launch template's default version",
    deadline: consistencyDeadline,
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<LiveTemplate[]>> => {
      const [templates, versions] = await Promise.all([
        describeTemplates(context, ownFilters(context)),
        describeVersions(context, { Versions: ["$Default"] }),
      ]);
      const owned = templates.filter((template) => addressOf(template, context) !== undefined);
      const live = await Promise.all(
        owned.map(async (template) =>
          toLive(
            context,
            template,
            versions.find((version) => version.LaunchTemplateId === template.LaunchTemplateId),
            await allVersions(context, template),
          ),
        ),
      );
      const complete = live.filter((each) => each !== undefined);
      return complete.length === owned.length
        ? { done: complete }
        : { pending: "a launch template is listed without a version" };
    },
  });
}

/** Nothing where there is only the default version, which is in sight already. */
async function allVersions(
  context: ResourceContext,
  { LaunchTemplateId, LatestVersionNumber = 1 }: LaunchTemplate,
): Promise<LaunchTemplateVersion[]> {
  if (LaunchTemplateId === undefined || LatestVersionNumber < 2) return [];
  try {
    return await describeVersions(context, { LaunchTemplateId });
  } catch (error) {
    if (isAwsError(error, "not-found")) return [];
    throw error;
  }
}

/** The one template of ours that the filter finds, once it has a version. */
export async function lookAtTemplate(
  context: ResourceContext,
  filter: Filter,
): Promise<LiveTemplate | undefined> {
  const found = await describeTemplates(context, ownFilters(context, [filter]));
  const template = found.find((one) => addressOf(one, context) !== undefined);
  if (template?.LaunchTemplateId === undefined) return undefined;
  try {
    const [version] = await describeVersions(context, {
      LaunchTemplateId: template.LaunchTemplateId,
      Versions: ["$Default"],
    });
    return await toLive(context, template, version);
  } catch (error) {
    if (isAwsError(error, "not-found")) return undefined;
    throw error;
  }
}

/** The address in the template's tags; undefined where it is not this stack's. */
export function addressOf(template: LaunchTemplate, context: ResourceContext) {
  return addressIn(template.Tags, context.stack, "launch-template");
}

/** Of a sweep: the template of that name alone. */
export function named(name: string): Filter {
  return { Name: "launch-template-name", Values: [name] };
}

/** Every page, ours or not. */
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

async function toLive(
  context: ResourceContext,
  template: LaunchTemplate,
  version: LaunchTemplateVersion | undefined,
  others: readonly LaunchTemplateVersion[] = [],
): Promise<LiveTemplate | undefined> {
  const address = addressOf(template, context);
  const { LaunchTemplateId: id, LaunchTemplateName: name = "" } = template;
  if (address === undefined || id === undefined || version === undefined) return undefined;
  const [data] = await readVersions(context, [version]);
  if (data === undefined) return undefined;
  return {
    id,
    address,
    physicalName: name,
    status: "ready",
    createdAt: template.CreateTime?.getTime() ?? 0,
    fields: { ...data, tags: userTagsOf(template.Tags) },
    outputs: { id, name, version: String(version.VersionNumber) },
    // A group launches from the version that it was given until it is given another.
    uses: [...new Set([version, ...others].flatMap(usedBy))],
  };
}

function usedBy({ LaunchTemplateData }: LaunchTemplateVersion): string[] {
  const { imageId, keyName, securityGroupIds } = fromResponse(LaunchTemplateData);
  return [imageId, keyName ?? "", ...securityGroupIds].filter((used) => used !== "");
}
