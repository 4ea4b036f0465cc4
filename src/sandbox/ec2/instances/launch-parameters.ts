import type { RequestLaunchTemplateData, RunInstancesRequest } from "@aws-sdk/client-ec2";

/** The parameters that a launch uses, from a request or a launch template. */
export type LaunchParameters = Pick<RunInstancesRequest, TemplateKey> &
  Pick<RunInstancesRequest, "SubnetId"> & {
    Monitoring?: { readonly Enabled?: boolean | undefined } | undefined;
  };

type TemplateKey =
  | "ImageId"
  | "InstanceType"
  | "KeyName"
  | "IamInstanceProfile"
  | "SecurityGroupIds"
  | "SecurityGroups"
  | "UserData"
  | "TagSpecifications"
  | "BlockDeviceMappings"
  | "NetworkInterfaces"
  | "MetadataOptions"
  | "Placement"
  | "InstanceInitiatedShutdownBehavior"
  | "DisableApiTermination"
  | "DisableApiStop"
  | "EbsOptimized"
  | "CreditSpecification";

/** The values of a request override those of its template. */
export function withTemplate(
  parameters: LaunchParameters,
  data: Pick<RequestLaunchTemplateData, TemplateKey | "Monitoring">,
): LaunchParameters {
  return { ...data, ...parameters };
}
