import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Alarm, putAlarm, removeAlarms } from "../../../src/sandbox/cloud-watch/alarms.ts";
import { cloudWatch } from "../../../src/sandbox/cloud-watch/service.ts";
import {
  type AlarmAction,
  alarmActs,
  metricsChanged,
} from "../../../src/sandbox/cloud-watch/signals.ts";
import { commonErrors } from "../../../src/sandbox/common-errors.ts";
import { query } from "../../../src/sandbox/protocol/query.ts";
import { listen, type Region, type Statistics } from "../../../src/sandbox/region.ts";
import { World } from "../../../src/sandbox/world.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 22, 12);
const policy =
  "arn:aws:autoscaling:eu-west-1:000000000000:scalingPolicy:1:autoScalingGroupName/web:policyName/cpu";
const topic = "arn:aws:sns:eu-west-1:000000000000:people";

/** What a service of the test publishes, how often, and what it does about alarms. */
let published: Statistics | undefined;
let period: number;
let acted: AlarmAction[];
let onAction: (region: Region) => void;

beforeEach(() => {
  published = undefined;
  period = 60;
  acted = [];
  onAction = () => undefined;
  vi.useFakeTimers({ now: start, toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A world with CloudWatch and a service that publishes a metric and hears of actions. */
function openWorld() {
  const world = new World(
    {
      version: 1,
      account: "000000000000",
      anchor: { real: start, sandbox: start },
      speed: 1,
      now: start,
      random: 1,
      order: 0,
      queue: [],
      regions: {},
    },
    {
      services: [
        cloudWatch,
        {
          name: "test",
          sdkId: "Test",
          protocol: query({ version: "test", xmlNamespace: "test" }),
          errors: commonErrors,
          operations: [],
          operationNames: "",
          tables: [],
          metrics: [
            {
              namespace: "Test",
              name: "Load",
              dimensions: ["Group"],
              unit: "Percent",
              period: () => period,
              value: () => published,
            },
          ],
          listeners: [
            listen(alarmActs, (region, action) => {
              acted.push(action);
              onAction(region);
            }),
          ],
        },
      ],
      maxLag: 0,
      pageSize: 1000,
      defaultVpc: true,
      quotas: {},
      happens: () => false,
    },
  );
  const region = world.region("eu-west-1");
  return {
    region,
    pass: (minutes: number) => world.advance(world.now() + minutes * minute),
    publish: (value: number | undefined) => {
      published =
        value === undefined ? undefined : { sum: value, count: 1, minimum: value, maximum: value };
      region.signal(metricsChanged, undefined);
    },
    events: () => world.state.order,
  };
}

function busy(more: Partial<Alarm> = {}): Alarm {
  return {
    name: "busy",
    actionsEnabled: true,
    actions: { OK: [], ALARM: [policy, topic], INSUFFICIENT_DATA: [] },
    measured: {
      namespace: "Test",
      name: "Load",
      dimensions: { Group: "web" },
      period: 60,
      statistic: "Average",
    },
    comparison: "GreaterThanThreshold",
    threshold: 50,
    evaluationPeriods: 3,
    ...more,
  };
}

test("an alarm invokes all actions once, and those of Auto Scaling every minute", () => {
  const { region, pass, publish } = openWorld();
  putAlarm(region, busy());
  publish(80);
  pass(2);
  expect(acted).toEqual([]);
  pass(1);
  expect(acted.map(({ action }) => action)).toEqual([policy, topic]);
  expect(acted[0]).toMatchObject({
    alarm: "busy",
    arn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:busy",
    state: "ALARM",
    previous: "INSUFFICIENT_DATA",
    value: 80,
    threshold: 50,
    at: start + 3 * minute,
    description: undefined,
  });
  pass(2);
  expect(acted.map(({ action }) => action)).toEqual([policy, topic, policy, policy]);
  publish(10);
  pass(10);
  expect(acted.length).toBe(4);
});

test("an action that changes nothing is not repeated for ever, but again after a change", () => {
  const { region, pass, publish, events } = openWorld();
  putAlarm(region, busy());
  publish(80);
  pass(60);
  const count = acted.length;
  expect(count).toBeGreaterThan(5);
  const before = events();
  pass(7 * 24 * 60);
  expect(acted.length).toBe(count);
  expect(events()).toBe(before);
  // For example, a cooldown ended.
  region.signal(metricsChanged, undefined);
  pass(1);
  expect(acted.length).toBe(count + 1);
});

test("an action that changes something each time is repeated as long as it does", () => {
  const { region, pass, publish } = openWorld();
  putAlarm(region, busy({ actions: { OK: [], ALARM: [policy], INSUFFICIENT_DATA: [] } }));
  onAction = (there) => there.signal(metricsChanged, undefined);
  publish(80);
  pass(62);
  expect(acted.length).toBe(60);
});

test("disabled actions are not invoked", () => {
  const { region, pass, publish } = openWorld();
  putAlarm(region, busy({ actionsEnabled: false }));
  publish(80);
  pass(30);
  expect(acted).toEqual([]);
});

test("an action may delete alarms", () => {
  const { region, pass, publish } = openWorld();
  putAlarm(region, busy());
  putAlarm(region, busy({ name: "other" }));
  onAction = (there) => removeAlarms(there, ["busy", "other"]);
  publish(80);
  pass(60);
  expect(acted.map(({ alarm }) => alarm)).toEqual(["busy", "busy"]);
});

test("the minutes that an alarm slept through have the value at which it fell asleep", () => {
  const { region, pass, publish } = openWorld();
  putAlarm(region, busy({ evaluationPeriods: 10, datapointsToAlarm: 10 }));
  publish(80);
  pass(7 * 24 * 60);
  acted = [];
  publish(10);
  pass(1);
  // Nine of ten minutes breach.
  putAlarm(region, busy({ evaluationPeriods: 10, datapointsToAlarm: 9 }));
  pass(1);
  expect(acted).toEqual([]);
  putAlarm(region, busy({ evaluationPeriods: 10, datapointsToAlarm: 7 }));
  pass(1);
  expect(acted.map(({ action }) => action)).toEqual([policy, topic]);
});

test("data of basic monitoring come every five minutes, and an alarm on them settles", () => {
  const { region, pass, publish, events } = openWorld();
  period = 300;
  putAlarm(region, busy());
  publish(80);
  pass(6);
  expect(acted).toEqual([]);
  // The datapoint of 12:05 is three minutes old, and no other one came.
  pass(1);
  expect(acted.map(({ action }) => action)).toEqual([policy, topic]);
  pass(60);
  expect(acted.filter(({ action }) => action === topic).length).toBe(1);
  const before = events();
  pass(7 * 24 * 60);
  expect(events()).toBe(before);
});

test("an alarm on them wakes until it has seen the new value", () => {
  const { region, pass, publish } = openWorld();
  period = 300;
  putAlarm(region, busy({ actions: { OK: [topic], ALARM: [], INSUFFICIENT_DATA: [] } }));
  publish(80);
  pass(60);
  publish(10);
  pass(30);
  expect(acted).toMatchObject([{ state: "OK", previous: "ALARM", value: 10 }]);
});

test("an alarm that is deleted and created again is evaluated once a minute", () => {
  const { region, pass, publish } = openWorld();
  const alarm = busy({ actions: { OK: [], ALARM: [policy], INSUFFICIENT_DATA: [] } });
  putAlarm(region, alarm);
  removeAlarms(region, ["busy"]);
  putAlarm(region, alarm);
  publish(80);
  pass(7);
  expect(acted.map(({ at }) => (at - start) / minute)).toEqual([3, 4, 5, 6, 7]);
});

test("a metric that ends leaves the alarm without data", () => {
  const { region, pass, publish, events } = openWorld();
  const actions = { OK: [], ALARM: [], INSUFFICIENT_DATA: [topic] };
  putAlarm(region, busy({ actions }));
  publish(10);
  pass(30);
  publish(undefined);
  pass(4);
  expect(acted).toEqual([]);
  pass(1);
  expect(acted).toMatchObject([{ action: topic, state: "INSUFFICIENT_DATA", previous: "OK" }]);
  pass(60);
  const before = events();
  pass(7 * 24 * 60);
  expect(events()).toBe(before);
});
