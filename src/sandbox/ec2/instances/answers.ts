import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { durations } from "../durations.ts";
import {
  instanceInterfaceAnswer,
  privateDnsName,
  publicDnsName,
} from "../network/interface-answers.ts";
import { networkInterfaces, zonesOf } from "../network/tables.ts";
import { hasDnsHostnames } from "../network/vpc-attributes.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { volumes } from "../volumes/tables.ts";
import type { InstanceRecord, InstanceState } from "./tables.ts";
import { processorsOf } from "./types.ts";

/** Amazon EC2 API Reference, `InstanceState`. */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** A state with its code ("InstanceState", Amazon EC2 API Reference). */
export function stateAnswer(state: InstanceState) {
  return { Code: STATE_CODES[state], Name: state };
}

/** The instances of one launch, in the form of RunInstances and DescribeInstances. */
export function reservationAnswer(
  region: Region,
  id: string,
  members: readonly Readonly<InstanceRecord>[],
) {
  return {
    ReservationId: id,
    OwnerId: region.account,
    Groups: [],
    Instances: members.map((instance) => instanceAnswer(region, instance)),
  };
}

function instanceAnswer(region: Region, instance: Readonly<InstanceRecord>) {
  const { stateReason } = instance;
  const groups = instance.groupIds.map((id) => ({
    GroupId: id,
    GroupName: region.table(securityGroups).latest(id)?.name ?? "",
  }));
  const gone = instance.state === "terminated";
  const attached = isAttached(region, instance);
  const pending = instance.state === "pending";
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType,
    Architecture: instance.architecture,
    AmiLaunchIndex: instance.launchIndex,
    ClientToken: instance.clientToken ?? "",
    ...(instance.spot !== undefined && {
      InstanceLifecycle: "spot",
      SpotInstanceRequestId: instance.spot.id,
    }),
    ProductCodes: [],
    KeyName: instance.keyName,
    IamInstanceProfile:
      instance.profile === undefined
        ? undefined
        : { Arn: instance.profile.arn, Id: instance.profile.id },
    LaunchTime: new Date(instance.launchTime),
    State: stateAnswer(instance.state),
    StateReason:
      stateReason === undefined
        ? pending
          ? { Code: "pending", Message: "pending" }
          : undefined
        : { Code: stateReason.code, Message: `${stateReason.code}: ${stateReason.message}` },
    StateTransitionReason:
      stateReason === undefined
        ? ""
        : `${stateReason.message} (${new Date(instance.stateSince).toISOString().slice(0, 19).replace("T", " ")} GMT)`,
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: zonesOf(region.name).find((zone) => zone.name === instance.zone)?.id,
      GroupName: "",
      Tenancy: "default",
    },
    Monitoring: { State: instance.monitoring ? "enabled" : "disabled" },
    MetadataOptions: {
      State: pending ? "pending" : "applied",
      HttpTokens: instance.metadata.tokens,
      HttpEndpoint: instance.metadata.endpoint,
      HttpPutResponseHopLimit: instance.metadata.hopLimit,
      InstanceMetadataTags: instance.metadata.tags,
      HttpProtocolIpv6: "disabled",
    },
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: "ebs",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    UsageOperationUpdateTime: new Date(instance.launchTime),
    CpuOptions: cpuOptions(instance.instanceType),
    CapacityReservationSpecification: { CapacityReservationPreference: "open" },
    HibernationOptions: { Configured: false },
    EnclaveOptions: { Enabled: false },
    MaintenanceOptions: { AutoRecovery: "default", RebootMigration: "default" },
    PrivateDnsNameOptions: {
      HostnameType: "ip-name",
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    CurrentInstanceBootMode: "legacy-bios",
    NetworkPerformanceOptions: { BandwidthWeighting: "default" },
    Operator: { Managed: false },
    BlockDeviceMappings: (attached ? instance.volumes : []).map((volume) => ({
      DeviceName: volume.device,
      Ebs: {
        VolumeId: volume.volumeId,
        DeleteOnTermination: volume.deleteOnTermination,
        Status: "attached",
        AttachTime: new Date(
          region.table(volumes).latest(volume.volumeId)?.createTime ?? instance.launchTime,
        ),
      },
    })),
    Tags: tagList(instance.tags),
    // A terminated instance has no network interface.
    ...(gone
      ? { PrivateDnsName: "", PublicDnsName: "", SecurityGroups: [], NetworkInterfaces: [] }
      : network(region, instance, groups)),
  };
}

function network(
  region: Region,
  instance: Readonly<InstanceRecord>,
  groups: readonly { GroupId: string; GroupName: string }[],
) {
  const networkInterface = region.table(networkInterfaces).latest(instance.interfaceId);
  const address = isAttached(region, instance) ? instance.publicAddress : undefined;
  return {
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    PrivateIpAddress: instance.privateAddress,
    PrivateDnsName: privateDnsName(region.name, instance.privateAddress),
    PublicIpAddress: address,
    PublicDnsName:
      address === undefined || !hasDnsHostnames(region, instance.vpcId)
        ? ""
        : publicDnsName(region.name, address),
    SourceDestCheck: true,
    SecurityGroups: groups,
    NetworkInterfaces:
      networkInterface === undefined
        ? []
        : [instanceInterfaceAnswer(region, networkInterface, isAttached(region, instance))],
  };
}

/** Two threads per core, except for Graviton and types with one vCPU. */
function cpuOptions(type: string) {
  const processors = processorsOf(type);
  const ThreadsPerCore = processors === 1 || /^[a-z]+\d+g/.test(type) ? 1 : 2;
  return { CoreCount: processors / ThreadsPerCore, ThreadsPerCore };
}

/**
 * RunInstances answers before anything is attached. The example in the AWS CLI's reference has the private
 * address, but no volume and no public address, and its interface is "attaching".
 */
function isAttached(region: Region, instance: Readonly<InstanceRecord>): boolean {
  return region.now >= instance.launchTime + durations.instanceAttached * 1000;
}
