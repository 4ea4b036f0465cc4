import { drawn } from "../random.ts";
import type { Region } from "../region.ts";
import { durations } from "./durations.ts";
import {
  associations,
  type IpSetRecord,
  ipSets,
  type WebAclRecord,
  type WebAclSettings,
  webAcls,
} from "./tables.ts";
import { ipSetsOf } from "./web-acl-settings.ts";

/** Whether WAF takes a web ACL for associated: it is, or was until a short time ago. */
export function isAssociated(region: Region, { arn, heldUntil }: WebAclRecord): boolean {
  return region.now < heldUntil || resourcesOf(region, arn).length > 0;
}

/** The ARNs of the resources that a web ACL protects in truth. */
export function resourcesOf(region: Region, webAcl: string): string[] {
  return region
    .table(associations)
    .all()
    .filter((association) => association.webAcl === webAcl)
    .map(({ resource }) => resource);
}

/** Ends the association of a resource, if it has one. WAF learns that after some time. */
export function endAssociation(region: Region, resource: string): void {
  const table = region.table(associations);
  const association = table.latest(resource);
  if (association === undefined) return;
  table.remove(resource);
  releaseWebAcl(region, association.webAcl);
}

/** One association less of a web ACL. */
export function releaseWebAcl(region: Region, arn: string): void {
  const webAcl = region.table(webAcls).latest(arn);
  if (webAcl === undefined) return;
  const until = region.now + drawn(region.random, durations.webAclRelease);
  webAcl.heldUntil = Math.max(webAcl.heldUntil, until);
}

/** Whether WAF takes an IP set for used: it is, or was until a short time ago. */
export function isUsed(region: Region, { arn, heldUntil }: IpSetRecord): boolean {
  return region.now < heldUntil || isReferredTo(region, arn);
}

function isReferredTo(region: Region, ipSet: string): boolean {
  return region
    .table(webAcls)
    .all()
    .some(({ settings }) => ipSetsOf(settings.rules).has(ipSet));
}

/** Notes which IP sets no rule refers to any more. */
export function releaseIpSets(region: Region, { rules }: Readonly<WebAclSettings>): void {
  for (const arn of ipSetsOf(rules)) {
    const set = region.table(ipSets).latest(arn);
    if (set === undefined || isReferredTo(region, arn)) continue;
    set.heldUntil = region.now + drawn(region.random, durations.ipSetRelease);
  }
}
