import type { AliasTarget } from "@aws-sdk/client-route-53";
import { notModelled } from "../error.ts";
import { hostedZoneId } from "../load-balancing/hosted-zones.ts";
import { domainOf, regionsBeside } from "../regions.ts";
import { canonical, isWithin } from "./names.ts";
import type { Alias, RecordSet } from "./tables.ts";
import { plainId } from "./zone.ts";

/** "AliasTarget", API Reference: the hosted zone of CloudFront. */
const CLOUD_FRONT = "Z2FDTNDATAQYW2";

/** @throws AwsError for targets that are not modelled. */
export function readAlias(target: AliasTarget): Alias {
  const zoneId = plainId(target.HostedZoneId);
  if (zoneId === CLOUD_FRONT) throw notModelled("An alias for CloudFront");
  return {
    zoneId,
    name: canonical(target.DNSName ?? ""),
    evaluatesHealth: target.EvaluateTargetHealth ?? false,
  };
}

/**
 * Why an alias cannot be made. Its target lies in the hosted zone that AWS has for the load balancers of a region,
 * or is another record set of the same zone and type. Route 53 does not ask whose load balancer it is, so one of
 * another account is a target too ("Values for alias records", Developer Guide).
 *
 * @param globalRegion the global region's name, which tells the partition.
 * @param sets the record sets of the zone after the batch.
 */
export function problemsOfAlias(
  globalRegion: string,
  { zone, type, alias }: RecordSet,
  zoneName: string,
  sets: readonly RecordSet[],
): readonly string[] {
  if (alias === undefined) return [];
  const start = `Tried to create an alias that targets ${alias.name}, type ${type} in zone ${alias.zoneId}, but`;
  const notFound = `${start} that target was not found`;
  if (alias.zoneId === zone) {
    if (!isWithin(alias.name, zoneName)) {
      return [`${start} the alias target name does not lie within the target zone`, notFound];
    }
    const isThere = sets.some(
      (set) => set.name === alias.name && set.type === type && set.alias !== alias,
    );
    return isThere ? [] : [notFound];
  }
  const parent = balancersOf(globalRegion, alias.zoneId);
  if (parent === undefined || !isWithin(alias.name, parent)) {
    return [`${start} the alias target name does not lie within the target zone`, notFound];
  }
  if (type !== "A" && type !== "AAAA") return [notFound];
  const labels = alias.name.slice(0, -parent.length - 1).replace(/^dualstack\./, "");
  return /^[a-z0-9-]+-\d+$/.test(labels) ? [] : [notFound];
}

/** The name above all load balancers whose hosted zone has this id: `eu-west-1.elb.amazonaws.com.`. */
function balancersOf(globalRegion: string, zoneId: string): string | undefined {
  const region = regionsOf(globalRegion).find((name) => hostedZoneId(name) === zoneId);
  return region === undefined ? undefined : `${region}.elb.${domainOf(region)}.`;
}

/** A global region is `aws-global`, and its partition's first region has the same domain. */
const firstRegions: Readonly<Record<string, string>> = {
  "aws-global": "us-east-1",
  "aws-cn-global": "cn-north-1",
  "aws-us-gov-global": "us-gov-west-1",
};

function regionsOf(globalRegion: string): string[] {
  const first = firstRegions[globalRegion];
  return first === undefined ? [] : regionsBeside(first).map(({ name }) => name);
}
