import {
  CancelInstanceRefresh$,
  type CancelInstanceRefreshType,
  DescribeInstanceRefreshes$,
  type DescribeInstanceRefreshesType,
  type InstanceRefresh as InstanceRefreshAnswer,
  type RefreshPreferences as PreferencesInput,
  RollbackInstanceRefresh$,
  type RollbackInstanceRefreshType,
  StartInstanceRefresh$,
  type StartInstanceRefreshType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import { wake } from "./evaluation.ts";
import { type Group, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { activeRefresh } from "./refresh.ts";
import { readAlarmNames, readBakeTime } from "./refresh-alarms.ts";
import {
  describeDesired,
  desiredParameters,
  readDesiredConfiguration,
} from "./refresh-configuration.ts";
import { describePoolProgress } from "./refresh-pool.ts";
import type { InstanceRefresh, RefreshPreferences } from "./refresh-record.ts";
import { beginRollback } from "./refresh-step.ts";
import { isMovingVersion, resolvedTemplate } from "./template.ts";

export const startInstanceRefresh = operation<StartInstanceRefreshType>(
  StartInstanceRefresh$,
  [
    "AutoScalingGroupName",
    "Strategy",
    ...desiredParameters,
    "Preferences.MinHealthyPercentage",
    "Preferences.MaxHealthyPercentage",
    "Preferences.InstanceWarmup",
    "Preferences.SkipMatching",
    "Preferences.AutoRollback",
    "Preferences.ScaleInProtectedInstances",
    "Preferences.StandbyInstances",
    "Preferences.AlarmSpecification",
    "Preferences.BakeTime",
  ],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    if (input.Strategy !== undefined && input.Strategy !== "Rolling") {
      throw notModelled(`The strategy ${input.Strategy} of StartInstanceRefresh`);
    }
    if (activeRefresh(group) !== undefined) {
      throw new AwsError(
        "InstanceRefreshInProgress",
        "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
      );
    }
    const preferences = readPreferences(region, input.Preferences ?? {}, group);
    const configuration = readDesiredConfiguration(region, group, input.DesiredConfiguration);
    const desired = configuration?.template;
    if (preferences.autoRollback) {
      if (desired === undefined) {
        throw validationError(
          "AutoRollback can only be set to true when a DesiredConfiguration is specified.",
        );
      }
      if (isMovingVersion(group.template) || isMovingVersion(desired)) {
        throw validationError(
          "AutoRollback cannot be set to true when the Auto Scaling group or the desired configuration uses the launch template version $Latest or $Default.",
        );
      }
    }
    const previous = resolvedTemplate(region, group.template);
    const refresh: InstanceRefresh = {
      id: uuid(region),
      status: "Pending",
      reason: undefined,
      startedAt: region.now,
      endedAt: undefined,
      preferences,
      desired,
      ...(configuration?.mixed !== undefined && { desiredMixed: configuration.mixed }),
      target: desired === undefined ? previous : resolvedTemplate(region, desired),
      previous,
      outdated: [],
      total: 0,
      matching: 0,
      percentage: 0,
      toUpdate: 0,
      stalledSince: undefined,
      rollback: undefined,
    };
    group.refreshes = [...group.refreshes.slice(-KEPT_REFRESHES), refresh];
    wake(region, group, "reaction");
    return { InstanceRefreshId: refresh.id };
  },
);

/** AWS drops finished refreshes after six weeks. This sandbox stores this many. */
const KEPT_REFRESHES = 50;

export const describeInstanceRefreshes = operation<DescribeInstanceRefreshesType>(
  DescribeInstanceRefreshes$,
  ["AutoScalingGroupName", "InstanceRefreshIds", "MaxRecords", "NextToken"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const wanted = input.InstanceRefreshIds;
    for (const id of wanted ?? []) {
      if (!group.refreshes.some((refresh) => refresh.id === id)) {
        throw validationError(
          `Instance refresh with ID ${id} not found for Auto Scaling group ${group.name}`,
        );
      }
    }
    // "Sorted by creation timestamp in descending order."
    const rows = group.refreshes
      .toReversed()
      .filter((refresh) => wanted === undefined || wanted.includes(refresh.id));
    const page = pageInPlace(region, rows, input);
    return {
      InstanceRefreshes: page.items.map((refresh) => describeRefresh(group, refresh)),
      NextToken: page.nextToken,
    };
  },
);

export const cancelInstanceRefresh = operation<CancelInstanceRefreshType>(
  CancelInstanceRefresh$,
  ["AutoScalingGroupName"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const refresh = requireActiveRefresh(group);
    refresh.status = "Cancelling";
    refresh.reason = "Cancelled due to user request.";
    wake(region, group, "reaction");
    return { InstanceRefreshId: refresh.id };
  },
);

export const rollbackInstanceRefresh = operation<RollbackInstanceRefreshType>(
  RollbackInstanceRefresh$,
  ["AutoScalingGroupName"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const refresh = requireActiveRefresh(group);
    if (refresh.desired === undefined || isMovingVersion(group.template)) {
      throw new AwsError(
        "IrreversibleInstanceRefresh",
        "The instance refresh cannot be rolled back: it has no desired configuration, or the Auto Scaling group uses the launch template version $Latest or $Default.",
      );
    }
    if (refresh.status === "RollbackInProgress") {
      throw new AwsError(
        "InstanceRefreshInProgress",
        "The instance refresh is being rolled back already.",
      );
    }
    beginRollback(region, group, refresh, "Rollback was initiated by a user request.");
    wake(region, group, "reaction");
    return { InstanceRefreshId: refresh.id };
  },
);

function requireActiveRefresh(group: Group): InstanceRefresh {
  const refresh = activeRefresh(group);
  if (refresh === undefined || refresh.status === "Cancelling") {
    throw new AwsError(
      "ActiveInstanceRefreshNotFound",
      `No in progress or pending Instance Refresh found for Auto Scaling group ${group.name}`,
    );
  }
  return refresh;
}

function readPreferences(
  region: Region,
  input: PreferencesInput,
  group: Group,
): RefreshPreferences {
  const minHealthy = input.MinHealthyPercentage;
  const maxHealthy = input.MaxHealthyPercentage;
  percentage("MinHealthyPercentage", minHealthy, 0, 100);
  percentage("MaxHealthyPercentage", maxHealthy, 100, 200);
  if (maxHealthy !== undefined && minHealthy === undefined) {
    throw validationError(
      "MinHealthyPercentage must be specified when MaxHealthyPercentage is specified.",
    );
  }
  if (maxHealthy !== undefined && minHealthy !== undefined && maxHealthy - minHealthy > 100) {
    throw validationError(
      "The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater than 100.",
    );
  }
  if ((input.InstanceWarmup ?? 0) < 0) {
    throw validationError("InstanceWarmup must be 0 or more seconds.");
  }
  return {
    minHealthy: minHealthy ?? 90,
    maxHealthy,
    warmupSeconds: input.InstanceWarmup ?? group.warmupSeconds ?? group.graceSeconds,
    skipMatching: input.SkipMatching ?? false,
    autoRollback: input.AutoRollback ?? false,
    protectedInstances: input.ScaleInProtectedInstances ?? "Wait",
    standbyInstances: input.StandbyInstances ?? "Wait",
    alarms: readAlarmNames(region, input),
    bakeSeconds: readBakeTime(input.BakeTime),
  };
}

function percentage(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > most)) {
    throw validationError(`${name} must be between ${least} and ${most}, got ${value}.`);
  }
}

