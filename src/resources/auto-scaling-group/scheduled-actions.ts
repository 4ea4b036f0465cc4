import {
  DeleteScheduledActionCommand,
  PutScheduledUpdateGroupActionCommand,
  paginateDescribeScheduledActions,
  type ScheduledUpdateGroupAction,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { sameValue } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { GroupUpdate, LiveGroup, ScheduledAction } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";
import { forgetPart, recordPart } from "./recorded-parts.ts";

/** In AWS. Actions of other names belong to somebody else. */
const prefix = "reconcile-";

/** The stack's own scheduled actions, by name. */
export async function lookUpSchedule(
  context: ResourceContext,
  group: string,
): Promise<readonly ScheduledAction[]> {
  return toActions(await describeActions(context, group));
}

/** Sets the actions that differ, and deletes those that the stack file no longer has. */
export async function setSchedule({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  await putSchedule(context, live.physicalName, fields.schedule);
  return live;
}

/** @param group The name of a group that may already have some of the actions. */
export async function putSchedule(
  context: ResourceContext,
  group: string,
  wanted: readonly ScheduledAction[],
): Promise<void> {
  const found = await lookAtGroup(context, group);
  if (found === undefined) return;
  if (wanted.length > 0) await recordPart(context, found, "schedule");
  const present = toActions(await describeActions(context, group));
  const differing = wanted.filter((action) => !present.some((other) => sameValue(action, other)));
  const kept = new Set(wanted.map(({ name }) => name));
  // An update keeps what it does not name, such as a maximum. AWS refuses two actions that start at the same time, and
  // two may exchange theirs.
  const replaced = new Set(differing.map(({ name }) => name));
  for (const { name } of present.filter((each) => !kept.has(each.name) || replaced.has(each.name)))
    await deleteAction(context, group, name);
  for (const action of differing) await putAction(context, group, action);
  if (wanted.length === 0) await forgetPart(context, found, "schedule");
}

async function putAction(
  { clients }: ResourceContext,
  group: string,
  { name, at, zone, min, max, servers }: ScheduledAction,
): Promise<void> {
  await clients.autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName: group,
      ScheduledActionName: `${prefix}${name}`,
      Recurrence: at,
      TimeZone: zone,
      ...(min !== null && { MinSize: min }),
      ...(max !== null && { MaxSize: max }),
      ...(servers !== null && { DesiredCapacity: servers }),
    }),
  );
}

async function deleteAction({ clients }: ResourceContext, group: string, name: string) {
  try {
    await clients.autoScaling.send(
      new DeleteScheduledActionCommand({
        AutoScalingGroupName: group,
        ScheduledActionName: `${prefix}${name}`,
      }),
    );
  } catch (error) {
    if (!isAwsError(error, "not-found")) throw error;
  }
}

function toActions(found: readonly ScheduledUpdateGroupAction[]): readonly ScheduledAction[] {
  return found
    .filter(({ ScheduledActionName: name = "" }) => name.startsWith(prefix))
    .map((action) => ({
      name: (action.ScheduledActionName ?? "").slice(prefix.length),
      at: action.Recurrence ?? "",
      // "If not specified, UTC is used by default".
      zone: action.TimeZone ?? "Etc/UTC",
      min: action.MinSize ?? null,
      max: action.MaxSize ?? null,
      servers: action.DesiredCapacity ?? null,
      ...(action.EndTime !== undefined && { until: action.EndTime.toISOString() }),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The action in words, for a plan. */
export function actionWords({ name, at, zone, min, max, servers, until }: ScheduledAction): string {
  const sizes = [
    ...(min === null ? [] : [`min ${min}`]),
    ...(max === null ? [] : [`max ${max}`]),
    ...(servers === null ? [] : [`servers ${servers}`]),
  ];
  const end = until === undefined ? "" : `, until ${until}`;
  return `${name}: ${at} (${zone}): ${sizes.join(", ")}${end}`;
}

function describeActions(
  { clients }: ResourceContext,
  group: string,
): Promise<ScheduledUpdateGroupAction[]> {
  return everyPage(
    paginateDescribeScheduledActions(
      { client: clients.autoScaling },
      { AutoScalingGroupName: group, MaxRecords: 100 },
    ),
    (page) => page.ScheduledUpdateGroupActions,
  );
}
