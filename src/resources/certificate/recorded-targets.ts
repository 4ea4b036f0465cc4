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
  const tags = await tagsOf(context, arn);
  if (addressIn(tags, context.stack, "certificate") === undefined) return [];
  return (toRecord(tags)[targetsKey] ?? "").split(" ").filter((target) => target !== "");
}

/** Records that the names lead to this load balancer from now on. Does nothing to a certificate of somebody else. */
export async function recordTarget(
  context: ResourceContext,
  arn: string,
  dnsName: string,
): Promise<void> {
  const tags = await tagsOf(context, arn);
  if (addressIn(tags, context.stack, "certificate") === undefined) return;
  const before = await recordedTargets(context, arn);
  const targets = [dnsName, ...before.filter((target) => target !== dnsName)].slice(0, most);
  if (targets.join() === before.join()) return;
  const client = await context.clients.acm();
  const Tags = toTagList({ [targetsKey]: targets.join(" ") });
  await client.send(new AddTagsToCertificateCommand({ CertificateArn: arn, Tags }));
}
