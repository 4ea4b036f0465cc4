import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong } from "../shared/foreign.ts";
import { tagsOfTopic, topicArn } from "./live.ts";

/** The topic of that name, if it does not belong to the stack. CreateTopic would answer it without a word. */
export async function foreignTopics(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  const id = await topicArn(context);
  const tags = await tagsOfTopic(context, id);
  if (tags === undefined) return [];
  const physicalName = context.stack;
  const holder = { id, physicalName, what: `a topic named ${physicalName} (${id})`, tags };
  return foreignAmong(context, sought, [holder], (arn, missing) => [
    "sns tag-resource",
    { "resource-arn": arn, tags: missing.map(([key, value]) => `Key=${key},Value=${value}`) },
  ]);
}
