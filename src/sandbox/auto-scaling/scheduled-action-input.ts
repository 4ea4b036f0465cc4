import type { ScheduledUpdateGroupActionRequest } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../region.ts";
import { validationError } from "./group.ts";
import { checkRecurrence, nextRecurrence } from "./recurrence.ts";
import type { ScheduledAction, ScheduledSizes } from "./scheduled-action.ts";

/** Reads a request. @throws AwsError ValidationError, with AWS's messages where they are known. */
export function readScheduledAction(
  region: Region,
  input: ScheduledUpdateGroupActionRequest,
): Omit<ScheduledAction, "arn" | "due"> {
  const name = input.ScheduledActionName ?? "";
  if (name.length < 1 || name.length > 255) {
    throw validationError("ScheduledActionName must have 1 to 255 characters");
  }
  const sizes = readSizes(input);
  const { Recurrence: recurrence, TimeZone: timeZone } = input;
  if (recurrence !== undefined) checkRecurrence(recurrence, timeZone);
  else if (timeZone !== undefined) {
    throw validationError("TimeZone can only be specified with Recurrence");
  }
  const startAt = input.StartTime?.getTime();
  const endAt = input.EndTime?.getTime();
  if (startAt !== undefined && startAt < region.now) {
    throw validationError("Given start time is in the past");
  }
  if (endAt !== undefined && endAt < region.now) {
    throw validationError("Given end time is in the past");
  }
  const nextAt =
    startAt ??
    (recurrence === undefined ? undefined : nextRecurrence({ recurrence, timeZone }, region.now));
  if (nextAt === undefined) {
    throw validationError("Either StartTime or Recurrence must be specified");
  }
  if (endAt !== undefined && endAt < nextAt) {
    throw validationError("Given end time is before the start time");
  }
  return { name, ...sizes, recurrence, timeZone, endAt, nextAt };
}

function readSizes(input: ScheduledUpdateGroupActionRequest): ScheduledSizes {
  const { MinSize: minSize, MaxSize: maxSize, DesiredCapacity: desired } = input;
  const given = [minSize, maxSize, desired].filter((size) => size !== undefined);
  // "You must specify at least one of the following properties" (API reference).
  if (given.length === 0) {
    throw validationError("At least one of MinSize, MaxSize or DesiredCapacity must be specified");
  }
  if (given.some((size) => size < 0)) throw validationError("Group sizes must be 0 or more");
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize) {
    throw validationError("Max size must be greater than or equal to min size");
  }
  if (minSize !== undefined && desired !== undefined && desired < minSize) {
    throw validationError("Desired capacity must be greater than or equal to min size");
  }
  if (maxSize !== undefined && desired !== undefined && desired > maxSize) {
    throw validationError("Desired capacity must be less than or equal to max size");
  }
  return { minSize, maxSize, desired };
}
