import {
  DescribeAlarmHistory$,
  type DescribeAlarmHistoryInput,
  type HistoryItemType,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { validationError } from "./errors.ts";
import { pageOf } from "./pages.ts";

/** Something that happened to an alarm. Plain JSON. */
interface HistoryItem {
  /** Its position among all items, for paging. */
  readonly order: number;
  /** Sandbox milliseconds. */
  readonly at: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

interface AlarmHistory {
  items: HistoryItem[];
}

/** By the alarm's name. "CloudWatch retains the history of an alarm even if you delete the alarm" (API Reference). */
export const histories = defineTable<AlarmHistory>("cloud-watch-alarm-history");

/** "CloudWatch preserves alarm history for 30 days" ("Common features of CloudWatch alarms", User Guide). */
const RETENTION = 30 * 24 * 60 * 60 * 1000;

export function record(
  region: Region,
  alarm: string,
  type: HistoryItemType,
  summary: string,
  data: object,
): void {
  const table = region.table(histories);
  const history = table.latest(alarm) ?? table.add(alarm, { items: [] }, { immediate: true });
  history.items = history.items.filter(({ at }) => at > region.now - RETENTION);
  history.items.push({
    order: region.world.nextOrder(),
    at: region.now,
    type,
    summary,
    data: JSON.stringify({ version: "1.0", ...data }),
  });
}

export const describeAlarmHistory = operation<DescribeAlarmHistoryInput>(
  DescribeAlarmHistory$,
  [
    "AlarmName",
    "AlarmTypes",
    "HistoryItemType",
    "StartDate",
    "EndDate",
    "MaxRecords",
    "NextToken",
    "ScanBy",
  ],
  (region, input) => {
    const { StartDate: start, EndDate: end } = input;
    if (start !== undefined && end !== undefined && start > end) {
      throw validationError("StartDate must be before EndDate");
    }
    const isAscending = input.ScanBy === "TimestampAscending";
    const found = region
      .table(histories)
      .entries()
      .filter(([name]) => input.AlarmName === undefined || input.AlarmName === name)
      .filter(() => input.AlarmTypes?.includes("MetricAlarm") ?? true)
      .flatMap(([name, { items }]) => items.map((item) => ({ name, ...item })))
      .filter(({ at }) => at > region.now - RETENTION)
      .filter(({ at }) => at >= (start?.getTime() ?? 0) && at <= (end?.getTime() ?? Infinity))
      .filter(({ type }) => input.HistoryItemType === undefined || input.HistoryItemType === type)
      .map((item) => ({ ...item, position: isAscending ? item.order : LAST - item.order }))
      .sort((a, b) => a.position - b.position);
    const { items, nextToken } = pageOf(region, found, ({ position }) => position, {
      size: input.MaxRecords,
      token: input.NextToken,
    });
    return {
      AlarmHistoryItems: items.map(({ name, at, type, summary, data }) => ({
        AlarmName: name,
        AlarmType: "MetricAlarm" as const,
        Timestamp: new Date(at),
        HistoryItemType: type,
        HistorySummary: summary,
        HistoryData: data,
      })),
      NextToken: nextToken,
    };
  },
);

/** Above every order, so that the newest items come first and still have positive positions. */
const LAST = Number.MAX_SAFE_INTEGER;
