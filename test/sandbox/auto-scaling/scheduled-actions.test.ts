import {
  BatchDeleteScheduledActionCommand,
  BatchPutScheduledUpdateGroupActionCommand,
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  type DescribeScheduledActionsCommandInput,
  PutScheduledUpdateGroupActionCommand,
  type PutScheduledUpdateGroupActionCommandInput,
  paginateDescribeScheduledActions,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { grown, web } from "./scaling.ts";
import { activities, createGroup, describeGroup } from "./web-group.ts";

/** The begin of every test. A Sunday. */
const begin = Date.UTC(2026, 10, 22);

beforeEach(() => {
  vi.useFakeTimers({ now: begin });
});

afterEach(() => {
  vi.useRealTimers();
});

async function openGroup(
  more: Parameters<typeof createGroup>[2] = {},
  options: Parameters<typeof openAccount>[0] = {},
): Promise<Account> {
  const account = await openAccount(options);
  await createGroup(account, await buildTier(account), {
    MinSize: 2,
    MaxSize: 6,
    HealthCheckType: "EC2",
    LoadBalancerNames: [],
    ...more,
  });
  account.pass(300);
  return account;
}

type Input = Partial<PutScheduledUpdateGroupActionCommandInput>;

const put = ({ autoScaling }: Account, more: Input) =>
  autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({ ...web, ScheduledActionName: "day", ...more }),
  );

async function described(account: Account, input: DescribeScheduledActionsCommandInput = web) {
  const { ScheduledUpdateGroupActions = [] } = await account.autoScaling.send(
    new DescribeScheduledActionsCommand(input),
  );
  return ScheduledUpdateGroupActions;
}

async function nextTimes(account: Account): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await described(account)).map(({ ScheduledActionName = "", StartTime }) => [
      ScheduledActionName,
      StartTime?.toISOString() ?? "",
    ]),
  );
}

async function sizes(account: Account) {
  const group = await describeGroup(account);
  return [group?.MinSize, group?.DesiredCapacity, group?.MaxSize];
}

/** Lets time pass until a moment. */
function passTo({ pass, sandbox }: Account, iso: string): void {
  pass((Date.parse(iso) - sandbox.now()) / 1000);
}

/** When the action has run, to the second: within two minutes after its time. */
async function runs(account: Account, iso: string, change: () => Promise<boolean>) {
  passTo(account, iso);
  expect(await change()).toBe(false);
  for (let late = 0; late <= 120; late += 1) {
    account.pass(1);
    if (await change()) return late;
  }
  throw new Error(`It did not run within two minutes after ${iso}.`);
}

test("an action sets minimum and maximum for good, and the desired capacity within them", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 * * *", MinSize: 4, MaxSize: 8 });
  await put(account, {
    ScheduledActionName: "night",
    Recurrence: "0 20 * * *",
    MaxSize: 3,
    MinSize: 1,
  });
  const [day] = await described(account);
  expect(day).toEqual({
    ...web,
    ScheduledActionName: "day",
    ScheduledActionARN: expect.stringMatching(
      /^arn:aws:autoscaling:ap-southeast-2:000000000000:scheduledUpdateGroupAction:[0-9a-f-]{36}:autoScalingGroupName\/web:scheduledActionName\/day$/,
    ),
    Recurrence: "0 7 * * *",
    StartTime: new Date("2026-11-22T07:00:00Z"),
    Time: new Date("2026-11-22T07:00:00Z"),
    MinSize: 4,
    MaxSize: 8,
  });
  expect(await sizes(account)).toEqual([2, 2, 6]);
  passTo(account, "2026-11-22T07:02:00Z");
  expect(await sizes(account)).toEqual([4, 4, 8]);
  await grown(account, 4);
  expect((await activities(account))[0]?.Cause).toMatch(
    /^At 2026-11-22T07:0[01]:\d\dZ the scheduled action day executed\. Setting min size from 2 to 4\. Setting max size from 6 to 8\. Setting desired capacity from 2 to 4\. {2}At /,
  );
  passTo(account, "2026-11-22T20:02:00Z");
  expect(await sizes(account)).toEqual([1, 3, 3]);
  expect(await nextTimes(account)).toEqual({
    day: "2026-11-23T07:00:00.000Z",
    night: "2026-11-23T20:00:00.000Z",
  });
  passTo(account, "2026-11-25T12:00:00Z");
  expect(await sizes(account)).toEqual([4, 4, 8]);
});

