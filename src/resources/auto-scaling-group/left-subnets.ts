import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { OutsideError } from "../../engine/errors.ts";
import type { Note } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeInstances } from "../shared/instances.ts";
import type { Rollout } from "./fields.ts";
import { watchLaunches } from "./launches.ts";
import { type HeldMember, heldRemedy, heldWords, watchHooks } from "./lifecycle-hooks.ts";
import { lookAtGroup } from "./look-ups.ts";
import { countsAsCapacity } from "./members.ts";
import { replaceAll } from "./rollout.ts";
import { blockedError, blocking, suspensionsOf } from "./scaling-processes.ts";

/** A server in a former subnet of its group. */
interface LeftBehind {
  readonly id: string;
  readonly subnet: string;
  /**
   * Whether Auto Scaling moves the server. It rebalances between zones only, so it does not move
   * servers to another subnet of a zone that the group still uses ("Rebalancing activities", Amazon
   * EC2 Auto Scaling User Guide).
   */
  readonly moves: boolean;
}

/**
 * The servers in former subnets of the group. Omits servers that are protected from scale-in, because
 * neither a rollout nor rebalancing replaces them.
 */
export function leftBehind(
  group: AutoScalingGroup,
  instances: readonly Instance[],
): readonly LeftBehind[] {
  const subnets = (group.VPCZoneIdentifier ?? "").split(",");
  const subnetOf = new Map(instances.map(({ InstanceId, SubnetId }) => [InstanceId, SubnetId]));
  const rebalances = suspensionsOf(group).every(({ process }) => process !== "AZRebalance");
  return (group.Instances ?? [])
    .filter(({ LifecycleState = "" }) => countsAsCapacity(LifecycleState))
    .filter(({ ProtectedFromScaleIn }) => !ProtectedFromScaleIn)
    .flatMap(({ InstanceId: id = "", AvailabilityZone: zone = "" }) => {
      const subnet = subnetOf.get(id);
      if (subnet === undefined || subnets.includes(subnet)) return [];
      const isZoneOfGroup = group.AvailabilityZones?.includes(zone) === true;
      return [{ id, subnet, moves: rebalances && !isZoneOfGroup }];
    });
}

/** The notes on them for plan and status. */
export function leftBehindNotes(left: readonly LeftBehind[]): readonly Note[] {
  return left.map(({ id, subnet, moves }) => ({
    summary: `${id} is still in ${subnet}, which is no longer a subnet of the group`,
    remedy: moves
      ? "Auto Scaling replaces it with a server in one of the group's subnets. An apply waits for that."
      : "Auto Scaling does not move it. An apply replaces all of the group's servers, as a rollout does.",
  }));
}

/** Rebalancing moves one server at a time: launch, health checks, then draining the old one. */
const moveDeadline = 60 * 60_000;

/**
 * Moves every server into a subnet of the group. Waits for those that Auto Scaling moves, and
 * replaces the others.
 *
 * @throws OutsideError at once if it needs a suspended process, and when launches fail repeatedly.
 */
export async function leaveSubnets(
  context: ResourceContext,
  groupName: string,
  rollout: Rollout | null,
): Promise<void> {
  const look = async () => {
    const group = await lookAtGroup(context, groupName);
    const ids = (group?.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
    const instances = await describeInstances(context, ids);
    return { group, left: group === undefined ? [] : leftBehind(group, instances) };
  };
  const { left } = await look();
  if (rollout !== null && left.some(({ moves }) => !moves)) {
    await replaceAll(context, groupName, rollout);
  }
  const place = { group: groupName, region: await context.clients.region() };
  const stopIfHopeless = watchLaunches(context, groupName);
  const hooks = watchHooks(context, groupName);
  let held: HeldMember | undefined;
  try {
    await waitFor({
      what: `the servers of ${groupName} to leave its former subnets`,
      deadline: moveDeadline,
      allowance: hooks.allowance,
      pace: 10_000,
      context,
      remedy: "Run the same command again to keep waiting.",
      probe: async (): Promise<Probe<void>> => {
        const { group, left } = await look();
        const [first, ...more] = left;
        if (group === undefined || first === undefined) return { done: undefined };
        const blocked = blocking(group, "move");
        const what = `${first.id} is still in ${first.subnet}, which is no longer a subnet of the group, and has to be moved`;
        if (blocked.length > 0) throw blockedError(what, blocked, place);
        const members = await hooks.held(group);
        [held] = members;
        await hooks.stopIfStuck(members, `moving servers out of ${first.subnet}`);
        await stopIfHopeless();
        const others = more.length === 0 ? "" : `, and ${more.length} more`;
        const why = held === undefined ? "" : `: ${held.id} ${heldWords(held)}`;
        return { pending: `${first.id} is still in ${first.subnet}${others}${why}` };
      },
    });
  } catch (error) {
    const isDeadline = error instanceof OutsideError && error.code === undefined;
    if (!isDeadline || held === undefined) throw error;
    throw new OutsideError(error.message, { remedy: heldRemedy(held, place), cause: error });
  }
}
