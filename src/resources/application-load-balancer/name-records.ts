import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Tag } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { isSameName, loadBalancerIn } from "../shared/dns-names.ts";
import { recordsAt, zoneIfAny } from "../shared/hosted-zones.ts";
import { movingUntil, type Name, recordedNames } from "./recorded-names.ts";

/** The recorded names. One with a zone may not lead to the load balancer, and then says so. */
export async function liveNames(
  context: ResourceContext,
  tags: readonly Tag[] | undefined,
  dnsName: string,
): Promise<readonly Name[]> {
  return Promise.all(
    recordedNames(tags).map(async (recorded): Promise<Name> => {
      const { name, zone } = recorded;
      if (zone === null) return recorded;
      const zoneId = await zoneIfAny(context, zone);
      const all = zoneId === undefined ? [] : await recordsAt(context.clients, zoneId, name);
      const found = all.filter(leadsVisitors);
      // An apply that was killed later than that has left the tag, which then means nothing.
      const isMoving = (movingUntil(tags) ?? 0) > context.clock.now();
      const leads =
        !isMoving && found.length === 1 && found.every((each) => leadsTo(each, dnsName));
      return leads ? recorded : { ...recorded, leads: false };
    }),
  );
}

/** The records that decide where the visitors of a name go. */
export function leadsVisitors({ Type: type }: ResourceRecordSet): boolean {
  return type === "A" || type === "AAAA" || type === "CNAME";
}

/** The DNS name to which the record leads, if it is one. */
export function nameBehind({
  Type: type,
  AliasTarget: alias,
  ResourceRecords: values = [],
}: ResourceRecordSet): string | undefined {
  const target = alias?.DNSName ?? (type === "CNAME" ? values[0]?.Value : undefined);
  return target === undefined ? undefined : loadBalancerIn(target);
}

/** As the stack makes it: without a weight and the like. */
export function leadsTo(record: ResourceRecordSet, dnsName: string): boolean {
  const { Type: type, AliasTarget: alias, SetIdentifier: part } = record;
  if (type !== "A" || alias === undefined || part !== undefined) return false;
  return isSameName(nameBehind(record) ?? "", dnsName);
}
