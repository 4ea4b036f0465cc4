import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { everyPage } from "../../aws/paging.ts";
import type { ResourceContext } from "../shared/context.ts";

/** The states of those of these alarms that exist, by their names. At most four of a group, so one call. */
export async function alarmStates(
  context: ResourceContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const client = await context.clients.cloudWatch();
  const pages = paginateDescribeAlarms(
    { client },
    { AlarmNames: [...names], AlarmTypes: ["MetricAlarm"] },
  );
  const found = await everyPage(pages, (page) => page.MetricAlarms);
  return new Map(
    found.flatMap(({ AlarmName: name, StateValue: state = "" }) =>
      name === undefined ? [] : [[name, state] as const],
    ),
  );
}
