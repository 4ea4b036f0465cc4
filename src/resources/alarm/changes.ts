import {
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { ownTags, sendTagChanges, tagChanges } from "../../aws/tags.ts";
import type { Target } from "../../engine/resource.ts";
import { adopt, retryNotFound, unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity, withFields } from "../shared/owned.ts";
import type { AlarmFields, AlarmUpdate, LiveAlarm } from "./fields.ts";
import { alarmsNamed, lookAtAlarm } from "./live.ts";
import { toSdkAlarm } from "./settings.ts";

/**
 * PutMetricAlarm overwrites an alarm of the same name, whoever it belongs to: so one that exists is looked at first.
 *
 * @throws OutsideError if the alarm of that name does not belong to this stack.
 */
export async function createAlarm(
  context: ResourceContext,
  target: Target,
  fields: AlarmFields,
): Promise<LiveAlarm> {
  const { physicalName: name } = target;
  const look = () => lookAtAlarm(context, name);
  const [taken] = await alarmsNamed(context, [name]);
  if (taken !== undefined) return adopt(context, `the alarm ${name}`, look, undefined);
  await putAlarm(context, target, fields);
  return untilSeen(context, `the alarm ${name}`, look);
}

/** Everything in one call, as AWS wants it. The alarm's state stays. */
export async function changeAlarm(
  { context, live, fields }: AlarmUpdate,
  changed: readonly (keyof AlarmFields)[],
): Promise<LiveAlarm> {
  await putAlarm(context, live, { ...fields, tags: live.fields.tags });
  return withFields(live, fields, changed);
}

/** AWS ignores the tags if the alarm exists, so they are of one that somebody has just deleted ("PutMetricAlarm"). */
async function putAlarm(
  context: ResourceContext,
  { address, physicalName }: Pick<Target, "address" | "physicalName">,
  { tags, ...settings }: AlarmFields,
): Promise<void> {
  const client = await context.clients.cloudWatch();
  await client.send(
    new PutMetricAlarmCommand({
      AlarmName: physicalName,
      ...toSdkAlarm(settings),
      Tags: ownTags(identity(context, { address }), tags),
    }),
  );
}

export async function changeAlarmTags({ context, live, fields }: AlarmUpdate): Promise<LiveAlarm> {
  const client = await context.clients.cloudWatch();
  const ResourceARN = live.id;
  await sendTagChanges(tagChanges(live.fields.tags, fields.tags), {
    remove: (keys) =>
      retryNotFound(context, "the alarm", () =>
        client.send(new UntagResourceCommand({ ResourceARN, TagKeys: keys.map(({ Key }) => Key) })),
      ),
    set: (Tags) =>
      retryNotFound(context, "the alarm", () =>
        client.send(new TagResourceCommand({ ResourceARN, Tags })),
      ),
  });
  return withFields(live, fields, ["tags"]);
}

export async function deleteAlarm(
  context: ResourceContext,
  { physicalName: name }: LiveAlarm,
): Promise<void> {
  const client = await context.clients.cloudWatch();
  await unlessGone(() => client.send(new DeleteAlarmsCommand({ AlarmNames: [name] })));
  await untilGone(context, `the alarm ${name}`, async () =>
    (await alarmsNamed(context, [name])).length === 0 ? undefined : "AWS still lists it",
  );
}
