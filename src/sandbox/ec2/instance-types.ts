import { AwsError, invalidValue } from "../error.ts";

/** Families that the sandbox knows, by their architecture: Amazon EC2 Instance Types Guide. */
const FAMILIES: Readonly<Record<string, "x86_64" | "arm64">> = {
  t2: "x86_64",
  t3: "x86_64",
  t3a: "x86_64",
  t4g: "arm64",
  m5: "x86_64",
  m6a: "x86_64",
  m6i: "x86_64",
  m6g: "arm64",
  m7a: "x86_64",
  m7i: "x86_64",
  m7g: "arm64",
  c5: "x86_64",
  c6i: "x86_64",
  c6g: "arm64",
  c7i: "x86_64",
  c7g: "arm64",
  r5: "x86_64",
  r6i: "x86_64",
  r6g: "arm64",
  r7i: "x86_64",
  r7g: "arm64",
};

const BURSTABLE_SIZES = ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"];
const OTHER_SIZES = ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge"];

/** @throws AwsError for a type that EC2 does not have, or an image of another architecture. */
export function checkInstanceType(type: string, architecture: string): void {
  const [family = "", size = "", ...rest] = type.split(".");
  const own = FAMILIES[family];
  const sizes = family.startsWith("t") ? BURSTABLE_SIZES : OTHER_SIZES;
  if (own === undefined || !sizes.includes(size) || rest.length > 0) {
    throw invalidValue(`Invalid value '${type}' for InstanceType.`);
  }
  if (own !== architecture) {
    throw invalidValue(
      `The architecture '${own}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
}

/** EC2 has no room for it here now. */
export function insufficientCapacity(type: string, zone: string): AwsError {
  return new AwsError(
    "InsufficientInstanceCapacity",
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing another one.`,
    500,
  );
}
