import { AwsError } from "../error.ts";
import { invalidConfiguration } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import { balancersOfGroup, groupsOfBalancer } from "./associations.ts";
import { type ApplicationLoadBalancer, targetGroups } from "./tables.ts";

/** "Target groups per Application Load Balancer: 100." */
const MAX_GROUPS_OF_BALANCER = 100;

/**
 * Checks whether listeners and rules of a load balancer may name target groups. All exist.
 *
 * @throws AwsError TargetGroupAssociationLimit and others.
 */
export function checkAssociations(
  region: Region,
  balancer: ApplicationLoadBalancer,
  groups: readonly string[],
): void {
  const elsewhere = groups.filter((arn) =>
    balancersOfGroup(region, arn).some((other) => other.arn !== balancer.arn),
  );
  // "You can use each target group with only one load balancer." (API reference of TargetGroup)
  if (elsewhere.length > 0) {
    throw new AwsError(
      "TargetGroupAssociationLimit",
      `The following target groups cannot be associated with more than one load balancer: ${elsewhere.join(", ")}`,
    );
  }
  const foreign = groups.find(
    (arn) => region.table(targetGroups).latest(arn)?.vpcId !== balancer.vpcId,
  );
  if (foreign !== undefined) {
    throw invalidConfiguration(
      `The target group '${foreign}' is not in the VPC '${balancer.vpcId}' of the load balancer`,
    );
  }
  const all = new Set([...groupsOfBalancer(region, balancer.arn), ...groups]);
  if (all.size > MAX_GROUPS_OF_BALANCER) {
    throw new AwsError(
      "TooManyUniqueTargetGroupsPerLoadBalancer",
      `A load balancer can use at most ${MAX_GROUPS_OF_BALANCER} target groups`,
    );
  }
}
