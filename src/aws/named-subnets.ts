import type { Subnet } from "@aws-sdk/client-ec2";
import { FactError } from "./facts.ts";
import { zoneOf } from "./subnet-choice.ts";
import { compareZones } from "./zones.ts";

/**
 * The subnets that a file names, in the order of their zones, and their VPC.
 *
 * @throws FactError when one is not there or not available, or they do not fit together.
 */
export function namedSubnets(
  found: readonly Subnet[],
  { vpc, subnets: ids }: { readonly vpc: string; readonly subnets: readonly string[] },
  region: string,
): { readonly vpcId: string; readonly subnets: readonly Subnet[] } {
  const missing = ids.filter((id) => !found.some((subnet) => subnet.SubnetId === id));
  if (missing.length > 0) {
    throw new FactError(
      `${region} has no subnet ${missing.join(", ")} in this account`,
      "Check network.subnets, the region and the account: subnet ids belong to one region of one account.",
    );
  }
  const unusable = found.filter((subnet) => subnet.State !== "available");
  if (unusable.length > 0) {
    throw new FactError(
      `not available: ${unusable.map(({ SubnetId, State }) => `${SubnetId} is ${State}`).join(", ")}`,
      "Name other subnets in network.subnets.",
    );
  }
  const vpcIds = [...new Set(found.map(({ VpcId = "" }) => VpcId))];
  const [vpcId = ""] = vpcIds;
  const places = found.map((subnet) => `${subnet.SubnetId} in ${subnet.VpcId}`).join(", ");
  if (vpcIds.length > 1) {
    throw new FactError(
      `the subnets are in ${vpcIds.length} VPCs: ${places}`,
      "Name subnets of one VPC in network.subnets.",
    );
  }
  if (vpc !== "default" && vpc !== vpcId) {
    throw new FactError(
      `the subnets are not in ${vpc}: ${places}`,
      "Correct network.vpc or network.subnets, or leave network.vpc out: the subnets tell it.",
    );
  }
  const shared = [...Map.groupBy(found, zoneOf)].filter(([, subnets]) => subnets.length > 1);
  if (shared.length > 0) {
    throw new FactError(
      shared
        .map(
          ([zone, subnets]) =>
            `${subnets.map(({ SubnetId }) => SubnetId).join(", ")} are all in ${zone}`,
        )
        .join("; "),
      "Name at most one subnet of a zone in network.subnets: a load balancer takes no more.",
    );
  }
  const subnets = found.toSorted((one, other) => compareZones(zoneOf(one), zoneOf(other)));
  return { vpcId, subnets };
}
