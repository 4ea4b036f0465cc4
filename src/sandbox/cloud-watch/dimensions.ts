import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { invalidParameter, validationError } from "./errors.ts";

/** "You can assign up to 30 dimensions to a metric" ("CloudWatch concepts", User Guide). */
const MAX_DIMENSIONS = 30;

/** @throws AwsError for a name twice, for too many, and for texts that the API reference does not allow. */
export function readDimensions(input: readonly Dimension[] = []): Record<string, string> {
  if (input.length > MAX_DIMENSIONS) {
    throw invalidParameter(
      `The collection Dimensions must not have a size greater than ${MAX_DIMENSIONS}.`,
    );
  }
  const dimensions: Record<string, string> = {};
  for (const { Name: name = "", Value: value = "" } of input) {
    // "Dimension names must contain only ASCII characters, must include at least one non-whitespace character, and
    // cannot start with a colon" (Dimension, API Reference).
    if (!/^(?!:)[\x20-\x7e]{1,255}$/.test(name) || name.trim() === "") {
      throw invalidParameter(`The value ${name} for parameter Dimensions.Name is invalid.`);
    }
    if (!/^[\x20-\x7e]{1,1024}$/.test(value) || value.trim() === "") {
      throw invalidParameter(`The value ${value} for parameter Dimensions.Value is invalid.`);
    }
    if (dimensions[name] !== undefined) {
      throw validationError(`No repeated dimension names are allowed: ${name}`);
    }
    dimensions[name] = value;
  }
  return dimensions;
}

export function writtenDimensions(dimensions: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** @throws AwsError for a name or a namespace of more than 255 characters, or of none. */
export function checkName(value: string | undefined, parameter: string): string {
  if (value === undefined || !/^[\x20-\x7e]{1,255}$/.test(value) || value.trim() === "") {
    throw invalidParameter(`The value ${value ?? ""} for parameter ${parameter} is invalid.`);
  }
  return value;
}
