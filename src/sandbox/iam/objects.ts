import type { Region } from "../region.ts";
import { isAwsPolicy } from "./aws-policies.ts";
import { noSuchEntity } from "./errors.ts";
import { keyOf } from "./names.ts";
import {
  type InstanceProfileRecord,
  instanceProfiles,
  policies,
  type RoleRecord,
  roles,
} from "./tables.ts";

/** The role of a request. @throws AwsError NoSuchEntity. */
export function requireRole(region: Region, name = ""): Readonly<RoleRecord> {
  const role = region.table(roles).use(keyOf(name));
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** As readers see it. @throws AwsError NoSuchEntity. */
export function seenRole(region: Region, name = ""): Readonly<RoleRecord> {
  const role = region.table(roles).find(keyOf(name));
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** The instance profile of a request. @throws AwsError NoSuchEntity. */
export function requireProfile(region: Region, name = ""): Readonly<InstanceProfileRecord> {
  const profile = region.table(instanceProfiles).use(keyOf(name));
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** @throws AwsError NoSuchEntity for a policy that no role can have. */
export function requireAttachable(region: Region, arn = ""): void {
  if (isAwsPolicy(arn, region.partition) || region.table(policies).use(arn) !== undefined) return;
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}
