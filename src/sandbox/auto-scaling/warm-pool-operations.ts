import {
  DeleteWarmPool$,
  type DeleteWarmPoolType,
  DescribeWarmPool$,
  type DescribeWarmPoolType,
  PutWarmPool$,
  type PutWarmPoolType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { wantsSpot } from "./distribution.ts";
import { wake } from "./evaluation.ts";
import { type Group, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { describeMember } from "./instance-answer.ts";
import { pageInPlace } from "./listing.ts";
import { activeRefresh } from "./refresh.ts";
import { noSpotInPool, pooledMembers, warmMembers } from "./warm-pool.ts";
import { describePoolConfiguration } from "./warm-pool-answer.ts";
import type { PoolState, WarmPool } from "./warm-pool-record.ts";

/** "To remove a value that you previously set, include the property but specify -1." */
const UNSET = -1;

export const putWarmPool = operation<PutWarmPoolType>(
  PutWarmPool$,
  [
    "AutoScalingGroupName",
    "MaxGroupPreparedCapacity",
    "MinSize",
    "PoolState",
    "InstanceReusePolicy.ReuseOnScaleIn",
  ],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    if (activeRefresh(group) !== undefined) {
      throw new AwsError(
        "InstanceRefreshInProgress",
        "An active instance refresh already exists for the specified Auto Scaling group.",
      );
    }
    if (group.mixed !== undefined && wantsSpot(group.mixed.distribution)) throw noSpotInPool();
    if (group.warmPool?.deleting) throw pendingDelete(group);
    group.warmPool = readPool(input, group.warmPool);
    wake(region, group, "reaction");
    return {};
  },
);

/** A parameter that a request omits does not change. */
function readPool(input: PutWarmPoolType, before: WarmPool | undefined): WarmPool {
  const minSize = input.MinSize ?? before?.minSize ?? 0;
  const maxPrepared = input.MaxGroupPreparedCapacity ?? before?.maxPrepared ?? UNSET;
  if (!Number.isInteger(minSize) || minSize < 0) {
    throw validationError(`MinSize must be 0 or more, got ${minSize}`);
  }
  if (!Number.isInteger(maxPrepared) || maxPrepared < UNSET) {
    throw validationError(`MaxGroupPreparedCapacity must be ${UNSET} or more, got ${maxPrepared}`);
  }
  return {
    minSize,
    maxPrepared: maxPrepared === UNSET ? undefined : maxPrepared,
    state: readState(input.PoolState ?? before?.state ?? "Stopped"),
    reuses: input.InstanceReusePolicy?.ReuseOnScaleIn ?? before?.reuses,
  };
}

/** No launch template of this sandbox turns hibernation on. AWS does not document the message. */
function readState(state: string): PoolState {
  if (state === "Stopped" || state === "Running") return state;
  if (state === "Hibernated") {
    throw validationError(
      "You can't use the Hibernated pool state because hibernation is not enabled in the launch template.",
    );
  }
  throw validationError(
    `1 validation error detected: Value '${state}' at 'poolState' failed to satisfy constraint: Member must satisfy enum value set: [Stopped, Running, Hibernated]`,
  );
}

/** AWS does not document what it answers to a change of a pool that it deletes. */
function pendingDelete({ name }: Group): AwsError {
  return new AwsError("ScalingActivityInProgress", `The warm pool of ${name} is pending delete`);
}

export const describeWarmPool = operation<DescribeWarmPoolType>(
  DescribeWarmPool$,
  ["AutoScalingGroupName", "MaxRecords", "NextToken"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const page = pageInPlace(region, warmMembers(group), input, 50);
    return {
      ...(group.warmPool !== undefined && {
        WarmPoolConfiguration: describePoolConfiguration(group.warmPool),
      }),
      Instances: page.items.map((member) => describeMember(region, member)),
      NextToken: page.nextToken,
    };
  },
);

export const deleteWarmPool = operation<DeleteWarmPoolType>(
  DeleteWarmPool$,
  ["AutoScalingGroupName", "ForceDelete"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const { warmPool: pool } = group;
    if (pool === undefined) {
      throw validationError(`No warm pool found for Auto Scaling group ${group.name}`);
    }
    if (input.ForceDelete !== true && !pool.deleting) checkEmpty(group);
    group.warmPool = { ...pool, deleting: true };
    wake(region, group, "reaction");
    return {};
  },
);

/** "If there are instances in the warm pool, or if scaling activities are in progress, use […] --force-delete." */
function checkEmpty(group: Group): void {
  if (pooledMembers(group).length > 0) {
    throw new AwsError(
      "ResourceInUse",
      `The warm pool of Auto Scaling group ${group.name} has instances. Use ForceDelete to delete it with its instances.`,
    );
  }
  if (warmMembers(group).length > 0) {
    throw new AwsError(
      "ScalingActivityInProgress",
      `You cannot delete the warm pool of ${group.name} while there are scaling activities in progress.`,
    );
  }
}
