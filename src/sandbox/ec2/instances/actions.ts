import type {
  DescribeInstanceAttributeRequest,
  ModifyInstanceAttributeRequest,
  RebootInstancesRequest,
  StartInstancesRequest,
  StopInstancesRequest,
  TerminateInstancesRequest,
} from "@aws-sdk/client-ec2";
import {
  DescribeInstanceAttribute$,
  ModifyInstanceAttribute$,
  RebootInstances$,
  StartInstances$,
  StopInstances$,
  TerminateInstances$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { networkInterfaces } from "../network/tables.ts";
import { findSecurityGroup } from "../security-groups/security-groups.ts";
import { instanceChanged } from "../signals.ts";
import { stateAnswer } from "./answers.ts";
import { instanceNotFound } from "./instances.ts";
import { rebootInstance, startInstance, stopInstance, terminateInstance } from "./life.ts";
import { type InstanceRecord, instances } from "./tables.ts";
import { checkInstanceType } from "./types.ts";

/** All instances that a request names. @throws AwsError */
function named(region: Region, ids: readonly string[] | undefined): InstanceRecord[] {
  return [...new Set(ids ?? [])].map((id) => {
    const instance = region.table(instances).use(id);
    if (instance === undefined) throw instanceNotFound(id);
    return instance;
  });
}

/** Changes each instance, and returns its previous and current state. */
function changes(chosen: readonly InstanceRecord[], act: (instance: InstanceRecord) => void) {
  return chosen.map((instance) => {
    const PreviousState = stateAnswer(instance.state);
    act(instance);
    return { InstanceId: instance.id, PreviousState, CurrentState: stateAnswer(instance.state) };
  });
}

const stopInstances = operation<StopInstancesRequest>(
  StopInstances$,
  ["InstanceIds", "Force"],
  (region, input) => {
    const chosen = named(region, input.InstanceIds);
    for (const { id, state, stopProtection, spot } of chosen) {
      if (state === "pending" || state === "terminated" || state === "shutting-down") {
        throw incorrectState(
          `This instance '${id}' is not in a state from which it can be stopped.`,
        );
      }
      // AWS's message. A group requests its Spot Instances one time.
      if (spot !== undefined) {
        throw new AwsError(
          "UnsupportedOperation",
          `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
        );
      }
      if (stopProtection) {
        throw new AwsError(
          "OperationNotPermitted",
          `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
        );
      }
    }
    return { StoppingInstances: changes(chosen, (instance) => stopInstance(region, instance)) };
  },
);

const startInstances = operation<StartInstancesRequest>(
  StartInstances$,
  ["InstanceIds"],
  (region, input) => {
    const chosen = named(region, input.InstanceIds);
    for (const { id, state } of chosen) {
      if (state !== "stopped" && state !== "running" && state !== "pending") {
        throw incorrectState(
          `The instance '${id}' is not in a state from which it can be started.`,
        );
      }
    }
    return {
      StartingInstances: changes(chosen, (instance) => {
        if (instance.state === "stopped") startInstance(region, instance);
      }),
    };
  },
);

const rebootInstances = operation<RebootInstancesRequest>(
  RebootInstances$,
  ["InstanceIds"],
  (region, input) => {
    const chosen = named(region, input.InstanceIds);
    for (const { id, state } of chosen) {
      if (state !== "running") {
        throw incorrectState(`The instance '${id}' is not in the 'running' state.`);
      }
    }
    for (const instance of chosen) rebootInstance(region, instance);
    return {};
  },
);

const terminateInstances = operation<TerminateInstancesRequest>(
  TerminateInstances$,
  ["InstanceIds", "Force"],
  (region, input) => {
    const chosen = named(region, input.InstanceIds);
    for (const { id, terminationProtection, stopProtection, state } of chosen) {
      // "Stop protection also protects your instance from accidental termination", Auto Scaling's aside.
      if ((terminationProtection || stopProtection) && state !== "terminated") {
        throw new AwsError(
          "OperationNotPermitted",
          `The instance '${id}' may not be terminated. Modify its '${terminationProtection ? "disableApiTermination" : "disableApiStop"}' instance attribute and try again.`,
        );
      }
    }
    return {
      TerminatingInstances: changes(chosen, (instance) => terminateInstance(region, instance.id)),
    };
  },
);

function incorrectState(message: string): AwsError {
  return new AwsError("IncorrectInstanceState", message);
}

const modifyInstanceAttribute = operation<ModifyInstanceAttributeRequest>(
  ModifyInstanceAttribute$,
  [
    "InstanceId",
    "InstanceType",
    "UserData",
    "EbsOptimized",
    "Groups",
    "DisableApiTermination",
    "DisableApiStop",
    "InstanceInitiatedShutdownBehavior",
  ],
  (region, input) => {
    const { InstanceId: id = "", ...attributes } = input;
    const [instance] = named(region, [id]);
    if (instance === undefined) throw instanceNotFound(id);
    const given = Object.keys(attributes).filter((name) => name !== "DryRun");
    if (given.length !== 1) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Fields for exactly one attribute must be specified.",
      );
    }
    const whileStopped = input.InstanceType ?? input.UserData ?? input.EbsOptimized;
    if (whileStopped !== undefined && instance.state !== "stopped") {
      throw incorrectState(`The instance '${id}' is not in the 'stopped' state.`);
    }
    const type = input.InstanceType?.Value;
    if (type !== undefined) checkInstanceType(type, instance.architecture);
    const behavior = input.InstanceInitiatedShutdownBehavior?.Value;
    if (behavior !== undefined && behavior !== "stop" && behavior !== "terminate") {
      throw invalidValue(`Value (${behavior}) for instanceInitiatedShutdownBehavior is invalid.`);
    }
    const groups = input.Groups?.map((groupId) => findSecurityGroup(region, groupId).id);
    if (groups?.length === 0) throw invalidValue("An instance needs at least one security group.");
    region.table(instances).change(id, (changed) => {
      if (type !== undefined) changed.instanceType = type;
      if (behavior !== undefined) changed.shutdownBehavior = behavior;
      if (groups !== undefined) changed.groupIds = groups;
      if (input.UserData?.Value !== undefined) {
        changed.userData = Buffer.from(input.UserData.Value).toString("base64");
      }
      changed.ebsOptimized = input.EbsOptimized?.Value ?? changed.ebsOptimized;
      changed.terminationProtection =
        input.DisableApiTermination?.Value ?? changed.terminationProtection;
      changed.stopProtection = input.DisableApiStop?.Value ?? changed.stopProtection;
    });
    if (groups !== undefined) {
      region.table(networkInterfaces).change(instance.interfaceId, (changed) => {
        changed.groupIds = groups;
      });
      region.signal(instanceChanged, id);
    }
    return {};
  },
);

