import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { addressIn, nameKey, stackKey, toRecord } from "../../aws/tags.ts";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { groupTags } from "../shared/foreign.ts";

/**
 * The notes on a server of this stack whose group does not carry the stack's tags. They do not
 * advise to terminate the server: it serves, and its group would launch another one. A destroy does
 * not start, because it would delete resources that the group's servers need.
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
    ? `${id} carries this stack's tags but is in the Auto Scaling group ${name}, which belongs to the stack ${owner} (tag ${stackKey})`
    : `${id} is in the Auto Scaling group ${name}, which does not carry this stack's tags`;
  const remedy = isOtherStacks
    ? `If the instance belongs to this stack, detach it from that group: ${detach}`
    : `If the group belongs to this stack, put its tags back: ${tag}. Otherwise detach the instance from it: ${detach}`;
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
