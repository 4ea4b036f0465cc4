import type { LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import { checkLaunch } from "../ec2/launch.ts";
import { resolveTemplate } from "../ec2/launch-template-tables.ts";
import { AwsError } from "../error.ts";
import type { Region } from "../world.ts";
import { type GroupSubnet, type TemplateReference, validationError } from "./group.ts";

/**
 * Reads a launch template that a request names, and tries it out as AWS does, by a dry run.
 *
 * @throws AwsError ValidationError when it does not exist or could not launch anything.
 */
export function readTemplate(
  region: Region,
  input: LaunchTemplateSpecification,
  place: { readonly subnets: readonly GroupSubnet[] },
  instanceType?: string,
): TemplateReference {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = input;
  if ((id === undefined) === (name === undefined)) {
    throw validationError(
      "Valid requests must contain either launchTemplateId or LaunchTemplateName",
    );
  }
  // "If the value is $Default or none is given, the default version is used."
  const version = input.Version ?? "$Default";
  try {
    const template = {
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      version,
    };
    const resolved = resolveTemplate(region, template);
    for (const subnet of place.subnets) {
      checkLaunch(region, { template, subnetId: subnet.id, instanceType });
    }
    return { id: resolved.id, name: resolved.name, version };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
  }
}

/** Whether the version that a reference stands for can change by itself. */
export function isMovingVersion(template: TemplateReference): boolean {
  return template.version.startsWith("$");
}

/** The reference with its version as a number; as it is when the template is gone. */
export function resolvedTemplate(region: Region, template: TemplateReference): TemplateReference {
  if (!isMovingVersion(template)) return template;
  try {
    const { version } = resolveTemplate(region, { id: template.id, version: template.version });
    return { ...template, version: String(version) };
  } catch (error) {
    if (error instanceof AwsError) return template;
    throw error;
  }
}

/** The type that a template launches; undefined where it names none, or is gone. */
export function instanceTypeOf(region: Region, template: TemplateReference): string | undefined {
  try {
    return resolveTemplate(region, { id: template.id, version: template.version }).data
      .InstanceType;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