test("a minimum above the desired capacity raises it, a lower one leaves it", async () => {
  const account = await openGroup({ DesiredCapacity: 3 });
  await put(account, { Recurrence: "0 7 * * *", MinSize: 5 });
  await put(account, { ScheduledActionName: "night", Recurrence: "0 20 * * *", MinSize: 1 });
  passTo(account, "2026-11-22T07:02:00Z");
  expect(await sizes(account)).toEqual([5, 5, 6]);
  passTo(account, "2026-11-22T20:02:00Z");
  expect(await sizes(account)).toEqual([1, 5, 6]);
});

test("an action is up to two minutes late, not always the same, and never early", async () => {
  const delays: number[] = [];
  for (let seed = 1; seed <= 8; seed += 1) {
    vi.setSystemTime(begin);
    const account = await openGroup({}, { seed });
    await put(account, { Recurrence: "0 7 * * *", DesiredCapacity: 3 });
    const ran = async () => (await describeGroup(account))?.DesiredCapacity === 3;
    delays.push(await runs(account, "2026-11-22T07:00:00Z", ran));
  }
  expect(Math.max(...delays)).toBeLessThanOrEqual(120);
  expect(Math.min(...delays)).toBeLessThan(60);
  expect(Math.max(...delays)).toBeGreaterThan(60);
});

test("actions that are close to each other run in order", async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    vi.setSystemTime(begin);
    const account = await openGroup({}, { seed });
    // The later one is put first.
    await put(account, { ScheduledActionName: "b", Recurrence: "1 7 * * *", DesiredCapacity: 4 });
    await put(account, { ScheduledActionName: "a", Recurrence: "0 7 * * *", DesiredCapacity: 3 });
    passTo(account, "2026-11-22T07:03:00Z");
    expect(await sizes(account)).toEqual([2, 4, 6]);
    await put(account, { ScheduledActionName: "c", Recurrence: "2 7 * * *", DesiredCapacity: 5 });
    passTo(account, "2026-11-23T07:04:00Z");
    expect(await sizes(account)).toEqual([2, 5, 6]);
    expect(Object.values(await nextTimes(account)).sort()).toEqual([
      "2026-11-24T07:00:00.000Z",
      "2026-11-24T07:01:00.000Z",
      "2026-11-24T07:02:00.000Z",
    ]);
  }
});

describe("in a zone with daylight time", () => {
  // Sydney: UTC+11 until Sunday 4 April 2027 at 3:00, UTC+10 until Sunday 3 October 2027 at 2:00.
  const cases = [
    [
      "0 7 * * *",
      "the end",
      Date.UTC(2027, 3, 2, 12),
      ["2027-04-02T20:00", "2027-04-03T21:00", "2027-04-04T21:00"],
    ],
    [
      "0 7 * * *",
      "the begin",
      Date.UTC(2027, 9, 1, 12),
      ["2027-10-01T21:00", "2027-10-02T20:00", "2027-10-03T20:00"],
    ],
    // 2:30 comes twice, and the action runs once.
    [
      "30 2 * * *",
      "the end",
      Date.UTC(2027, 3, 2, 12),
      ["2027-04-02T15:30", "2027-04-03T15:30", "2027-04-04T16:30"],
    ],
    // There is no 2:30: the action runs at 3:00.
    [
      "30 2 * * *",
      "the begin",
      Date.UTC(2027, 9, 1, 12),
      ["2027-10-01T16:30", "2027-10-02T16:00", "2027-10-03T15:30"],
    ],
  ] as const;

  test.each(cases)(
    "%s follows the clock over %s of it",
    async (Recurrence, _which, from, times) => {
      vi.setSystemTime(from - 300_000);
      const account = await openGroup();
      await put(account, { Recurrence, TimeZone: "Australia/Sydney", DesiredCapacity: 3 });
      for (const time of times) {
        expect(await nextTimes(account)).toEqual({ day: `${time}:00.000Z` });
        await account.autoScaling.send(
          new UpdateAutoScalingGroupCommand({ ...web, DesiredCapacity: 2 }),
        );
        const ran = async () => (await describeGroup(account))?.DesiredCapacity === 3;
        await runs(account, `${time}:00Z`, ran);
      }
      expect((await described(account))[0]).toMatchObject({ TimeZone: "Australia/Sydney" });
    },
  );
});