function describeRefresh(group: Group, refresh: InstanceRefresh): InstanceRefreshAnswer {
  const { preferences, rollback } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    ...(refresh.reason === undefined ? {} : { StatusReason: refresh.reason }),
    // A refresh that has not started has no start time.
    ...(refresh.status === "Pending" ? {} : { StartTime: new Date(refresh.startedAt) }),
    ...(refresh.endedAt === undefined ? {} : { EndTime: new Date(refresh.endedAt) }),
    PercentageComplete: refresh.percentage,
    InstancesToUpdate: refresh.toUpdate,
    ...describePoolProgress(refresh),
    Preferences: {
      MinHealthyPercentage: preferences.minHealthy,
      ...(preferences.maxHealthy === undefined
        ? {}
        : { MaxHealthyPercentage: preferences.maxHealthy }),
      InstanceWarmup: preferences.warmupSeconds,
      SkipMatching: preferences.skipMatching,
      AutoRollback: preferences.autoRollback,
      ScaleInProtectedInstances: preferences.protectedInstances,
      StandbyInstances: preferences.standbyInstances,
      ...(preferences.alarms?.length
        ? { AlarmSpecification: { Alarms: [...preferences.alarms] } }
        : {}),
      ...(preferences.bakeSeconds ? { BakeTime: preferences.bakeSeconds } : {}),
    },
    ...describeDesired(refresh),
    ...(rollback === undefined
      ? {}
      : {
          RollbackDetails: {
            RollbackReason: rollback.reason,
            RollbackStartTime: new Date(rollback.startedAt),
            PercentageCompleteOnRollback: rollback.percentage,
            InstancesToUpdateOnRollback: rollback.toUpdate,
          },
        }),
  };
}
