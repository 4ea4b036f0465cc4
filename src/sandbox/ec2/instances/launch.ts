import { AwsError, invalidValue } from "../../error.ts";
import { requireKnownProfile } from "../../iam/known-profile.ts";
import type { Region } from "../../region.ts";
import { keyPairs } from "../key-pairs/tables.ts";
import { resolveTemplate, type TemplateName } from "../launch-templates/tables.ts";
import { createNetworkInterface, freeAddresses } from "../network/tables.ts";
import { checkTagCount, type Tags, tagsFor } from "../tags.ts";
import { type ImageRecord, images } from "../volumes/tables.ts";
import { type LaunchParameters, withTemplate } from "./launch-parameters.ts";
import { findPlace, type Place } from "./launch-place.ts";
import { createVolumes, type VolumePlan, volumePlans } from "./launch-volumes.ts";
import { beginBoot } from "./life.ts";
import { requireProcessors } from "./processor-quota.ts";
import { hasCapacity, insufficientCapacity, requireOffer } from "./supply.ts";
import { type InstanceRecord, instances } from "./tables.ts";
import { checkInstanceType } from "./types.ts";

/** Amazon EC2 User Guide, "Run commands when you launch": 16 KB, before it is base64-encoded. */
const MAX_USER_DATA = 16_384;

/** The types that a launch creates and that its tag specifications may name. */
const LAUNCHED_TYPES = ["instance", "volume", "network-interface"];

/** A launch template, and the subnet for its instance. */
export interface TemplateLaunch {
  readonly template: TemplateName & { readonly version?: string | undefined };
  readonly subnetId: string;
  /** Instead of the template's. */
  readonly instanceType?: string | undefined;
  readonly isSpot?: boolean | undefined;
}

/**
 * Launches one instance from a launch template, as Auto Scaling does.
 *
 * @throws AwsError like RunInstances.
 */
export function launchFromTemplate(
  region: Region,
  request: TemplateLaunch & { readonly tags: Readonly<Tags> },
): InstanceRecord {
  const plan = planTemplateLaunch(region, request);
  const tags = { ...plan.instanceTags, ...request.tags };
  checkTagCount(tags);
  const { isSpot = false } = request;
  const [instance] = carryOut(region, { ...plan, instanceTags: tags, isSpot }, 1, undefined);
  if (instance === undefined) throw new Error("The launch of one instance created none.");
  return instance;
}

/** The same checks without a launch. @throws AwsError like RunInstances. */
export function checkLaunch(region: Region, request: TemplateLaunch): void {
  planTemplateLaunch(region, request);
}

function planTemplateLaunch(
  region: Region,
  { template, subnetId, instanceType }: TemplateLaunch,
): LaunchPlan {
  const { data } = resolveTemplate(region, template);
  // The group's subnet overrides the template's, wherever the template defines it.
  const place =
    data.NetworkInterfaces === undefined
      ? { SubnetId: subnetId }
      : {
          NetworkInterfaces: data.NetworkInterfaces.map((own) => ({ ...own, SubnetId: subnetId })),
        };
  return planLaunch(region, withTemplate(place, data), instanceType);
}

/** A checked launch. Only missing capacity can still make it fail. */
export interface LaunchPlan {
  readonly parameters: LaunchParameters;
  readonly image: Readonly<ImageRecord>;
  readonly instanceType: string;
  readonly profile: { readonly arn: string; readonly id: string } | null;
  readonly place: Place;
  readonly volumes: readonly VolumePlan[];
  readonly instanceTags: Tags;
  readonly volumeTags: Tags;
  readonly interfaceTags: Tags;
  /** Default: an On-Demand Instance. */
  readonly isSpot?: boolean;
}

/** Checks a launch completely, with another instance type if one is given. @throws AwsError */
export function planLaunch(
  region: Region,
  parameters: LaunchParameters,
  instanceType: string = parameters.InstanceType ?? "m1.small",
): LaunchPlan {
  const imageId = parameters.ImageId;
  if (imageId === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter ImageId");
  }
  const image = findImage(region, imageId);
  checkInstanceType(instanceType, image.architecture);
  const { KeyName: keyName } = parameters;
  if (keyName !== undefined && region.table(keyPairs).use(keyName) === undefined) {
    throw new AwsError("InvalidKeyPair.NotFound", `The key pair '${keyName}' does not exist`);
  }
  const { IamInstanceProfile: profile } = parameters;
  checkUserData(parameters.UserData);
  const tagged = (type: string) => tagsFor(parameters.TagSpecifications, type, LAUNCHED_TYPES);
  return {
    parameters,
    image,
    instanceType,
    profile: profile === undefined ? null : requireKnownProfile(region, profile),
    place: findPlace(region, parameters, instanceType),
    volumes: volumePlans(region, image, parameters.BlockDeviceMappings),
    instanceTags: tagged("instance"),
    volumeTags: tagged("volume"),
    interfaceTags: tagged("network-interface"),
  };
}

