import type { DesiredConfiguration } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../region.ts";
import { type Group, validationError } from "./group.ts";
import {
  describeMixedInstances,
  mixedInstancesParameters,
  readMixedInstances,
} from "./mixed-instances.ts";
import type { MixedInstances } from "./mixed-policy.ts";
import type { InstanceRefresh } from "./refresh-record.ts";
import { readTemplate } from "./template.ts";
import type { TemplateReference } from "./template-reference.ts";
import { checkPoolAllows } from "./warm-pool.ts";

/** The modelled parameters of a desired configuration. */
export const desiredParameters = (["LaunchTemplate", ...mixedInstancesParameters] as const).map(
  (name) => `DesiredConfiguration.${name}` as const,
);

/**
 * The configuration that a refresh replaces the group's own with. Undefined: it keeps that. "For any mixed
 * instances policy parameters not provided", AWS "resets the parameter value to a default value" (User Guide,
 * "Use an instance refresh with skip matching").
 *
 * @throws AwsError ValidationError.
 */
export function readDesiredConfiguration(
  region: Region,
  group: Group,
  input: DesiredConfiguration | undefined,
): { readonly template: TemplateReference; readonly mixed?: MixedInstances } | undefined {
  const { LaunchTemplate: template, MixedInstancesPolicy: policy } = input ?? {};
  const place = { subnets: group.subnets };
  if (template !== undefined && policy !== undefined) {
    throw validationError(
      "The desired configuration must contain either a LaunchTemplate or a MixedInstancesPolicy.",
    );
  }
  if (policy !== undefined) {
    checkPoolAllows(group, policy);
    return readMixedInstances(region, policy, place, undefined);
  }
  return template && { template: readTemplate(region, template, place) };
}

/** As DescribeInstanceRefreshes answers it. */
export function describeDesired({ desired, desiredMixed }: InstanceRefresh): {
  DesiredConfiguration?: DesiredConfiguration;
} {
  if (desired === undefined) return {};
  if (desiredMixed !== undefined) {
    const MixedInstancesPolicy = describeMixedInstances(desired, desiredMixed);
    return { DesiredConfiguration: { MixedInstancesPolicy } };
  }
  const { id, name, version } = desired;
  return {
    DesiredConfiguration: {
      LaunchTemplate: { LaunchTemplateId: id, LaunchTemplateName: name, Version: version },
    },
  };
}
