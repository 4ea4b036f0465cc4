import { GetConsoleOutput$, type GetConsoleOutputRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import { durations } from "../durations.ts";
import { instanceNotFound } from "./instances.ts";
import { type InstanceRecord, instances } from "./tables.ts";

/** Amazon EC2 API Reference, GetConsoleOutput: "the most recent 64 KB". */
const MAX_OUTPUT = 64 * 1024;

const getConsoleOutput = operation<GetConsoleOutputRequest>(
  GetConsoleOutput$,
  ["InstanceId", "Latest"],
  (region, input) => {
    const id = input.InstanceId ?? "";
    const instance = region.table(instances).find(id);
    if (instance === undefined) throw instanceNotFound(id);
    if (input.Latest === true && instance.instanceType.startsWith("t2.")) {
      throw new AwsError(
        "UnsupportedOperation",
        "This instance type does not support retrieving the latest console logs.",
      );
    }
    const until = input.Latest === true ? region.now : postedUntil(instance, region.now);
    const text = instance.guest.console
      .filter((line) => line.at <= until)
      .map((line) => `${line.text}\n`)
      .join("");
    const bytes = Buffer.from(text).subarray(-MAX_OUTPUT);
    return {
      InstanceId: id,
      Timestamp: until === 0 ? undefined : new Date(until),
      Output: bytes.length === 0 ? undefined : bytes.toString("base64"),
    };
  },
);

/** EC2 posts the console output some time after the instance starts, stops or terminates. */
function postedUntil(instance: Readonly<InstanceRecord>, now: number): number {
  const settled = instance.state !== "stopping" && instance.state !== "shutting-down";
  const latest = instance.stateSince + durations.consolePosted * 1000;
  if (settled && latest <= now) return latest;
  // The output posted after the boot, or nothing so far.
  const boot = instance.launchTime + (durations.instancePending + durations.consolePosted) * 1000;
  return boot <= now ? boot : 0;
}

export const consoleOperations = [getConsoleOutput];
