import { partitionOf } from "../../aws/regions.ts";

/** The ARN of a stack's own topic, which has the stack's name. */
export function arnOfTopic(region: string, account: string, stack: string): string {
  return `arn:${partitionOf(region).name}:sns:${region}:${account}:${stack}`;
}