test("an action of one time is gone afterwards", async () => {
  const account = await openGroup();
  const StartTime = new Date("2026-11-22T09:30:00Z");
  await put(account, { StartTime, DesiredCapacity: 5 });
  expect(await nextTimes(account)).toEqual({ day: "2026-11-22T09:30:00.000Z" });
  passTo(account, "2026-11-22T09:32:00Z");
  expect(await sizes(account)).toEqual([2, 5, 6]);
  expect(await described(account)).toEqual([]);
});

test("a start time comes before the recurrence, and an end time ends it", async () => {
  const account = await openGroup();
  await put(account, {
    StartTime: new Date("2026-11-22T09:30:00Z"),
    EndTime: new Date("2026-11-24T06:59:00Z"),
    Recurrence: "0 7 * * *",
    DesiredCapacity: 5,
  });
  passTo(account, "2026-11-22T09:32:00Z");
  expect(await sizes(account)).toEqual([2, 5, 6]);
  expect(await nextTimes(account)).toEqual({ day: "2026-11-23T07:00:00.000Z" });
  passTo(account, "2026-11-23T07:02:00Z");
  expect(await described(account)).toEqual([]);
});

test("an action that would contradict the sizes of the group fails, and changes nothing", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 * * *", MinSize: 8 });
  await put(account, { ScheduledActionName: "more", Recurrence: "0 8 * * *", DesiredCapacity: 9 });
  passTo(account, "2026-11-22T08:02:00Z");
  expect(await sizes(account)).toEqual([2, 2, 6]);
  const [second, first] = await activities(account);
  expect(first).toMatchObject({
    Description: "Executing scheduled action day",
    StatusCode: "Failed",
    StatusMessage: "Max bound, 6, must be greater than or equal to min bound, 8",
  });
  expect(second).toMatchObject({
    StatusCode: "Failed",
    StatusMessage: "Desired capacity:9 must be between the specified min size:2 and max size:6",
  });
  expect(Object.keys(await nextTimes(account))).toEqual(["day", "more"]);
});

test("with ScheduledActions suspended, an action does not run, and the next one is scheduled", async () => {
  const account = await openGroup();
  const processes = { ...web, ScalingProcesses: ["ScheduledActions"] };
  await put(account, { Recurrence: "0 7 * * *", DesiredCapacity: 5 });
  await account.autoScaling.send(new SuspendProcessesCommand(processes));
  passTo(account, "2026-11-22T07:10:00Z");
  expect(await sizes(account)).toEqual([2, 2, 6]);
  expect(await nextTimes(account)).toEqual({ day: "2026-11-23T07:00:00.000Z" });
  await account.autoScaling.send(new ResumeProcessesCommand(processes));
  passTo(account, "2026-11-23T06:59:00Z");
  expect(await sizes(account)).toEqual([2, 2, 6]);
  passTo(account, "2026-11-23T07:02:00Z");
  expect(await sizes(account)).toEqual([2, 5, 6]);
});

test("with Launch suspended, the sizes change, and the servers come on resuming", async () => {
  const account = await openGroup();
  const processes = { ...web, ScalingProcesses: ["Launch"] };
  await put(account, { Recurrence: "0 7 * * *", MinSize: 4 });
  await account.autoScaling.send(new SuspendProcessesCommand(processes));
  passTo(account, "2026-11-22T08:00:00Z");
  expect(await sizes(account)).toEqual([4, 4, 6]);
  expect((await describeGroup(account))?.Instances).toHaveLength(2);
  await account.autoScaling.send(new ResumeProcessesCommand(processes));
  await grown(account, 4, 300);
});

test("an action that is put again has the new values and the same ARN, and runs once", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 * * *", MinSize: 3 });
  const [{ ScheduledActionARN } = {}] = await described(account);
  await put(account, { Recurrence: "0 7 * * *", DesiredCapacity: 5 });
  expect(await described(account)).toMatchObject([{ ScheduledActionARN, DesiredCapacity: 5 }]);
  passTo(account, "2026-11-22T07:02:00Z");
  expect(await sizes(account)).toEqual([2, 5, 6]);
  await put(account, { Recurrence: "0 9 * * *", DesiredCapacity: 4 });
  passTo(account, "2026-11-23T08:00:00Z");
  expect(await sizes(account)).toEqual([2, 4, 6]);
  expect(await nextTimes(account)).toEqual({ day: "2026-11-23T09:00:00.000Z" });
});

