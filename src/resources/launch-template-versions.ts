import {
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../aws/paging.ts";
import type { ResourceContext } from "./context.ts";

/** Enough to go back by hand after a few bad changes; AWS allows 10,000 in a template. */
const versionsKept = 5;

/** Deletes old versions, save the default, the newest, and those that a group or an instance runs. */
export async function pruneVersions(
  context: ResourceContext,
  templateId: string,
  defaultVersion: number,
  versions: readonly LaunchTemplateVersion[],
): Promise<void> {
  const old = versions
    .map((version) => version.VersionNumber ?? 0)
    .filter((version) => version !== defaultVersion)
    .sort((one, other) => other - one)
    .slice(versionsKept - 1);
  if (old.length === 0) return;
  const used = await versionsInUse(context, templateId);
  const unused = old.filter((version) => !used.has(String(version)));
  if (unused.length === 0) return;
  await context.clients.ec2.send(
    new DeleteLaunchTemplateVersionsCommand({
      LaunchTemplateId: templateId,
      Versions: unused.slice(0, 200).map(String), // at most 200 a call
    }),
  );
}

/** Of all groups: a template may serve one that is not this stack's. */
async function versionsInUse(context: ResourceContext, templateId: string): Promise<Set<string>> {
  const groups = await everyPage(
    paginateDescribeAutoScalingGroups({ client: context.clients.autoScaling }, {}),
    (page) => page.AutoScalingGroups,
  );
  return new Set(
    groups
      .flatMap((group) => specificationsOf(group))
      .filter((specification) => specification?.LaunchTemplateId === templateId)
      .flatMap((specification) => specification?.Version ?? []),
  );
}

function specificationsOf(group: AutoScalingGroup) {
  return [
    group.LaunchTemplate,
    group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification,
    ...(group.Instances ?? []).map((instance) => instance.LaunchTemplate),
  ];
}
