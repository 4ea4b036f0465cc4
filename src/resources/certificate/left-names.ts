import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { loadBalancerIn, plainName } from "../shared/dns-names.ts";
import { deleteRecords } from "../shared/hosted-zones.ts";
import type { LiveCertificate } from "./live.ts";
import { recordedTargets } from "./recorded-targets.ts";

/**
 * Deletes the records by which names still lead to a load balancer of the stack that somebody has deleted. AWS may give
 * its address to somebody else, and nothing else of the stack knows of the records.
 */
export async function removeLeftNames(
  context: ResourceContext,
  { id, fields: { names, zone } }: LiveCertificate,
): Promise<void> {
  if (zone === null) return;
  const targets = await recordedTargets(context, id);
  if (targets.length === 0) return;
  for (const name of names) {
    await deleteRecords(context, zone, name, async (record) => {
      const target = loadBalancerIn(record.AliasTarget?.DNSName ?? "");
      const isRecorded = targets.some((each) => plainName(each) === target);
      if (!isRecorded || record.SetIdentifier !== undefined) return false;
      return !(await exists(context, target));
    });
  }
}

/** AWS puts a number behind the load balancer's name, and `internal-` before that of an internal one. */
async function exists(context: ResourceContext, target: string): Promise<boolean> {
  const { DescribeLoadBalancersCommand } = await import(
    "@aws-sdk/client-elastic-load-balancing-v2"
  );
  const client = await context.clients.loadBalancingV2();
  const [host = ""] = target.split(".");
  const Names = [host.replace(/^internal-/, "").replace(/-\d+$/, "")];
  const found = await unlessGone(() => client.send(new DescribeLoadBalancersCommand({ Names })));
  return (found?.LoadBalancers ?? []).some(({ DNSName = "" }) => plainName(DNSName) === target);
}
