import {
  DeleteAutoScalingGroupCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  type RefreshPreferences,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { StopInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { type Account, buildTier, healthOfFront, openAccount } from "../tier.ts";
import { follow, rolling, runTier, start, versionsOf } from "./rollout.ts";
import { activities, createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const enter = (account: Account, ids: string[], ShouldDecrementDesiredCapacity: boolean) =>
  account.autoScaling.send(
    new EnterStandbyCommand({
      AutoScalingGroupName: "web",
      InstanceIds: ids,
      ShouldDecrementDesiredCapacity,
    }),
  );
const exit = (account: Account, ids: string[]) =>
  account.autoScaling.send(
    new ExitStandbyCommand({ AutoScalingGroupName: "web", InstanceIds: ids }),
  );

async function open(count = 2) {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { MinSize: 1, DesiredCapacity: count });
  const ids = await serving(account, count);
  const stateOf = async (id: string) =>
    (await describeGroup(account))?.Instances?.find(({ InstanceId }) => InstanceId === id)
      ?.LifecycleState;
  return { account, tier, ids, stateOf };
}

test("an instance on standby leaves the load balancer, and the desired capacity with it", async () => {
  const { account, ids, stateOf } = await open();
  const [id = "", other = ""] = ids;
  const { Activities: [activity] = [] } = await enter(account, [id], true);
  expect(activity).toMatchObject({
    Description: `Moving EC2 instance to Standby: ${id}`,
    StatusCode: "InProgress",
    Cause: expect.stringMatching(/was moved to standby .*shrinking the capacity from 2 to 1\.$/),
  });
  expect(await stateOf(id)).toBe("EnteringStandby");
  account.pass(120);
  expect(await stateOf(id)).toBe("Standby");
  expect((await describeGroup(account))?.DesiredCapacity).toBe(1);
  expect([...(await healthOfFront(account)).keys()]).toEqual([other]);
  expect((await activities(account)).map(({ StatusCode }) => StatusCode)).not.toContain(
    "InProgress",
  );
});

test("and back in service it is registered again, and the desired capacity grows", async () => {
  const { account, ids, stateOf } = await open();
  const [id = ""] = ids;
  await enter(account, [id], true);
  account.pass(60);
  const { Activities: [activity] = [] } = await exit(account, [id]);
  expect(activity?.Description).toBe(`Moving EC2 instance out of Standby: ${id}`);
  expect(await stateOf(id)).toBe("Pending");
  expect((await serving(account, 2, 120)).toSorted()).toEqual(ids.toSorted());
  expect((await describeGroup(account))?.DesiredCapacity).toBe(2);
});

test("without a smaller capacity another is launched in its place", async () => {
  const { account, ids, stateOf } = await open();
  const [id = ""] = ids;
  await enter(account, [id], false);
  const now = await serving(account, 2);
  expect(now).not.toContain(id);
  expect(await stateOf(id)).toBe("Standby");
  expect((await describeGroup(account))?.Instances).toHaveLength(3);
});

test("nobody looks after the health of one on standby; in service again it is replaced", async () => {
  const { account, ids, stateOf } = await open();
  const [id = ""] = ids;
  await enter(account, [id], true);
  account.pass(60);
  await account.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  account.pass(1800);
  expect(await stateOf(id)).toBe("Standby");
  await exit(account, [id]);
  const now = await serving(account, 2);
  expect(now).not.toContain(id);
  account.pass(120);
  expect(await stateOf(id)).toBeUndefined();
});

test("one that is terminated meanwhile leaves the group", async () => {
  const { account, ids, stateOf } = await open();
  const [id = ""] = ids;
  await enter(account, [id], true);
  account.pass(60);
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  account.pass(120);
  expect(await stateOf(id)).toBeUndefined();
});

test("a forced deletion takes it along", async () => {
  const { account, ids } = await open();
  await enter(account, ids.slice(0, 1), true);
  account.pass(60);
  await account.autoScaling.send(
    new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "web", ForceDelete: true }),
  );
  account.pass(300);
  expect(await describeGroup(account)).toBeUndefined();
  expect(account.sandbox.inventory()["instance"]).toBeUndefined();
});

test("what AWS refuses", async () => {
  const { account, ids } = await open();
  const [id = ""] = ids;
  const refused = expect.objectContaining({ name: "ValidationError" });
  await expect(exit(account, [id])).rejects.toThrow(`The instance ${id} is not in Standby.`);
  await expect(enter(account, ids, true)).rejects.toEqual(refused);
  await expect(enter(account, ["i-0123456789abcdef0"], true)).rejects.toThrow(/is not part of/);
  await expect(enter(account, [], true)).rejects.toEqual(refused);
  await enter(account, [id], false);
  await expect(enter(account, [id], false)).rejects.toThrow(
    `The instance ${id} is not in InService.`,
  );
});

const preferences: readonly [
  RefreshPreferences["StandbyInstances"],
  end: string,
  versions: readonly string[],
][] = [
  ["Ignore", "Successful", ["1", "2", "2"]],
  ["Terminate", "Successful", ["2", "2"]],
  ["Wait", "RollbackSuccessful", ["1", "1", "1"]],
];
test.each(preferences)(
  "an instance refresh that is to %s it ends %s",
  async (kind, end, versions) => {
    const running = await runTier();
    const { account } = running;
    const [id = ""] = (await versionsOf(account)).ids;
    await enter(account, [id], false);
    await serving(account, 2);
    await start(running, "2", {
      ...rolling,
      ...(kind !== undefined && { StandbyInstances: kind }),
    });
    const story = await follow(running, 3 * 3600);
    expect(story.end.Status).toBe(end);
    if (kind === "Wait") expect([...story.reasons].join()).toContain("i-… is in Standby");
    account.pass(120);
    expect((await versionsOf(account)).versions).toEqual(versions);
  },
);

test("while Launch is suspended, a server on standby cannot return to service", async () => {
  const { account, ids, stateOf } = await open();
  const [id = ""] = ids;
  await enter(account, [id], true);
  account.pass(400);
  const processes = { AutoScalingGroupName: "web", ScalingProcesses: ["Launch"] };
  await account.autoScaling.send(new SuspendProcessesCommand(processes));
  expect((await refusal(exit(account, [id]))).code).toBe("ValidationError");
  expect(await stateOf(id)).toBe("Standby");
  await account.autoScaling.send(new ResumeProcessesCommand(processes));
  await exit(account, [id]);
  account.pass(30);
  expect(await stateOf(id)).toBe("InService");
});
