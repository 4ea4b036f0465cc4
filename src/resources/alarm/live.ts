import {
  type CloudWatchClient,
  ListTagsForResourceCommand,
  type MetricAlarm,
  paginateDescribeAlarms,
  type Tag,
} from "@aws-sdk/client-cloudwatch";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import type { AlarmFields, LiveAlarm } from "./fields.ts";
import { alarmSettingsOf } from "./settings.ts";
import { stateNotes } from "./state.ts";

/** The service cannot filter by tag: looks up the alarms whose names may be the stack's, then their tags. */
export async function sweepAlarms(context: ResourceContext): Promise<readonly LiveAlarm[]> {
  const found = await alarmsOfName(context);
  const live = await Promise.all(found.map((each) => toLive(context, each)));
  return live.filter((each) => each !== undefined);
}

/** The stack's alarm of this name. */
export async function lookAtAlarm(
  context: ResourceContext,
  name: string,
): Promise<LiveAlarm | undefined> {
  const [found] = await alarmsNamed(context, [name]);
  return found && toLive(context, found);
}

/**
 * What carries tags, among the alarms whose names begin as the stack's do. An account may have thousands of others, each
 * with a call for its tags, and nobody but a person could have given them the stack's.
 */
export async function taggedAlarms(context: ResourceContext): Promise<readonly TaggedObject[]> {
  const found = await alarmsOfName(context);
  return Promise.all(
    found.map(async ({ AlarmName: id = "", AlarmArn = "" }) => ({
      id,
      tags: toRecord(await tagsOfAlarm(context, AlarmArn)),
    })),
  );
}

/** These alarms, whoever they belong to. At most 100 names ("DescribeAlarms", Amazon CloudWatch API Reference). */
export async function alarmsNamed(
  context: ResourceContext,
  AlarmNames: string[],
): Promise<readonly MetricAlarm[]> {
  const client = await context.clients.cloudWatch();
  const pages = paginateDescribeAlarms(
    { client },
    { AlarmNames, AlarmTypes: ["MetricAlarm"], MaxRecords: mostPerPage },
  );
  return everyPage(pages, (page) => page.MetricAlarms);
}

/** An alarm that is named like the stack has no hyphen behind that (`physicalName`). */
async function alarmsOfName(context: ResourceContext): Promise<readonly MetricAlarm[]> {
  const { stack } = context;
  const found = await lookUpAlarms(await context.clients.cloudWatch(), stack);
  return found.filter(({ AlarmName: name = "" }) => name === stack || name.startsWith(`${stack}-`));
}

const lookUpAlarms = sharedLookUp((client: CloudWatchClient, AlarmNamePrefix: string) =>
  everyPage(
    paginateDescribeAlarms(
      { client },
      { AlarmNamePrefix, AlarmTypes: ["MetricAlarm"], MaxRecords: mostPerPage },
    ),
    (page) => page.MetricAlarms,
  ),
);

const mostPerPage = 100;

/** Undefined if the alarm does not exist, or no longer. */
export async function tagsOfAlarm(
  context: ResourceContext,
  ResourceARN: string,
): Promise<readonly Tag[] | undefined> {
  const client = await context.clients.cloudWatch();
  const command = new ListTagsForResourceCommand({ ResourceARN });
  return (await unlessGone(() => client.send(command)))?.Tags;
}

/** Undefined if it does not belong to the stack, or was deleted in the meantime. */
async function toLive(
  context: ResourceContext,
  found: MetricAlarm,
): Promise<LiveAlarm | undefined> {
  const { AlarmName: name = "", AlarmArn: arn = "" } = found;
  const tags = await tagsOfAlarm(context, arn);
  const address = addressIn(tags, context.stack, "alarm");
  if (address === undefined) return undefined;
  const fields = { ...alarmSettingsOf(found), tags: userTagsOf(tags) };
  const notes = stateNotes(found, context.clock.now());
  return {
    id: arn,
    address,
    physicalName: name,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields,
    outputs: { arn, name },
    uses: usedBy(fields, arn),
    ...(tellsTopics(fields) && { usesTypes: ["topic"] }),
    ...(notes.length > 0 && { notes }),
  };
}

/**
 * What it watches and tells, by ids. So an alarm is deleted before the servers that it watches: a destroy must not set it
 * off.
 */
function usedBy(fields: AlarmFields, arn: string): readonly string[] {
  const [, partition, , region, account] = arn.split(":");
  const ofLoadBalancing = `arn:${partition}:elasticloadbalancing:${region}:${account}:`;
  const watched = fields.metrics.flatMap(({ metric }) => Object.entries(metric?.dimensions ?? {}));
  const ids = watched.flatMap(([name, value]) => {
    switch (name) {
      case "LoadBalancer":
        return [`${ofLoadBalancing}loadbalancer/${value}`];
      case "TargetGroup":
        return [`${ofLoadBalancing}${value}`];
      case "LoadBalancerName":
      case "AutoScalingGroupName":
        return [value];
      default:
        return [];
    }
  });
  return [...new Set([...ids, ...fields.alarmActions, ...fields.okActions])];
}

function tellsTopics({ alarmActions, okActions }: AlarmFields): boolean {
  return [...alarmActions, ...okActions].some((arn) => /^arn:[^:]*:sns:/.test(arn));
}