test("an action that is deleted does not run, nor does one of a deleted group", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 * * *", DesiredCapacity: 5 });
  const gone = new DeleteScheduledActionCommand({ ...web, ScheduledActionName: "day" });
  await account.autoScaling.send(gone);
  expect(await refusal(account.autoScaling.send(gone))).toMatchObject({
    code: "ValidationError",
    message: "Scheduled action name not found",
  });
  await put(account, { ScheduledActionName: "other", Recurrence: "0 8 * * *", DesiredCapacity: 4 });
  passTo(account, "2026-11-22T07:30:00Z");
  expect(await sizes(account)).toEqual([2, 2, 6]);
  await account.sandbox.call("autoscaling", "DeleteAutoScalingGroup", {
    ...web,
    ForceDelete: true,
  });
  passTo(account, "2026-11-22T09:00:00Z");
  expect(await describeGroup(account)).toBeUndefined();
});

test("batches tell of each action that fails", async () => {
  const account = await openGroup();
  const batch = new BatchPutScheduledUpdateGroupActionCommand({
    ...web,
    ScheduledUpdateGroupActions: [
      { ScheduledActionName: "a", Recurrence: "0 7 * * *", MinSize: 3 },
      { ScheduledActionName: "b", Recurrence: "0 7 * * *", MinSize: 3 },
      { ScheduledActionName: "c", Recurrence: "0 8 * * *", MinSize: 3 },
    ],
  });
  expect(await account.autoScaling.send(batch)).toMatchObject({
    FailedScheduledUpdateGroupActions: [
      {
        ScheduledActionName: "b",
        ErrorCode: "AlreadyExists",
        ErrorMessage: "Scheduled action with this scheduled start time already exists",
      },
    ],
  });
  const gone = new BatchDeleteScheduledActionCommand({
    ...web,
    ScheduledActionNames: ["a", "b"],
  });
  expect(await account.autoScaling.send(gone)).toMatchObject({
    FailedScheduledActions: [{ ScheduledActionName: "b", ErrorCode: "ValidationError" }],
  });
  expect(Object.keys(await nextTimes(account))).toEqual(["c"]);
});

test("actions are found by name and by time, and paged", async () => {
  const account = await openGroup();
  for (const hour of [7, 8, 9]) {
    await put(account, {
      ScheduledActionName: `at ${hour}`,
      Recurrence: `0 ${hour} * * *`,
      MinSize: 3,
    });
  }
  const found = async (input: DescribeScheduledActionsCommandInput) =>
    (await described(account, input)).map(({ ScheduledActionName }) => ScheduledActionName);
  expect(await found({ ...web, ScheduledActionNames: ["at 8", "none"] })).toEqual(["at 8"]);
  const StartTime = new Date("2026-11-22T08:00:00Z");
  expect(await found({ StartTime })).toEqual(["at 8", "at 9"]);
  expect(await found({ EndTime: StartTime })).toEqual(["at 7", "at 8"]);
  // With names, the times are ignored.
  expect(await found({ ScheduledActionNames: ["at 7"], StartTime })).toEqual(["at 7"]);
  const pages: number[] = [];
  const paging = { client: account.autoScaling, pageSize: 2 };
  for await (const page of paginateDescribeScheduledActions(paging, { ...web })) {
    pages.push(page.ScheduledUpdateGroupActions?.length ?? 0);
  }
  expect(pages).toEqual([2, 1]);
});

test("a group has 125 actions at most", async () => {
  const account = await openGroup();
  const at = (number: number): Input => ({
    ScheduledActionName: `a${number}`,
    StartTime: new Date(begin + 86_400_000 + number * 60_000),
    MinSize: 2,
  });
  for (let number = 1; number <= 125; number += 1) await put(account, at(number));
  expect((await refusal(put(account, at(126)))).code).toBe("LimitExceededFault");
  await put(account, { ...at(125), MinSize: 3 });
});