function findImage(region: Region, id: string): Readonly<ImageRecord> {
  if (!/^ami-[0-9a-f]{8,17}$/.test(id)) {
    throw new AwsError("InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
  }
  const image = region.table(images).use(id);
  if (image === undefined || image.state === "deregistered") {
    throw new AwsError("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
  }
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${id}' is not available`);
  }
  return image;
}

/** @throws AwsError for invalid base64, or for decoded data over the limit. */
export function checkUserData(userData: string | undefined): void {
  if (userData === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*(?:={1,2}\s*)?$/.test(userData)) {
    throw new AwsError("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
  }
  if (Buffer.from(userData, "base64").length > MAX_USER_DATA) {
    throw invalidValue(`User data is limited to ${MAX_USER_DATA} bytes`);
  }
}

/** Launches this many instances of one plan. @throws AwsError when EC2 has no capacity. */
export function carryOut(
  region: Region,
  plan: LaunchPlan,
  count: number,
  clientToken: string | undefined,
): InstanceRecord[] {
  const { instanceType, place, isSpot = false } = plan;
  const { zone } = place.subnet;
  requireOffer(region, instanceType, zone);
  const isFull = region.world.happens({
    kind: "capacity",
    region: region.name,
    subject: instanceType,
    zone,
    at: region.now,
  });
  if (isFull || !hasCapacity(region, instanceType, zone)) {
    throw insufficientCapacity(instanceType, zone);
  }
  requireProcessors(region, instanceType, { count, isSpot });
  requireAddresses(region, place.subnet, count);
  const reservationId = region.id("r");
  return Array.from({ length: count }, (_, index) =>
    createInstance(region, plan, reservationId, index, clientToken),
  );
}

function requireAddresses(region: Region, subnet: Place["subnet"], count: number): void {
  if (freeAddresses(region, subnet) >= count) return;
  throw new AwsError(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

function createInstance(
  region: Region,
  plan: LaunchPlan,
  reservationId: string,
  launchIndex: number,
  clientToken: string | undefined,
): InstanceRecord {
  const { parameters, image, place } = plan;
  const id = region.id("i");
  const networkInterface = createNetworkInterface(region, {
    subnetId: place.subnet.id,
    groupIds: place.groupIds,
    description: place.description,
    publicAddress: place.publicAddress,
    instanceId: id,
  });
  networkInterface.tags = { ...plan.interfaceTags };
  const { publicAddress } = networkInterface;
  const { KeyName: keyName, MetadataOptions: metadata, CreditSpecification: credits } = parameters;
  const instance: InstanceRecord = {
    id,
    reservationId,
    launchIndex,
    imageId: image.id,
    instanceType: plan.instanceType,
    architecture: image.architecture,
    state: "pending",
    stateSince: region.now,
    launchTime: region.now,
    ...(keyName === undefined ? {} : { keyName }),
    ...(plan.profile === null ? {} : { profile: { arn: plan.profile.arn, id: plan.profile.id } }),
    vpcId: place.subnet.vpcId,
    subnetId: place.subnet.id,
    zone: place.subnet.zone,
    interfaceId: networkInterface.id,
    privateAddress: networkInterface.privateAddress,
    ...(publicAddress === undefined ? {} : { publicAddress }),
    givesPublicAddress: place.publicAddress,
    groupIds: [...place.groupIds],
    userData: parameters.UserData ?? "",
    shutdownBehavior:
      parameters.InstanceInitiatedShutdownBehavior === "terminate" ? "terminate" : "stop",
    terminationProtection: parameters.DisableApiTermination ?? false,
    stopProtection: parameters.DisableApiStop ?? false,
    metadata: {
      tokens: metadata?.HttpTokens ?? (image.tokensRequired ? "required" : "optional"),
      endpoint: metadata?.HttpEndpoint ?? "enabled",
      hopLimit: metadata?.HttpPutResponseHopLimit ?? (image.tokensRequired ? 2 : 1),
      tags: metadata?.InstanceMetadataTags ?? "disabled",
    },
    monitoring: parameters.Monitoring?.Enabled ?? false,
    ebsOptimized: parameters.EbsOptimized ?? false,
    ...(credits?.CpuCredits === undefined ? {} : { credits: credits.CpuCredits }),
    rootDeviceName: image.rootDeviceName,
    volumes: createVolumes(
      region,
      plan.volumes,
      { instanceId: id, zone: place.subnet.zone },
      plan.volumeTags,
    ),
    ...(clientToken === undefined ? {} : { clientToken }),
    ...(plan.isSpot === true && { spot: { id: `sir-${region.random.hex(8)}` } }),
    boot: 1,
    guest: {
      family: image.family,
      release: image.release,
      disk: image.disk,
      pending: null,
      console: [],
      ports: [],
      impaired: false,
    },
    tags: { ...plan.instanceTags },
  };
  region.table(instances).add(id, instance);
  beginBoot(region, instance);
  return instance;
}