const describeInstanceAttribute = operation<DescribeInstanceAttributeRequest>(
  DescribeInstanceAttribute$,
  ["InstanceId", "Attribute"],
  (region, input) => {
    const id = input.InstanceId ?? "";
    const [instance] = named(region, [id]);
    if (instance === undefined) throw instanceNotFound(id);
    const answer = attributeAnswer(region, instance, input.Attribute);
    return { InstanceId: id, ...answer };
  },
);

function attributeAnswer(region: Region, instance: InstanceRecord, attribute: string | undefined) {
  switch (attribute) {
    case "disableApiTermination":
      return { DisableApiTermination: { Value: instance.terminationProtection } };
    case "disableApiStop":
      return { DisableApiStop: { Value: instance.stopProtection } };
    case "instanceInitiatedShutdownBehavior":
      return { InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
    case "instanceType":
      return { InstanceType: { Value: instance.instanceType } };
    case "ebsOptimized":
      return { EbsOptimized: { Value: instance.ebsOptimized } };
    case "rootDeviceName":
      return { RootDeviceName: { Value: instance.rootDeviceName } };
    case "userData":
      return { UserData: instance.userData === "" ? {} : { Value: instance.userData } };
    case "groupSet":
      return {
        Groups: instance.groupIds.map((groupId) => ({
          GroupId: groupId,
          GroupName: findSecurityGroup(region, groupId).name,
        })),
      };
    case undefined:
      throw missingParameter("attribute");
    default:
      throw notModelled(`The instance attribute ${attribute}`);
  }
}

export const instanceActionOperations = [
  stopInstances,
  startInstances,
  rebootInstances,
  terminateInstances,
  modifyInstanceAttribute,
  describeInstanceAttribute,
];
