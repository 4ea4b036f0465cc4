import type { Region } from "../region.ts";
import { allGroups, type Group, validationError } from "./group.ts";
import type { ScalingPolicy } from "./scaling-policy.ts";

/** A policy with its group. */
export interface GroupPolicy {
  readonly group: Group;
  readonly policy: ScalingPolicy;
}

/** The policies of all groups. */
export function allPolicies(region: Region): GroupPolicy[] {
  return allGroups(region).flatMap((group) =>
    (group.policies ?? []).map((policy) => ({ group, policy })),
  );
}

/** The policy that an alarm's action names. */
export function findPolicy(region: Region, arn: string): GroupPolicy | undefined {
  return allPolicies(region).find(({ policy }) => policy.arn === arn);
}

/** A policy by its name in its group, or by its ARN. @throws AwsError ValidationError. */
export function requirePolicy(
  region: Region,
  nameOrArn: string,
  group: Group | undefined,
): GroupPolicy {
  const found = allPolicies(region).find(
    (one) =>
      (group === undefined || one.group === group) &&
      (one.policy.arn === nameOrArn || (group !== undefined && one.policy.name === nameOrArn)),
  );
  if (found === undefined) throw validationError(`Policy ${nameOrArn} not found`);
  return found;
}
