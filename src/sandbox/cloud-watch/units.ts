import { StandardUnit } from "@aws-sdk/client-cloudwatch";
import { failedConstraint } from "./errors.ts";

const units: readonly string[] = Object.values(StandardUnit);

/** @throws AwsError for a unit that CloudWatch does not have. */
export function checkUnit(unit: string): void {
  if (!units.includes(unit)) {
    throw failedConstraint(
      unit,
      "unit",
      `Member must satisfy enum value set: [${units.join(", ")}]`,
    );
  }
}
