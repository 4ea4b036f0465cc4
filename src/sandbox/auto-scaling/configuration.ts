import type {
  CreateAutoScalingGroupType,
  UpdateAutoScalingGroupType,
} from "@aws-sdk/client-auto-scaling";
import { subnets } from "../ec2/network/tables.ts";
import { notModelled } from "../error.ts";
import type { Region } from "../region.ts";
import {
  type DeletionProtection,
  type Group,
  type GroupSubnet,
  type HealthCheckType,
  validationError,
} from "./group.ts";
import { configurationReference, requireConfiguration } from "./launch-configurations.ts";
import { mixedInstancesParameters, readMixedInstances } from "./mixed-instances.ts";
import { readTemplate } from "./template.ts";
import type { TemplateReference } from "./template-reference.ts";

/** The parameters that both creating and updating a group accept. */
export type Configuration = Pick<
  Group,
  | "template"
  | "mixed"
  | "minSize"
  | "maxSize"
  | "desired"
  | "cooldownSeconds"
  | "healthCheckType"
  | "graceSeconds"
  | "warmupSeconds"
  | "subnets"
  | "terminationPolicies"
  | "newInstancesProtected"
  | "deletionProtection"
  | "capacityRebalance"
>;

/** The settings that a new group copies from an instance. */
interface Model {
  readonly template: TemplateReference;
  readonly subnetId: string;
}

/** The parameters of both calls that are modelled. */
export const configurationParameters = [
  "LaunchTemplate",
  "LaunchConfigurationName",
  ...mixedInstancesParameters,
  "MinSize",
  "MaxSize",
  "DesiredCapacity",
  "DefaultCooldown",
  "HealthCheckType",
  "HealthCheckGracePeriod",
  "DefaultInstanceWarmup",
  "VPCZoneIdentifier",
  "AvailabilityZones",
  "TerminationPolicies",
  "NewInstancesProtectedFromScaleIn",
  "DeletionProtection",
  "CapacityRebalance",
] as const;

/** The defaults of a group (API reference of CreateAutoScalingGroup). */
const defaults = {
  cooldownSeconds: 300,
  healthCheckType: "EC2",
  // The API's default is 0. The default of 300 is the console's.
  graceSeconds: 0,
  warmupSeconds: undefined,
  terminationPolicies: ["Default"],
  newInstancesProtected: false,
  deletionProtection: "none",
  capacityRebalance: false,
} as const;

/**
 * The configuration of a group after a request.
 *
 * @throws AwsError ValidationError with AWS's message.
 */
