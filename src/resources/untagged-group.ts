import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { addressIn, nameKey, stackKey, toRecord } from "../aws/tags.ts";
import type { Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";
import { groupTags } from "./foreign.ts";

/**
 * What a plan tells of a server of this stack whose group is not the stack's by its tags. Nobody is told
 * to terminate it: it serves, and its group would launch another one. A destroy would take away what
 * the group's servers need, so it does not start.
 */
export function untaggedGroupNotes(
  { stack }: Pick<ResourceContext, "stack">,
  instance: Instance,
  group: AutoScalingGroup,
  region: string,
): readonly Note[] {
  const id = instance.InstanceId ?? "";
  const name = group.AutoScalingGroupName ?? "";
  const address = addressIn(instance.Tags, stack, "auto-scaling-group") ?? "";
  const { [stackKey]: owner } = toRecord(group.Tags);
  const detach = awsCommand(region, "autoscaling detach-instances", {
    "auto-scaling-group-name": name,
    "instance-ids": id,
    "no-should-decrement-desired-capacity": "",
  });
  const tags = [
    [stackKey, stack],
    [nameKey, address],
  ] as const;
  const tag = awsCommand(region, ...groupTags(name, tags));
  const isOtherStacks = owner !== undefined && owner !== stack;
  const summary = isOtherStacks
    ? `${id} carries this stack's tags and is in the Auto Scaling group ${name}, which is the stack ${owner}'s, by its tag ${stackKey}`
    : `${id} belongs to the Auto Scaling group ${name}, which lacks this stack's tags`;
  const remedy = isOtherStacks
    ? `If the instance is this stack's, take it out of that group: ${detach}`
    : `If the group is this stack's, put its tags back: ${tag}. If it is not, take the instance out of it: ${detach}`;
  return [
    { summary, remedy },
    {
      severity: "error",
      summary,
      remedy: `${remedy}. Then run the same command again.`,
      concerns: { deletion: true },
    },
  ];
}
