import { AddTagsToCertificateCommand } from "@aws-sdk/client-acm";
import type { OwnTagKey } from "../../aws/own-tag-keys.ts";
import { addressIn, toRecord, toTagList } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagsOf } from "./live.ts";

/**
 * Records to which load balancers the names of the certificate led, by their DNS names, the newest first. A record in DNS
 * has no tags, and what it leads to may be gone: a load balancer that somebody deleted.
 */
const targetsKey = "reconcile:targets" satisfies OwnTagKey;

/** As many fit into a tag's value ("Tag restrictions"). */
const most = 2;

/** Empty if the certificate is not the stack's. */
export async function recordedTargets(
  context: ResourceContext,
  arn: string,
): Promise<readonly string[]> {
  return (await ownTargets(context, arn)) ?? [];
}

/**
 * Records that the names lead to this load balancer from now on. Does nothing to a certificate of somebody else.
 *
 * @returns where they led before.
 */
export async function recordTarget(
  context: ResourceContext,
  arn: string,
  dnsName: string,
): Promise<readonly string[]> {
  const before = await ownTargets(context, arn);
  if (before === undefined) return [];
  const targets = [dnsName, ...before.filter((target) => target !== dnsName)].slice(0, most);
  if (targets.join() === before.join()) return before;
  const client = await context.clients.acm();
  const Tags = toTagList({ [targetsKey]: targets.join(" ") });
  await client.send(new AddTagsToCertificateCommand({ CertificateArn: arn, Tags }));
  return before;
}

/** Undefined if the certificate is not the stack's. */
async function ownTargets(
  context: ResourceContext,
  arn: string,
): Promise<readonly string[] | undefined> {
  const tags = await tagsOf(context, arn);
  if (addressIn(tags, context.stack, "certificate") === undefined) return undefined;
  return (toRecord(tags)[targetsKey] ?? "").split(" ").filter((target) => target !== "");
}
