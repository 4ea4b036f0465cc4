import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateAutoScalingGroupCommand,
  PutLifecycleHookCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { openMixed, policyOf, servers } from "./mixed-group.ts";
import { activities, describeGroup, serving, servingInstances } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const allSpot = { OnDemandPercentageAboveBaseCapacity: 0 };
const open = (CapacityRebalance: boolean) =>
  openMixed(["t3.small"], allSpot, { CapacityRebalance, MaxSize: 2 });

async function stateReason(account: Account, id: string) {
  const { Reservations = [] } = await account.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  return Reservations[0]?.Instances?.[0]?.StateReason;
}

const causes = async (account: Account) => (await activities(account)).map(({ Cause }) => Cause);

/** The fewest that serve until the server is gone from the group, and the most servers that there are. */
async function follow(account: Account, gone: string, seconds: number) {
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  let waited = 0;
  await account.until(
    seconds,
    async () => {
      waited += 5;
      fewest = Math.min(fewest, (await servingInstances(account)).length);
      const members = (await describeGroup(account))?.Instances ?? [];
      most = Math.max(most, members.length);
      return members.some(({ InstanceId }) => InstanceId === gone) ? undefined : true;
    },
    5,
  );
  return { fewest, most, waited };
}

describe("EC2 takes a Spot Instance back", () => {
  test("two minutes after a notice, and the group replaces it then", async () => {
    const { account } = await open(false);
    expect((await describeGroup(account))?.CapacityRebalance).toBeUndefined();
    const taken = account.sandbox.reclaimSpot(1);
    expect(taken).toMatchObject({ noticeIn: 300, interruptionIn: 420 });
    const [{ id } = { id: "" }] = taken.instances;
    expect(taken.instances[0]).toMatchObject({ instanceType: "t3.small", group: "web" });
    account.pass(419);
    expect(await servingInstances(account)).toContain(id);
    account.pass(1);
    expect(await stateReason(account, id)).toEqual({
      Code: "Server.SpotInstanceTermination",
      Message: "Server.SpotInstanceTermination: Spot instance termination",
    });
    const { fewest } = await follow(account, id, 600);
    expect(fewest).toBe(1);
    await serving(account, 2);
    expect((await servers(account)).map(({ option }) => option)).toEqual(["spot", "spot"]);
    expect(await causes(account)).toContainEqual(
      expect.stringContaining("EC2 health check indicating it has been terminated or stopped"),
    );
  });

  test("one after the other, and no more than there are", async () => {
    const { account } = await open(false);
    expect(() => account.sandbox.reclaimSpot(3)).toThrow(/has 2 Spot Instances that run.*not 3/);
    account.sandbox.reclaimSpot(1, { group: "web" });
    account.sandbox.reclaimSpot(1, { group: "web" });
    expect(() => account.sandbox.reclaimSpot(1)).toThrow(/ap-southeast-2 has no Spot Instance/);
    expect(() => account.sandbox.reclaimSpot(1, { group: "shop" })).toThrow(/'shop' not found/);
    expect(() => account.sandbox.reclaimSpot(0)).toThrow(/must be 1 or more/);
    account.pass(420);
    expect(await servingInstances(account)).toEqual([]);
    await serving(account, 2);
  });

  test("never one of On-Demand", async () => {
    const { account } = await openMixed(["t3.small"], { OnDemandBaseCapacity: 1, ...allSpot });
    const spot = (await servers(account)).filter(({ option }) => option === "spot");
    expect(account.sandbox.reclaimSpot(1).instances.map(({ id }) => id)).toEqual([spot[0]?.id]);
    expect(() => account.sandbox.reclaimSpot(1)).toThrow(/no Spot Instance/);
  });

  test("also while nobody has the account open", async () => {
    const directory = mkdtempSync(join(tmpdir(), "reconcile-"));
    try {
      const stateFile = join(directory, "sandbox.json");
      const account = await openAccount({ stateFile });
      const tier = await buildTier(account);
      await account.autoScaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: "web",
          MixedInstancesPolicy: policyOf(tier, ["t3.small"], allSpot),
          MinSize: 1,
          MaxSize: 1,
          CapacityRebalance: true,
          VPCZoneIdentifier: account.subnets[0],
        }),
      );
      account.pass(120);
      const [{ id } = { id: "" }] = account.sandbox.reclaimSpot(1).instances;
      await account.sandbox.close();
      vi.setSystemTime(Date.now() + 3_600_000);
      const later = await openAccount({ stateFile });
      const [server] = await servers(later);
      expect(server).toMatchObject({ option: "spot" });
      expect(server?.id).not.toBe(id);
      await later.sandbox.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("with Capacity Rebalancing", () => {
  test("the replacement is in service before the old one goes", async () => {
    const { account } = await open(true);
    expect((await describeGroup(account))?.CapacityRebalance).toBe(true);
    const [{ id } = { id: "" }] = account.sandbox.reclaimSpot(1).instances;
    const { fewest, most, waited } = await follow(account, id, 420);
    expect({ fewest, most }).toEqual({ fewest: 2, most: 3 });
    expect(waited).toBeLessThan(420);
    expect((await describeGroup(account))?.Instances).toHaveLength(2);
    const told = await causes(account);
    for (const what of ["launched", "taken out of service"]) {
      expect(told).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `an instance was ${what} in response to an EC2 instance rebalance recommendation\\.$`,
          ),
        ),
      );
    }
    account.pass(1200);
    expect(await serving(account, 2, 0)).not.toContain(id);
  });

  test("switched on later, it heeds only later recommendations", async () => {
    const { account } = await open(false);
    await account.autoScaling.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: "web",
        CapacityRebalance: true,
      }),
    );
    const [{ id } = { id: "" }] = account.sandbox.reclaimSpot(1).instances;
    expect((await follow(account, id, 420)).fewest).toBe(2);
  });

  test("without capacity for a replacement, the old one serves until its notice", async () => {
    const { account } = await open(true);
    for (const zone of ["ap-southeast-2a", "ap-southeast-2b"]) {
      account.sandbox.setSupply(zone, "none");
    }
    const [{ id } = { id: "" }] = account.sandbox.reclaimSpot(1).instances;
    account.pass(295);
    expect(await serving(account, 2, 0)).toContain(id);
    account.pass(10);
    expect(await servingInstances(account)).not.toContain(id);
    expect(await causes(account)).toContainEqual(
      expect.stringContaining("EC2 Spot Instance interruption notice"),
    );
  });

  test("while Launch is suspended, there is no replacement", async () => {
    const { account } = await open(true);
    await account.autoScaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName: "web", ScalingProcesses: ["Launch"] }),
    );
    account.sandbox.reclaimSpot(1);
    account.pass(3600);
    expect((await describeGroup(account))?.Instances).toHaveLength(1);
  });

  test("a termination hook holds the old one, at most until EC2 ends it", async () => {
    const { account } = await open(true);
    await account.autoScaling.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName: "web",
        LifecycleHookName: "flush",
        LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
        HeartbeatTimeout: 3600,
        DefaultResult: "CONTINUE",
      }),
    );
    const [{ id } = { id: "" }] = account.sandbox.reclaimSpot(1).instances;
    account.pass(415);
    const held = (await describeGroup(account))?.Instances?.find(
      ({ InstanceId }) => InstanceId === id,
    );
    expect(held?.LifecycleState).toBe("Terminating:Wait");
    expect(await stateReason(account, id)).toBeUndefined();
    account.pass(60);
    expect((await stateReason(account, id))?.Code).toBe("Server.SpotInstanceTermination");
  });
});