test("an account that is saved and opened again keeps its schedule", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 * * *", TimeZone: "Europe/Berlin", DesiredCapacity: 5 });
  const sandbox = await createSandbox({ snapshot: account.sandbox.snapshot(), speed: 1 });
  vi.setSystemTime(Date.parse("2026-11-22T06:02:00Z"));
  expect(await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {})).toMatchObject({
    AutoScalingGroups: [{ DesiredCapacity: 5 }],
  });
});

test("an action that is due every month needs an event a month", async () => {
  const account = await openGroup();
  await put(account, { Recurrence: "0 7 1 * *", MinSize: 2 });
  const counted = () => JSON.parse(account.sandbox.snapshot()).order;
  const before = counted();
  account.pass(365 * 24 * 3600);
  // Each run is followed by the evaluation of the group.
  expect(counted() - before).toBe(24);
});

describe("an action is refused", () => {
  const daily = { Recurrence: "0 7 * * *" };
  const time = (iso: string) => new Date(`2026-11-${iso}Z`);
  const cases: [string, Input, string][] = [
    [
      "with a start in the past",
      { StartTime: time("21T23:00:00"), MinSize: 2 },
      "Given start time is in the past",
    ],
    [
      "with an end in the past",
      { ...daily, EndTime: time("21T23:00:00"), MinSize: 2 },
      "Given end time is in the past",
    ],
    [
      "with an end before the start",
      { ...daily, EndTime: time("22T06:00:00"), MinSize: 2 },
      "Given end time is before",
    ],
    [
      "with a minimum above the maximum",
      { ...daily, MinSize: 3, MaxSize: 2 },
      "Max size must be greater",
    ],
    [
      "with a desired capacity below the minimum",
      { ...daily, MinSize: 3, DesiredCapacity: 2 },
      "Desired capacity must be greater than or equal to min size",
    ],
    [
      "with a desired capacity above the maximum",
      { ...daily, MaxSize: 3, DesiredCapacity: 4 },
      "Desired capacity must be less than or equal to max size",
    ],
    ["with a negative size", { ...daily, MinSize: -1 }, "Group sizes must be 0 or more"],
    ["without any size", daily, "At least one of MinSize, MaxSize or DesiredCapacity"],
    ["without any time", { MinSize: 2 }, "Either StartTime or Recurrence"],
    [
      "with a zone and no recurrence",
      { TimeZone: "Etc/UTC", StartTime: time("23T07:00:00"), MinSize: 2 },
      "TimeZone",
    ],
    ...[
      "0 7 * *",
      "0 7 * * * *",
      "0 25 * * *",
      "0 7 31 2 *",
      "@daily",
      "0 7 L * *",
      "0 7 * * MON#1",
      "0 7 ? * *",
      "at seven",
    ].map((Recurrence): [string, Input, string] => [
      `with ${Recurrence}`,
      { Recurrence, MinSize: 2 },
      `Given recurrence string: ${Recurrence} is invalid`,
    ]),
    ...["Nowhere/Near", "+10:00", "AEST10", "australia/sydney"].map(
      (TimeZone): [string, Input, string] => [
        `in the zone ${TimeZone}`,
        { ...daily, TimeZone, MinSize: 2 },
        `Given time zone ${TimeZone} is invalid`,
      ],
    ),
    [
      "of a group that does not exist",
      { ...daily, AutoScalingGroupName: "none", MinSize: 2 },
      "not found",
    ],
  ];

  test.each(cases)("%s", async (_name, input, told) => {
    const account = await openGroup();
    const { code, message } = await refusal(put(account, input));
    expect(code).toBe("ValidationError");
    expect(message).toContain(told);
    expect(await described(account)).toEqual([]);
  });

  test("at the time of another one", async () => {
    const account = await openGroup();
    await put(account, { ...daily, MinSize: 2 });
    const same = { ScheduledActionName: "same", StartTime: time("22T07:00:00"), MinSize: 3 };
    expect(await refusal(put(account, same))).toMatchObject({
      code: "AlreadyExistsFault",
      message: "Scheduled action with this scheduled start time already exists",
    });
  });

  test.each(["0/10 * * * MON-SUN", "*/5 8-18 * JAN,feb 1-5", "30 0 1 1,6,12 *", "0 7 * * 7"])(
    "but not with %s",
    async (Recurrence) => {
      const account = await openGroup();
      await put(account, { Recurrence, MinSize: 2 });
      expect(await described(account)).toMatchObject([{ Recurrence }]);
    },
  );
});
