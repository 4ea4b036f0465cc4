import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong } from "../shared/foreign.ts";
import { alarmsNamed, tagsOfAlarm } from "./live.ts";

/** Alarms with one of these names that do not belong to the stack. PutMetricAlarm would overwrite them without a word. */
export async function foreignAlarms(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  const names = sought.map(({ physicalName }) => physicalName);
  const holders = await Promise.all(
    (await alarmsNamed(context, names)).map(
      async ({ AlarmName: name = "", AlarmArn: arn = "" }) => ({
        id: arn,
        physicalName: name,
        what: `an alarm named ${name}`,
        tags: await tagsOfAlarm(context, arn),
      }),
    ),
  );
  // Undefined: just deleted.
  const present = holders.filter(({ tags }) => tags !== undefined);
  return foreignAmong(context, sought, present, (arn, tags) => [
    "cloudwatch tag-resource",
    { "resource-arn": arn, tags: tags.map(([key, value]) => `Key=${key},Value=${value}`) },
  ]);
}
