import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { compareNumbered } from "../../aws/order.ts";
import { Several } from "../../engine/worded.ts";

export interface TemplateVersion {
  readonly id: string;
  readonly version: string;
}

/**
 * The template that a group launches from. `others`: what the instances of a live group run besides,
 * so that it differs from any stack file.
 */
export interface RunningTemplates extends TemplateVersion {
  readonly others?: readonly TemplateVersion[];
}

/** Several templates as a field, which differs from any desired template. */
export function inOne(templates: readonly TemplateVersion[]): RunningTemplates {
  const distinct = templates.filter(
    (template, index) => templates.findIndex((other) => sameTemplate(template, other)) === index,
  );
  const [first = templateOf({}), ...others] = distinct;
  return others.length === 0 ? first : { ...first, others };
}

/** The distinct ids and versions, in their order. */
export function idsAndVersions({ others = [], ...first }: RunningTemplates): {
  readonly ids: readonly string[];
  readonly versions: readonly string[];
} {
  const all = [first, ...others];
  const inOrder = (values: readonly string[]) => [...new Set(values)].sort(compareNumbered);
  return {
    ids: inOrder(all.map(({ id }) => id)),
    versions: inOrder(all.map(({ version }) => version)),
  };
}

/** The templates as a plan shows them: "1 and 2" in place of one version. */
export function shownTemplates(templates: RunningTemplates): object {
  const shown = (values: readonly string[]) =>
    values.length === 1 ? values[0] : new Several(values);
  const { ids, versions } = idsAndVersions(templates);
  return { id: shown(ids), version: shown(versions) };
}

/** `$Latest` or `$Default`, if the group launches from it, whatever its instances run. */
export function movingVersion(versions: readonly string[]): string | undefined {
  return versions.find((version) => version === "$Latest" || version === "$Default");
}

/** Whether both mean one version of one template. */
export function sameTemplate(one: TemplateVersion, other: TemplateVersion): boolean {
  return one.id === other.id && one.version === other.version;
}

/** The template that the group launches from, or that an instance was launched from. */
export function templateOf({
  LaunchTemplate: own,
  MixedInstancesPolicy: policy,
  LaunchConfigurationName: configuration,
}: Partial<
  Pick<AutoScalingGroup, "LaunchTemplate" | "MixedInstancesPolicy" | "LaunchConfigurationName">
>): TemplateVersion {
  if (configuration) return { id: `launch configuration ${configuration}`, version: "none" };
  const template = own ?? policy?.LaunchTemplate?.LaunchTemplateSpecification;
  return { id: template?.LaunchTemplateId ?? "", version: template?.Version ?? "" };
}

/**
 * The group's template, and those that its instances were launched from. These differ after a
 * rollout that was cancelled or that failed without a rollback. Omits instances that are
 * terminating, and those that a rollout skips: on standby, or protected from scale-in. A launch
 * configuration of the group is a field of its own, so it is omitted if any instance counts.
 */
export function templatesRunning(group: AutoScalingGroup): readonly TemplateVersion[] {
  const launched = (group.Instances ?? [])
    .filter(({ LifecycleState: state = "" }) => state === "InService" || /^Pending/.test(state))
    .filter(({ ProtectedFromScaleIn }) => !ProtectedFromScaleIn)
    // An instance that somebody attached has no launch template.
    .filter(
      ({ LaunchTemplate: template, LaunchConfigurationName: configuration }) =>
        template !== undefined || configuration,
    )
    .map(templateOf);
  return group.LaunchConfigurationName && launched.length > 0
    ? launched
    : [templateOf(group), ...launched];
}
