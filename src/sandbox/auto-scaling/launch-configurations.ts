import {
  DeleteLaunchConfiguration$,
  DescribeLaunchConfigurations$,
  type LaunchConfigurationNamesType,
  type LaunchConfigurationNameType,
} from "@aws-sdk/client-auto-scaling";
import { carryOut, type LaunchPlan, planLaunch } from "../ec2/instances/launch.ts";
import { type InstanceRecord, instances, type MetadataOptions } from "../ec2/instances/tables.ts";
import type { Tags } from "../ec2/tags.ts";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { uuid } from "./activities.ts";
import { allGroups, findMember, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import type { TemplateReference } from "./template-reference.ts";

/**
 * The predecessor of launch templates. In this sandbox, only creating a group from an instance
 * creates one.
 */
export interface LaunchConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName?: string;
  readonly groupIds: readonly string[];
  /** Base64. */
  readonly userData: string;
  readonly publicAddress: boolean;
  readonly monitoring: boolean;
  readonly ebsOptimized: boolean;
  readonly metadata: Readonly<MetadataOptions>;
}

export const launchConfigurations = defineTable<LaunchConfiguration>(
  "launch-configuration",
  ({ name }) => ({ id: name, name, tags: {} }),
);

/** A name may be any text, even the name of a property that every object has. */
function keyOf(name: string): string {
  return `configuration ${name}`;
}

/** A group refers to a launch configuration by its name. Launch configurations have no versions. */
export function configurationReference(name: string): TemplateReference {
  return { id: "", name, version: "", isConfiguration: true };
}

/** @throws AwsError ValidationError when no launch configuration has the name. */
export function requireConfiguration(region: Region, name: string): LaunchConfiguration {
  const found = region.table(launchConfigurations).latest(keyOf(name));
  if (found === undefined) {
    throw validationError(
      `Launch configuration name not found - A launch configuration with the name: ${name} does not exist`,
    );
  }
  return found;
}

/**
 * Creates a launch configuration as "Create an Auto Scaling group using parameters from an existing
 * instance" (User Guide) describes: with the group's name and all settings of the instance except its
 * tags and its block devices.
 *
 * @throws AwsError for an instance that cannot be used.
 */
export function configurationFrom(
  region: Region,
  groupName: string,
  instanceId: string,
): { readonly configuration: LaunchConfiguration; readonly subnetId: string } {
  const instance = region.table(instances).latest(instanceId);
  if (instance?.state !== "running") {
    throw validationError(`The instance ${instanceId} does not exist or is not running.`);
  }
  if (findMember(region, instanceId) !== undefined) {
    throw validationError(`The instance ${instanceId} is already part of an Auto Scaling group.`);
  }
  if (region.table(launchConfigurations).latest(keyOf(groupName)) !== undefined) {
    throw new AwsError(
      "AlreadyExists",
      `Launch Configuration by this name already exists - A launch configuration already exists with the name ${groupName}`,
    );
  }
  const configuration: LaunchConfiguration = {
    name: groupName,
    arn: `arn:${region.partition}:autoscaling:${region.name}:${region.account}:launchConfiguration:${uuid(region)}:launchConfigurationName/${groupName}`,
    createdAt: region.now,
    imageId: instance.imageId,
    instanceType: instance.instanceType,
    ...(instance.keyName === undefined ? {} : { keyName: instance.keyName }),
    groupIds: [...instance.groupIds],
    userData: instance.userData,
    publicAddress: instance.givesPublicAddress,
    monitoring: instance.monitoring,
    ebsOptimized: instance.ebsOptimized,
    metadata: { ...instance.metadata },
  };
  planFrom(region, configuration, instance.subnetId);
  return { configuration, subnetId: instance.subnetId };
}

/** Stores the launch configuration. Its name must be free. */
export function addConfiguration(region: Region, configuration: LaunchConfiguration): void {
  region.table(launchConfigurations).add(keyOf(configuration.name), configuration, {
    immediate: true,
  });
}

/** @throws AwsError like RunInstances. */
export function launchFromConfiguration(
  region: Region,
  name: string,
  { subnetId, tags }: { readonly subnetId: string; readonly tags: Readonly<Tags> },
): InstanceRecord {
  const plan = planFrom(region, requireConfiguration(region, name), subnetId);
  const [instance] = carryOut(region, { ...plan, instanceTags: { ...tags } }, 1, undefined);
  if (instance === undefined) throw new Error("The launch of one instance created none.");
  return instance;
}

function planFrom(
  region: Region,
  configuration: LaunchConfiguration,
  subnetId: string,
): LaunchPlan {
  const { keyName, metadata, userData } = configuration;
  return planLaunch(
    region,
    {
      ImageId: configuration.imageId,
      ...(keyName === undefined ? {} : { KeyName: keyName }),
      ...(userData === "" ? {} : { UserData: userData }),
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: subnetId,
          Groups: [...configuration.groupIds],
          AssociatePublicIpAddress: configuration.publicAddress,
        },
      ],
      Monitoring: { Enabled: configuration.monitoring },
      EbsOptimized: configuration.ebsOptimized,
      MetadataOptions: {
        HttpTokens: metadata.tokens,
        HttpEndpoint: metadata.endpoint,
        HttpPutResponseHopLimit: metadata.hopLimit,
        InstanceMetadataTags: metadata.tags,
      },
    },
    configuration.instanceType,
  );
}

export const describeLaunchConfigurations = operation<LaunchConfigurationNamesType>(
  DescribeLaunchConfigurations$,
  ["LaunchConfigurationNames", "MaxRecords", "NextToken"],
  (region, input) => {
    const names = input.LaunchConfigurationNames ?? [];
    const rows = region
      .table(launchConfigurations)
      .all()
      .filter(({ name }) => names.length === 0 || names.includes(name));
    const page = pageInPlace(region, rows, input);
    return {
      LaunchConfigurations: page.items.map((each) => ({
        LaunchConfigurationName: each.name,
        LaunchConfigurationARN: each.arn,
        ImageId: each.imageId,
        KeyName: each.keyName ?? "",
        SecurityGroups: each.groupIds,
        ClassicLinkVPCSecurityGroups: [],
        UserData: each.userData,
        InstanceType: each.instanceType,
        KernelId: "",
        RamdiskId: "",
        BlockDeviceMappings: [],
        InstanceMonitoring: { Enabled: each.monitoring },
        CreatedTime: new Date(each.createdAt),
        EbsOptimized: each.ebsOptimized,
        AssociatePublicIpAddress: each.publicAddress,
        MetadataOptions: {
          HttpTokens: each.metadata.tokens,
          HttpEndpoint: each.metadata.endpoint,
          HttpPutResponseHopLimit: each.metadata.hopLimit,
        },
      })),
      NextToken: page.nextToken,
    };
  },
);

export const deleteLaunchConfiguration = operation<LaunchConfigurationNameType>(
  DeleteLaunchConfiguration$,
  ["LaunchConfigurationName"],
  (region, input) => {
    const { name } = requireConfiguration(region, input.LaunchConfigurationName ?? "");
    const user = allGroups(region).find(
      ({ template }) => template.isConfiguration === true && template.name === name,
    );
    if (user !== undefined) {
      throw new AwsError(
        "ResourceInUse",
        `Cannot delete launch configuration ${name} because it is attached to AutoScalingGroup ${user.name}`,
      );
    }
    region.table(launchConfigurations).remove(keyOf(name), { immediate: true });
    return {};
  },
);
