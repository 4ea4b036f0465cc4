import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export interface LaunchTemplateRecord {
  readonly id: string;
  readonly name: string;
  readonly createTime: number;
  defaultVersion: number;
  latestVersion: number;
  versions: LaunchTemplateVersionRecord[];
  tags: Tags;
}

export interface LaunchTemplateVersionRecord {
  readonly number: number;
  readonly description?: string;
  readonly createTime: number;
  readonly data: RequestLaunchTemplateData;
}

export const launchTemplates = defineTable<LaunchTemplateRecord>(
  "launch-template",
  (template, id) => ({ id, name: template.name, tags: template.tags }),
);

/** How requests name a template: by id or by name. */
export interface TemplateName {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * The template that a request names.
 *
 * @throws AwsError when the template does not exist, or the request names none or two.
 */
export function findTemplate(region: Region, { id, name }: TemplateName): LaunchTemplateRecord {
  if (id !== undefined && name !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "You must specify either launch template ID or launch template name, but not both",
    );
  }
  if (id !== undefined) {
    if (!/^lt-[0-9a-f]{8,17}$/.test(id)) {
      throw new AwsError("InvalidLaunchTemplateId.Malformed", `Invalid launch template ID: ${id}`);
    }
    const template = region.table(launchTemplates).use(id);
    if (template === undefined) {
      throw new AwsError(
        "InvalidLaunchTemplateId.NotFound",
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
    }
    return template;
  }
  if (name === undefined) {
    throw new AwsError(
      "MissingParameter",
      "You must specify either launch template ID or launch template name",
    );
  }
  const table = region.table(launchTemplates);
  const named = table.all().find((template) => template.name === name);
  const template = named === undefined ? undefined : table.use(named.id);
  if (template === undefined) {
    throw new AwsError(
      "InvalidLaunchTemplateName.NotFoundException",
      `The specified launch template, with template name ${name}, does not exist.`,
    );
  }
  return template;
}

/**
 * One version of a template: a number, `$Latest`, or `$Default` (also if omitted).
 *
 * @throws AwsError when the version does not exist.
 */
export function templateVersion(
  template: Readonly<LaunchTemplateRecord>,
  version = "$Default",
): LaunchTemplateVersionRecord {
  const number =
    version === "$Latest"
      ? template.latestVersion
      : version === "$Default"
        ? template.defaultVersion
        : Number(version);
  if (!Number.isInteger(number) || number < 1) {
    throw invalidValue(`Invalid launch template version: '${version}'.`);
  }
  const found = template.versions.find((candidate) => candidate.number === number);
  if (found === undefined) {
    throw new AwsError(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find launch template version ${number} for launch template ${template.id}.`,
    );
  }
  return found;
}

/** Records what the request of a client token created. */
export const templateTokens = defineTable<{ readonly request: string; readonly id: string }>(
  "launch-template-token",
);

export const launchTemplateTables = [launchTemplates, templateTokens];

/** A template's version, for the services that launch from it. @throws AwsError */
export function resolveTemplate(
  region: Region,
  reference: TemplateName & { readonly version?: string | undefined },
): {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly data: RequestLaunchTemplateData;
} {
  const template = findTemplate(region, reference);
  const version = templateVersion(template, reference.version);
  return { id: template.id, name: template.name, version: version.number, data: version.data };
}
