import { alarmActs, alarmStateChanged, alarmsChanged } from "../cloud-watch/signals.ts";
import { commonErrors } from "../common-errors.ts";
import {
  instanceChanged,
  spotInterruptionNoticed,
  spotRebalanceRecommended,
} from "../ec2/signals.ts";
import { query } from "../protocol/query.ts";
import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { activityEnded, describeScalingActivities } from "./activities.ts";
import { detached } from "./attachments.ts";
import { cpuMetrics } from "./cpu-load.ts";
import { describeAutoScalingGroups, describeAutoScalingInstances } from "./describe-operations.ts";
import { detachInstances, instanceDetached } from "./detach-operations.ts";
import { evaluation, mindAlarms, wake } from "./evaluation.ts";
import { findMember, groups } from "./group.ts";
import { groupMetrics } from "./group-metrics.ts";
import {
  createAutoScalingGroup,
  deleteAutoScalingGroup,
  updateAutoScalingGroup,
} from "./group-operations.ts";
import { attendHooks, programEnded } from "./hook-programs.ts";
import {
  setDesiredCapacity,
  setInstanceHealth,
  setInstanceProtection,
  terminateInstanceInGroup,
} from "./instance-operations.ts";
import {
  deleteLaunchConfiguration,
  describeLaunchConfigurations,
  launchConfigurations,
} from "./launch-configurations.ts";
import {
  completeLifecycleAction,
  deleteLifecycleHook,
  describeLifecycleHooks,
  putLifecycleHook,
  recordLifecycleActionHeartbeat,
} from "./lifecycle-hook-operations.ts";
import {
  attachLoadBalancers,
  describeGroupLoadBalancers,
  detachLoadBalancers,
} from "./load-balancer-operations.ts";
import { drained } from "./members.ts";
import { metricsCollectionOperations } from "./metrics-collection.ts";
import { notificationOperations } from "./notification-operations.ts";
import { notifyOfActivity } from "./notifications.ts";
import { operationNames } from "./operation-names.ts";
import {
  deletePolicy,
  describePolicies,
  executePolicy,
  putScalingPolicy,
} from "./policy-operations.ts";
import { resumeProcesses, suspendProcesses } from "./processes.ts";
import {
  cancelInstanceRefresh,
  describeInstanceRefreshes,
  rollbackInstanceRefresh,
  startInstanceRefresh,
} from "./refresh-operations.ts";
import { mindWatchedAlarm } from "./refresh-watch.ts";
import { leftService } from "./return-to-pool.ts";
import { followAlarm } from "./scaling.ts";
import {
  batchDeleteScheduledAction,
  batchPutScheduledUpdateGroupAction,
  deleteScheduledAction,
  describeScheduledActions,
  putScheduledUpdateGroupAction,
} from "./scheduled-action-operations.ts";
import { scheduledRun } from "./scheduled-actions.ts";
import { instanceHeld } from "./signals.ts";
import { heedNotice, heedRecommendation } from "./spot.ts";
import { enteredStandby, enterStandby, exitStandby } from "./standby-operations.ts";
import { statusCheckMetrics } from "./status-checks.ts";
import { createOrUpdateTags, deleteTags, describeTags } from "./tags.ts";
import {
  attachLoadBalancerTargetGroups,
  describeLoadBalancerTargetGroups,
  detachLoadBalancerTargetGroups,
} from "./target-group-operations.ts";
import { deleteWarmPool, describeWarmPool, putWarmPool } from "./warm-pool-operations.ts";

/** Amazon EC2 Auto Scaling. */
export const autoScaling: Service = {
  name: "autoscaling",
  sdkId: "Auto Scaling",
  protocol: query({
    version: "2011-01-01",
    xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
  }),
  errors: commonErrors,
  operations: [
    createAutoScalingGroup,
    describeAutoScalingGroups,
    updateAutoScalingGroup,
    deleteAutoScalingGroup,
    setDesiredCapacity,
    describeAutoScalingInstances,
    terminateInstanceInGroup,
    setInstanceHealth,
    setInstanceProtection,
    detachInstances,
    attachLoadBalancers,
    detachLoadBalancers,
    describeGroupLoadBalancers,
    attachLoadBalancerTargetGroups,
    detachLoadBalancerTargetGroups,
    describeLoadBalancerTargetGroups,
    describeScalingActivities,
    startInstanceRefresh,
    describeInstanceRefreshes,
    cancelInstanceRefresh,
    rollbackInstanceRefresh,
    createOrUpdateTags,
    deleteTags,
    describeTags,
    suspendProcesses,
    resumeProcesses,
    enterStandby,
    exitStandby,
    putLifecycleHook,
    describeLifecycleHooks,
    deleteLifecycleHook,
    completeLifecycleAction,
    recordLifecycleActionHeartbeat,
    describeLaunchConfigurations,
    deleteLaunchConfiguration,
    putWarmPool,
    describeWarmPool,
    deleteWarmPool,
    putScalingPolicy,
    describePolicies,
    deletePolicy,
    executePolicy,
    putScheduledUpdateGroupAction,
    batchPutScheduledUpdateGroupAction,
    describeScheduledActions,
    deleteScheduledAction,
    batchDeleteScheduledAction,
    ...notificationOperations,
    ...metricsCollectionOperations,
  ],
  operationNames,
  events: [
    evaluation,
    drained,
    detached,
    instanceDetached,
    enteredStandby,
    scheduledRun,
    programEnded,
    leftService,
  ],
  tables: [groups, launchConfigurations],
  metrics: [...cpuMetrics, ...statusCheckMetrics, ...groupMetrics],
  listeners: [
    listen(activityEnded, notifyOfActivity),
    listen(alarmActs, followAlarm),
    listen(alarmsChanged, mindAlarms),
    listen(alarmStateChanged, mindWatchedAlarm),
    listen(instanceHeld, attendHooks),
    listen(spotRebalanceRecommended, heedRecommendation),
    listen(spotInterruptionNoticed, heedNotice),
    listen(instanceChanged, attendHooks),
    listen(instanceChanged, (region, instanceId) => {
      const found = findMember(region, instanceId);
      if (found === undefined) return;
      // The group sees at once what it waits for. It notices other changes later.
      const expected = found.member.lifecycle !== "InService";
      wake(region, found.group, expected ? "now" : "discovery");
    }),
  ],
};