export function readConfiguration(
  region: Region,
  input: Omit<CreateAutoScalingGroupType | UpdateAutoScalingGroupType, "AutoScalingGroupName">,
  current: Configuration | undefined,
  model?: Model,
): Configuration {
  const places = input.VPCZoneIdentifier ?? (input.AvailabilityZones ? undefined : model?.subnetId);
  const placed = readSubnets(region, places, input.AvailabilityZones);
  const inSubnets = placed ?? current?.subnets;
  if (inSubnets === undefined) {
    throw validationError("At least one Availability Zone or VPC Subnet is required.");
  }
  const source = readSource(region, input, current, inSubnets, model);
  if (source === undefined) {
    throw validationError(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  }
  const warmup = input.DefaultInstanceWarmup;
  return {
    ...readSizes(input, current),
    ...source,
    subnets: inSubnets,
    cooldownSeconds: seconds(
      "DefaultCooldown",
      input.DefaultCooldown ?? current?.cooldownSeconds ?? defaults.cooldownSeconds,
    ),
    healthCheckType: readHealthCheckType(
      input.HealthCheckType ?? current?.healthCheckType ?? defaults.healthCheckType,
    ),
    graceSeconds: seconds(
      "HealthCheckGracePeriod",
      input.HealthCheckGracePeriod ?? current?.graceSeconds ?? defaults.graceSeconds,
    ),
    // "To remove a value that you previously set, include the property but specify -1."
    warmupSeconds:
      warmup === -1
        ? undefined
        : warmup === undefined
          ? (current?.warmupSeconds ?? defaults.warmupSeconds)
          : seconds("DefaultInstanceWarmup", warmup),
    terminationPolicies: readPolicies(
      input.TerminationPolicies ??
        current?.terminationPolicies ?? [...defaults.terminationPolicies],
    ),
    newInstancesProtected:
      input.NewInstancesProtectedFromScaleIn ??
      current?.newInstancesProtected ??
      defaults.newInstancesProtected,
    deletionProtection: readDeletionProtection(
      input.DeletionProtection ?? current?.deletionProtection ?? defaults.deletionProtection,
    ),
    capacityRebalance:
      input.CapacityRebalance ?? current?.capacityRebalance ?? defaults.capacityRebalance,
  };
}

/**
 * The source of new instances: "if you specify LaunchTemplate in your update request, you can't
 * specify LaunchConfigurationName or MixedInstancesPolicy". The new source replaces the old one.
 */
function readSource(
  region: Region,
  input: Pick<
    CreateAutoScalingGroupType,
    "LaunchTemplate" | "MixedInstancesPolicy" | "LaunchConfigurationName"
  >,
  current: Configuration | undefined,
  subnets: readonly GroupSubnet[],
  model: Model | undefined,
): Pick<Configuration, "template" | "mixed"> | undefined {
  const {
    LaunchTemplate: template,
    MixedInstancesPolicy: policy,
    LaunchConfigurationName: name,
  } = input;
  if ([template, policy, name, model].filter((source) => source !== undefined).length > 1) {
    throw validationError(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  }
  if (policy !== undefined) {
    const before = current?.mixed && { template: current.template, mixed: current.mixed };
    return readMixedInstances(region, policy, { subnets }, before);
  }
  if (template !== undefined) {
    return { template: readTemplate(region, template, { subnets }), mixed: undefined };
  }
  if (model !== undefined) return { template: model.template, mixed: undefined };
  if (name !== undefined) {
    const found = requireConfiguration(region, name);
    return { template: configurationReference(found.name), mixed: undefined };
  }
  return current === undefined ? undefined : { template: current.template, mixed: current.mixed };
}

/**
 * The sizes of a group after a request.
 *
 * @throws AwsError ValidationError when they contradict each other.
 */
export function readSizes(
  input: {
    MinSize?: number | undefined;
    MaxSize?: number | undefined;
    DesiredCapacity?: number | undefined;
  },
  current: Pick<Configuration, "minSize" | "maxSize" | "desired"> | undefined,
): Pick<Configuration, "minSize" | "maxSize" | "desired"> {
  const minSize = input.MinSize ?? current?.minSize ?? 0;
  const maxSize = input.MaxSize ?? current?.maxSize ?? 0;
  if (minSize < 0 || maxSize < 0) {
    throw validationError("Group sizes must be 0 or more");
  }
  if (minSize > maxSize) {
    throw validationError(
      `Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`,
    );
  }
  // New bounds limit the desired capacity, unless the request sets it.
  const kept = Math.min(maxSize, Math.max(minSize, current?.desired ?? minSize));
  const desired = input.DesiredCapacity ?? kept;
  checkDesired(desired, { minSize, maxSize });
  return { minSize, maxSize, desired };
}

/** @throws AwsError ValidationError when the desired capacity is out of bounds. */
export function checkDesired(
  desired: number,
  bounds: { readonly minSize: number; readonly maxSize: number },
): void {
  if (desired < bounds.minSize) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${bounds.minSize} and max size:${bounds.maxSize}`,
    );
  }
  if (desired > bounds.maxSize) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${bounds.minSize} and max size:${bounds.maxSize}`,
    );
  }
}

function readHealthCheckType(type: string): HealthCheckType {
  if (type === "EC2" || type === "ELB") return type;
  if (type === "EBS" || type === "VPC_LATTICE" || type.includes(",")) {
    throw notModelled(`The health check type ${type} of Auto Scaling groups`);
  }
  throw validationError(`The health check type ${type} is not valid: use EC2 or ELB`);
}

function readDeletionProtection(level: string): DeletionProtection {
  if (level === "none" || level === "prevent-force-deletion" || level === "prevent-all-deletion") {
    return level;
  }
  throw validationError(
    `The deletion protection ${level} is not valid: use none, prevent-force-deletion or prevent-all-deletion`,
  );
}

/** This sandbox models only the default termination policy. */
function readPolicies(policies: readonly string[]): string[] {
  const other = policies.find((policy) => policy !== "Default");
  if (other !== undefined) throw notModelled(`The termination policy ${other}`);
  return [...policies];
}

function readSubnets(
  region: Region,
  identifier: string | undefined,
  zones: readonly string[] | undefined,
): GroupSubnet[] | undefined {
  if (identifier === undefined) return zones === undefined ? undefined : inZones(region, zones);
  const ids = identifier.split(",").map((id) => id.trim());
  const placed = ids.map((id) => {
    const subnet = region.table(subnets).find(id);
    if (subnet === undefined) throw validationError(`The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const vpcs = new Set(placed.map((subnet) => subnet.vpcId));
  if (vpcs.size > 1) {
    throw validationError("The subnets of an Auto Scaling group must all be in one VPC");
  }
  const stray = zones?.find((zone) => !placed.some((subnet) => subnet.zone === zone));
  if (stray !== undefined) {
    throw validationError(
      `The availability zones of the specified subnets and the Auto Scaling group do not match: ${stray}`,
    );
  }
  return placed.map(({ id, zone }) => ({ id, zone }));
}

/** A zone without a subnet means its default subnet. */
function inZones(region: Region, zones: readonly string[]): GroupSubnet[] {
  return zones.map((zone) => {
    const subnet = region
      .table(subnets)
      .list()
      .find((candidate) => candidate.defaultForZone && candidate.zone === zone);
    if (subnet === undefined) {
      throw validationError(
        `Invalid availability zones: ${zone} does not exist or has no default subnet`,
      );
    }
    return { id: subnet.id, zone };
  });
}

function seconds(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw validationError(`${name} must be 0 or more seconds, got ${value}`);
  }
  return value;
}
