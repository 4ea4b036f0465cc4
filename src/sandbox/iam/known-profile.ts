import type { IamInstanceProfileSpecification } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../error.ts";
import type { Region } from "../region.ts";
import { arnOf, keyOf } from "./names.ts";
import { type InstanceProfileRecord, instanceProfiles } from "./tables.ts";

/**
 * The instance profile that a launch names, as EC2 knows it.
 *
 * @throws AwsError for a profile that does not exist, that EC2 does not know yet, or that has no role.
 */
export function requireKnownProfile(
  region: Region,
  { Arn: arn, Name: name }: IamInstanceProfileSpecification,
): Readonly<InstanceProfileRecord> & { readonly arn: string } {
  const { global } = region;
  if (arn !== undefined && name !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const key = keyOf(name ?? arn?.slice(arn.lastIndexOf("/") + 1) ?? "");
  const profile = global.table(instanceProfiles).latest(key);
  const own = profile && arnOf(global, "instance-profile", profile);
  if (
    profile === undefined ||
    own === undefined ||
    (arn !== undefined && own !== arn) ||
    profile.knownFrom > region.now
  ) {
    throw arn === undefined
      ? invalidValue(
          `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
        )
      : invalidValue(
          `Value (${arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
        );
  }
  if (profile.role === null || profile.roleKnownFrom > region.now) {
    throw invalidValue(`IAM Instance Profile "${own}" has no associated IAM Roles`);
  }
  return { ...profile, arn: own };
}
