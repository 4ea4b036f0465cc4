import type { Instance } from "@aws-sdk/client-auto-scaling";
import { zonesOf } from "../ec2/network/tables.ts";
import type { Region } from "../region.ts";
import type { Member } from "./group.ts";
import type { TemplateReference } from "./template-reference.ts";

/** A launch template or a launch configuration, in the form of groups and instances. */
export function describeSource(source: TemplateReference) {
  if (source.isConfiguration) return { LaunchConfigurationName: source.name };
  const { id, name, version } = source;
  return { LaunchTemplate: { LaunchTemplateId: id, LaunchTemplateName: name, Version: version } };
}

/** An instance, in the form of all answers. */
export function describeMember(region: Region, member: Member): Instance {
  return {
    InstanceId: member.instanceId,
    InstanceType: member.instanceType,
    AvailabilityZone: member.zone,
    AvailabilityZoneId: zonesOf(region.name).find((zone) => zone.name === member.zone)?.id,
    LifecycleState: member.lifecycle,
    HealthStatus: member.health,
    ImageId: member.imageId,
    ...describeSource(member.template),
    ProtectedFromScaleIn: member.protectedFromScaleIn,
  };
}
