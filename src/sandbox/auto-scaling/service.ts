import { commonErrors } from "../common-errors.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { query } from "../protocol/query.ts";
import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { describeScalingActivities } from "./activities.ts";
import { detached } from "./attachments.ts";
import { describeAutoScalingGroups, describeAutoScalingInstances } from "./describe-operations.ts";
import { detachInstances, instanceDetached } from "./detach-operations.ts";
import { evaluation, wake } from "./evaluation.ts";
import { findMember, groups } from "./group.ts";
import {
  createAutoScalingGroup,
  deleteAutoScalingGroup,
  updateAutoScalingGroup,
} from "./group-operations.ts";
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
import { operationNames } from "./operation-names.ts";
import { resumeProcesses, suspendProcesses } from "./processes.ts";
import {
  cancelInstanceRefresh,
  describeInstanceRefreshes,
  rollbackInstanceRefresh,
  startInstanceRefresh,
} from "./refresh-operations.ts";
import { enteredStandby, enterStandby, exitStandby } from "./standby-operations.ts";
import { createOrUpdateTags, deleteTags, describeTags } from "./tags.ts";
import {
  attachLoadBalancerTargetGroups,
  describeLoadBalancerTargetGroups,
  detachLoadBalancerTargetGroups,
} from "./target-group-operations.ts";

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
  ],
  operationNames,
  events: [evaluation, drained, detached, instanceDetached, enteredStandby],
  tables: [groups, launchConfigurations],
  listeners: [
    listen(instanceChanged, (region, instanceId) => {
      const found = findMember(region, instanceId);
      if (found === undefined) return;
      // The group sees at once what it waits for. It notices other changes later.
      const expected = found.member.lifecycle !== "InService";
      wake(region, found.group, expected ? "now" : "discovery");
    }),
  ],
};
