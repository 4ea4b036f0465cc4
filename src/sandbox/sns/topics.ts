import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { invalidParameter, unknownTopic } from "./errors.ts";

/** A topic, as the sandbox stores it. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  displayName: string;
  /** Undefined: AWS's default policy. */
  policy?: string;
  tags: Record<string, string>;
  /** GetTopicAttributes counts them. */
  deletedSubscriptions: number;
}

/** By ARN. */
export const topics = defineTable<Topic>("topic", ({ arn, name, tags }) => ({
  id: arn,
  name,
  tags,
}));

export function topicArn(region: Region, name: string): string {
  return `arn:${region.partition}:sns:${region.name}:${region.account}:${name}`;
}

/** The real topic, whether readers see it yet or not. */
export function findTopic(region: Region, arn: string): Topic | undefined {
  return region.table(topics).latest(arn);
}

/** The topic that a request names. @throws AwsError InvalidParameter, NotFound. */
export function requireTopic(region: Region, arn = ""): Topic {
  checkArn(region, arn, "TopicArn");
  const topic = region.table(topics).use(arn);
  if (topic === undefined) throw unknownTopic();
  return topic;
}

/** As readers see it. @throws AwsError InvalidParameter, NotFound. */
export function readTopic(region: Region, arn = ""): Readonly<Topic> {
  checkArn(region, arn, "TopicArn");
  const topic = region.table(topics).find(arn);
  if (topic === undefined) throw unknownTopic();
  return topic;
}

/** @throws AwsError InvalidParameter for an ARN of another form, service, region or account. */
export function checkArn(region: Region, arn: string, member: string): void {
  const count = arn.split(":").length;
  if (count < 6) {
    throw invalidParameter(`${member} Reason: An ARN must have at least 6 elements, not ${count}`);
  }
  if (!arn.startsWith(topicArn(region, ""))) throw invalidParameter(member);
}
