import { CreateOrUpdateTagsCommand, DeleteTagsCommand } from "@aws-sdk/client-auto-scaling";
import { ownTags, sendTagChanges, tagChanges } from "../../aws/tags.ts";
import { presentAmong } from "../shared/instances.ts";
import { identity, makeTagChanges } from "../shared/owned.ts";
import type { GroupUpdate, LiveGroup } from "./fields.ts";
import { unpropagatedKeys } from "./live.ts";
import { lookAtGroup } from "./look-ups.ts";

/**
 * AWS tags instances at their launch only, so running instances get the change here. They come before
 * the group: a later apply compares the group's tags, and would miss the instances if this apply ended
 * in between. Tags that somebody excluded from propagation are set again, because instances launched
 * since then lack them.
 */
export async function changeTags({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  const group = await lookAtGroup(context, live.physicalName);
  const members = (group?.Instances ?? [])
    .filter((instance) => !instance.LifecycleState?.startsWith("Terminat"))
    .flatMap((instance) => instance.InstanceId ?? []);
  const withheld = new Set(group === undefined ? [] : unpropagatedKeys(group));
  const again = ownTags(identity(context, live), fields.tags).filter(({ Key }) =>
    withheld.has(Key),
  );
  const { set, remove } = tagChanges(live.fields.tags, fields.tags);
  const changes = { set: [...set.filter(({ Key }) => !withheld.has(Key)), ...again], remove };
  await makeTagChanges(context, await presentAmong(context, members), changes);
  const where = { ResourceId: live.physicalName, ResourceType: "auto-scaling-group" };
  const { autoScaling } = context.clients;
  await sendTagChanges(changes, {
    remove: (keys) =>
      autoScaling.send(new DeleteTagsCommand({ Tags: keys.map((key) => ({ ...key, ...where })) })),
    set: (tags) => {
      const Tags = tags.map((tag) => ({ ...tag, ...where, PropagateAtLaunch: true }));
      return autoScaling.send(new CreateOrUpdateTagsCommand({ Tags }));
    },
  });
  return live;
}
