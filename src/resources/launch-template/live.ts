import {
  type Filter,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { consistencyDeadline } from "../../aws/retry.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { roleName } from "../role/names.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { fromResponse, type TemplateData } from "./data.ts";
import { readVersions } from "./key-pair.ts";
import { recordedTypesIn } from "./used-types.ts";

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
 * Every template of the stack with its default version, in two sweeps. A template without a version was
 * just created or just deleted. The next poll shows which.
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
      const owned = ownedAmong(templates, context);
      const live = await Promise.all(
        owned.map(async (own) =>
          toLive(
            context,
            own,
            versions.find((version) => version.LaunchTemplateId === own.id),
            await allVersions(context, own),
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

/** A template of this stack. */
interface OwnTemplate {
  readonly template: LaunchTemplate;
  readonly id: string;
  readonly address: Live["address"];
}

/** The templates that carry this stack's tags. */
function ownedAmong(templates: readonly LaunchTemplate[], context: ResourceContext): OwnTemplate[] {
  return templates.flatMap((template) => {
    const { LaunchTemplateId: id, Tags: tags } = template;
    const address = addressIn(tags, context.stack, "launch-template");
    return id === undefined || address === undefined ? [] : [{ template, id, address }];
  });
}

/** All versions; none if the default version is the only one, which is known already. */
async function allVersions(
  context: ResourceContext,
  { id, template: { LatestVersionNumber = 1 } }: OwnTemplate,
): Promise<LaunchTemplateVersion[]> {
  if (LatestVersionNumber < 2) return [];
  try {
    return await describeVersions(context, { LaunchTemplateId: id });
  } catch (error) {
    if (isAwsError(error, "not-found")) return [];
    throw error;
  }
}

/** The stack's template that matches the filter, once it has a version. */
export async function lookAtTemplate(
  context: ResourceContext,
  filter: Filter,
): Promise<LiveTemplate | undefined> {
  const found = await describeTemplates(context, ownFilters(context, [filter]));
  const [own] = ownedAmong(found, context);
  if (own === undefined) return undefined;
  try {
    const [version] = await describeVersions(context, {
      LaunchTemplateId: own.id,
      Versions: ["$Default"],
    });
    return await toLive(context, own, version);
  } catch (error) {
    if (isAwsError(error, "not-found")) return undefined;
    throw error;
  }
}

/** A filter for the template of that name. */
export function named(name: string): Filter {
  return { Name: "launch-template-name", Values: [name] };
}

/** Returns every page, templates of other owners included. */
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

/** Without a template's id: that version of every template in the account, in one sweep. */
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
  { template, id, address }: OwnTemplate,
  version: LaunchTemplateVersion | undefined,
  others: readonly LaunchTemplateVersion[] = [],
): Promise<LiveTemplate | undefined> {
  if (version === undefined) return undefined;
  const { LaunchTemplateName: name = "" } = template;
  const [data] = await readVersions(context, [version]);
  if (data === undefined) return undefined;
  const usedTypes = recordedTypesIn(template.Tags);
  const uses = [...new Set([version, ...others].flatMap(usedBy))];
  const hasOwnRole = uses.includes(await roleName(context));
  return {
    id,
    address,
    physicalName: name,
    status: "ready",
    createdAt: template.CreateTime?.getTime() ?? 0,
    fields: { ...data, tags: userTagsOf(template.Tags) },
    outputs: { id, name, version: String(version.VersionNumber) },
    // A group launches from its version until it gets another one, so earlier versions count, too.
    uses,
    ...(usedTypes && { usedTypes }),
    ...(hasOwnRole && { usesTypes: ["role"] }),
  };
}

function usedBy({ LaunchTemplateData }: LaunchTemplateVersion): string[] {
  const { imageId, keyName, instanceProfile, securityGroupIds } = fromResponse(LaunchTemplateData);
  return [imageId, keyName ?? "", instanceProfile ?? "", ...securityGroupIds].filter(
    (used) => used !== "",
  );
}
