import type { RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { checkUserData } from "../instances/launch.ts";

/** The parts of a template that launches use in this sandbox. */
export const launchTemplateDataParameters = [
  "LaunchTemplateData.ImageId",
  "LaunchTemplateData.InstanceType",
  "LaunchTemplateData.IamInstanceProfile",
  "LaunchTemplateData.KeyName",
  "LaunchTemplateData.SecurityGroupIds",
  "LaunchTemplateData.SecurityGroups",
  "LaunchTemplateData.UserData",
  "LaunchTemplateData.TagSpecifications",
  "LaunchTemplateData.BlockDeviceMappings.DeviceName",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.DeleteOnTermination",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Encrypted",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.KmsKeyId",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Iops",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.Throughput",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeSize",
  "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeType",
  "LaunchTemplateData.NetworkInterfaces.AssociatePublicIpAddress",
  "LaunchTemplateData.NetworkInterfaces.DeleteOnTermination",
  "LaunchTemplateData.NetworkInterfaces.Description",
  "LaunchTemplateData.NetworkInterfaces.DeviceIndex",
  "LaunchTemplateData.NetworkInterfaces.Groups",
  "LaunchTemplateData.NetworkInterfaces.SubnetId",
  "LaunchTemplateData.MetadataOptions.HttpEndpoint",
  "LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit",
  "LaunchTemplateData.MetadataOptions.HttpTokens",
  "LaunchTemplateData.MetadataOptions.InstanceMetadataTags",
  "LaunchTemplateData.Monitoring.Enabled",
  "LaunchTemplateData.Placement.AvailabilityZone",
  "LaunchTemplateData.InstanceInitiatedShutdownBehavior",
  "LaunchTemplateData.DisableApiTermination",
  "LaunchTemplateData.DisableApiStop",
  "LaunchTemplateData.EbsOptimized",
  "LaunchTemplateData.CreditSpecification",
] as const;

/** @throws AwsError for data that is missing, or user data that is too long. */
export function checkData(data: RequestLaunchTemplateData | undefined): RequestLaunchTemplateData {
  if (data === undefined || Object.keys(data).length === 0) {
    throw new AwsError(
      "MissingParameter",
      "The request must contain the parameter LaunchTemplateData",
    );
  }
  checkUserData(data.UserData);
  return data;
}
