import type { LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import { checkLaunch } from "../ec2/instances/launch.ts";
import { resolveTemplate } from "../ec2/launch-templates/tables.ts";
import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { type GroupSubnet, validationError } from "./group.ts";
import type { TemplateReference } from "./template-reference.ts";

/**
 * Reads the launch template that a request names, and checks it with a dry run, as AWS does.
 *
 * @throws AwsError ValidationError when it does not exist or cannot launch an instance.
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

/** Whether the version of a reference can change by itself ($Latest or $Default). */
export function isMovingVersion(template: TemplateReference): boolean {
  return template.version.startsWith("$");
}

/** The reference with its version as a number. Unchanged when the template no longer exists. */
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

/** The instance type of a template. Undefined when the template names none or no longer exists. */
export function instanceTypeOf(region: Region, template: TemplateReference): string | undefined {
  try {
    return resolveTemplate(region, { id: template.id, version: template.version }).data
      .InstanceType;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
