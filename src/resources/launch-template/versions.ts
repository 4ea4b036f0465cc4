import { createHash } from "node:crypto";
import {
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { nameKey, stackKey } from "../../aws/tags.ts";
import type { Target } from "../../engine/resource.ts";
import { retryNotFound, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sameData, toRequest } from "./data.ts";
import { descriptionFor, readVersions } from "./key-pair.ts";
import {
  describeVersions,
  type LaunchTemplateFields,
  type LiveTemplate,
  lookAtTemplate,
  named,
} from "./live.ts";

/** The stack's identity tags for volumes. See `toRequest`. */
export function volumeTags(context: ResourceContext, { address }: Pick<Target, "address">) {
  return { [stackKey]: context.stack, [nameKey]: address };
}

/**
 * Makes the desired data the default version. Reuses an existing version with the same data, from an
 * interrupted apply or an earlier stack file, or creates a new one.
 */
export async function setVersion(
  context: ResourceContext,
  live: LiveTemplate,
  fields: LaunchTemplateFields,
): Promise<LiveTemplate> {
  const { ec2 } = context.clients;
  const versions = await describeVersions(context, { LaunchTemplateId: live.id });
  const said = await readVersions(context, versions);
  const same = versions
    .filter((_, index) => sameData(said[index], fields))
    .sort((one, other) => (other.VersionNumber ?? 0) - (one.VersionNumber ?? 0))[0];
  const wanted = same?.VersionNumber ?? (await makeVersion(context, live, fields, versions));
  if (String(wanted) !== live.outputs.version) {
    await retryNotFound(context, "the new template version", () =>
      ec2.send(
        new ModifyLaunchTemplateCommand({
          LaunchTemplateId: live.id,
          DefaultVersion: String(wanted),
        }),
      ),
    );
  }
  const seen = await untilSeen(
    context,
    `version ${wanted} of ${live.physicalName}`,
    () => lookAtTemplate(context, named(live.physicalName)),
    (found) =>
      found.outputs.version === String(wanted) && sameData(found.fields, fields)
        ? undefined
        : `AWS still shows version ${found.outputs.version} as the default`,
  );
  await pruneVersions(context, live.id, wanted, versions);
  return seen;
}

async function makeVersion(
  context: ResourceContext,
  live: LiveTemplate,
  fields: LaunchTemplateFields,
  versions: readonly LaunchTemplateVersion[],
): Promise<number> {
  const data = toRequest(fields, volumeTags(context, live));
  const description = descriptionFor(fields);
  const latest = Math.max(0, ...versions.map((version) => version.VersionNumber ?? 0));
  const made = await retryNotFound(context, "the launch template", () =>
    context.clients.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: live.id,
        LaunchTemplateData: data,
        VersionDescription: description,
        // Two simultaneous applies that saw the same versions create one new version, not two.
        ClientToken: createHash("sha256")
          .update(JSON.stringify([live.id, latest, data, description]))
          .digest("hex")
          .slice(0, 32),
      }),
    ),
  );
  const number = made.LaunchTemplateVersion?.VersionNumber;
  if (number === undefined) throw new Error("CreateLaunchTemplateVersion answered no number");
  return number;
}

/** Enough to roll back by hand after a few bad changes. AWS allows 10,000 per template. */
const versionsKept = 5;

/** Deletes old versions, except the default, the newest, and those that a group or an instance uses. */
async function pruneVersions(
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

/** Checks all groups, because a group outside the stack may use the template. */
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
