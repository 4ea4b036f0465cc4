import type { AutoScalingGroup, TagDescription } from "@aws-sdk/client-auto-scaling";
import type { Answers, Stage } from "../answers.ts";
import { group } from "./web-group.ts";
import { openParts } from "./web-group-parts.ts";

/** The group as AWS has it at the moment. Answers may replace it. */
export interface Current {
  group: AutoScalingGroup;
}

interface ChangingStage extends Stage {
  readonly current: Current;
  /** The value of a tag of the group. */
  tag(key: string): string | undefined;
}

/**
 * An account whose group shows at once what changes its tags, and what further answers do to it.
 *
 * @param tags Of ours on the group, by key.
 */
export function openChanging(
  {
    tags = {},
    ...more
  }: { tags?: Record<string, string> } & Partial<Omit<AutoScalingGroup, "Tags">>,
  answers: (current: Current) => Answers = () => ({}),
): ChangingStage {
  const own = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const current: Current = { group: { ...group, ...more, Tags: [...(group.Tags ?? []), ...own] } };
  const without = (changed: readonly TagDescription[]) =>
    (current.group.Tags ?? []).filter(({ Key }) => changed.every((tag) => tag.Key !== Key));
  const changedTags = (input: Readonly<Record<string, unknown>>) =>
    input["Tags"] as readonly TagDescription[];
  const stage = openParts(
    {},
    {
      "autoscaling:DescribeAutoScalingGroups": () => ({ AutoScalingGroups: [current.group] }),
      "autoscaling:CreateOrUpdateTags": (input) => {
        const changed = changedTags(input);
        current.group = { ...current.group, Tags: [...without(changed), ...changed] };
        return {};
      },
      "autoscaling:DeleteTags": (input) => {
        current.group = { ...current.group, Tags: without(changedTags(input)) };
        return {};
      },
      ...answers(current),
    },
  );
  const tag = (key: string) => current.group.Tags?.find(({ Key }) => Key === key)?.Value;
  return { ...stage, current, tag };
}
