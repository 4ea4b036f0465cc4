/**
 * The filters of each operation in EC2's API reference. The sandbox models only some of them. This list
 * distinguishes filters that are not modelled from filters that do not exist.
 */
const documented = `
DescribeAddresses:
allocation-id association-id instance-id network-border-group network-interface-id network-interface-owner-id
private-ip-address public-ip
DescribeAvailabilityZones:
group-long-name group-name message opt-in-status parent-zone-id parent-zone-name region-name state zone-id
zone-name zone-type
DescribeFlowLogs:
deliver-log-status log-destination-type flow-log-id log-group-name resource-id traffic-type
DescribeImages:
architecture block-device-mapping.delete-on-termination block-device-mapping.device-name
block-device-mapping.snapshot-id block-device-mapping.volume-size block-device-mapping.volume-type
block-device-mapping.encrypted boot-mode creation-date description ena-support free-tier-eligible hypervisor
image-allowed image-id image-watermark.source-image-creation-time image-watermark.source-image-id
image-watermark.source-image-region image-watermark.watermark-creation-time image-watermark.watermark-key
image-type instance-type-specification.supported-instance-type
instance-type-specification.unsupported-instance-type is-public kernel-id manifest-location name owner-alias
owner-id platform product-code product-code.type public-ssm-parameter-name ramdisk-id root-device-name
root-device-type scan-result.critical-fix-available-since scan-result.finding-scan-date
scan-result.high-fix-available-since scan-result.highest-finding-severity-label informational low medium high
critical scan-result.informational-fix-available-since scan-result.low-fix-available-since
scan-result.medium-fix-available-since source-image-id source-image-region source-instance-id state
state-reason-code state-reason-message sriov-net-support virtualization-type
DescribeInstanceStatus:
availability-zone availability-zone-id event.code event.description event.instance-event-id event.not-after
event.not-before event.not-before-deadline instance-state-code instance-state-name
instance-status.reachability instance-status.status operator.managed operator.principal
system-status.reachability system-status.status attached-ebs-status.status application-status.status
DescribeInstanceTypeOfferings:
instance-type location
DescribeInstanceTypes:
auto-recovery-supported bare-metal burstable-performance-supported current-generation
dedicated-hosts-supported ebs-info.attachment-limit-type ebs-info.maximum-ebs-attachments
ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps ebs-info.ebs-optimized-info.baseline-iops
ebs-info.ebs-optimized-info.baseline-throughput-in-mbps ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps
ebs-info.ebs-optimized-info.maximum-iops ebs-info.ebs-optimized-info.maximum-throughput-in-mbps
ebs-info.ebs-optimized-support ebs-info.encryption-support ebs-info.nvme-support free-tier-eligible
hibernation-supported hypervisor instance-storage-info.disk.count instance-storage-info.disk.size-in-gb
instance-storage-info.disk.type instance-storage-info.encryption-support instance-storage-info.nvme-support
instance-storage-info.total-size-in-gb instance-storage-supported instance-type memory-info.size-in-mib
network-info.bandwidth-weightings network-info.efa-info.maximum-efa-interfaces network-info.efa-supported
network-info.ena-support network-info.flexible-ena-queues-support network-info.encryption-in-transit-supported
network-info.ipv4-addresses-per-interface network-info.ipv6-addresses-per-interface
network-info.ipv6-supported network-info.maximum-network-cards network-info.maximum-network-interfaces
network-info.network-performance nitro-enclaves-support nitro-tpm-support nitro-tpm-info.supported-versions
processor-info.supported-architecture processor-info.sustained-clock-speed-in-ghz
processor-info.supported-features reboot-migration-support supported-boot-mode supported-root-device-type
supported-usage-class supported-virtualization-type vcpu-info.default-cores vcpu-info.default-threads-per-core
vcpu-info.default-vcpus vcpu-info.valid-cores vcpu-info.valid-threads-per-core
DescribeInstances:
affinity architecture availability-zone availability-zone-id block-device-mapping.attach-time
block-device-mapping.delete-on-termination block-device-mapping.device-name block-device-mapping.status
block-device-mapping.volume-id boot-mode capacity-reservation-id
capacity-reservation-specification.capacity-reservation-preference
capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id
capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn
client-token current-instance-boot-mode dns-name ebs-optimized ena-support enclave-options.enabled
hibernation-options.configured host-id hypervisor iam-instance-profile.arn iam-instance-profile.id image-id
instance-id instance-lifecycle instance-state-code instance-state-name instance-type instance.group-id
instance.group-name ip-address ipv6-address kernel-id key-name launch-index launch-time
maintenance-options.auto-recovery metadata-options.http-endpoint metadata-options.http-protocol-ipv4
metadata-options.http-protocol-ipv6 metadata-options.http-put-response-hop-limit metadata-options.http-tokens
metadata-options.instance-metadata-tags metadata-options.state monitoring-state
network-interface.addresses.association.allocation-id network-interface.addresses.association.association-id
network-interface.addresses.association.carrier-ip network-interface.addresses.association.customer-owned-ip
network-interface.addresses.association.ip-owner-id network-interface.addresses.association.public-dns-name
network-interface.addresses.association.public-ip network-interface.addresses.primary
network-interface.addresses.private-dns-name network-interface.addresses.private-ip-address
network-interface.association.allocation-id network-interface.association.association-id
network-interface.association.carrier-ip network-interface.association.customer-owned-ip
network-interface.association.ip-owner-id network-interface.association.public-dns-name
network-interface.association.public-ip network-interface.attachment.attach-time
network-interface.attachment.attachment-id network-interface.attachment.delete-on-termination
network-interface.attachment.device-index network-interface.attachment.instance-id
network-interface.attachment.instance-owner-id network-interface.attachment.network-card-index
network-interface.attachment.status network-interface.availability-zone network-interface.deny-all-igw-traffic
network-interface.description network-interface.group-id network-interface.group-name
network-interface.ipv4-prefixes.ipv4-prefix network-interface.ipv6-address
network-interface.ipv6-addresses.ipv6-address network-interface.ipv6-addresses.is-primary-ipv6
network-interface.ipv6-native network-interface.ipv6-prefixes.ipv6-prefix network-interface.mac-address
network-interface.network-interface-id network-interface.operator.managed network-interface.operator.principal
network-interface.outpost-arn network-interface.owner-id network-interface.private-dns-name
network-interface.private-ip-address network-interface.public-dns-name network-interface.requester-id
network-interface.requester-managed network-interface.status network-interface.source-dest-check
network-interface.subnet-id network-interface.tag-key network-interface.tag-value network-interface.vpc-id
network-performance-options.bandwidth-weighting operator.managed operator.principal outpost-arn owner-id
placement-group-name placement-partition-number platform platform-details private-dns-name
private-dns-name-options.enable-resource-name-dns-a-record
private-dns-name-options.enable-resource-name-dns-aaaa-record private-dns-name-options.hostname-type
private-ip-address product-code product-code.type ramdisk-id reason requester-id reservation-id
root-device-name root-device-type source-dest-check spot-instance-request-id state-reason-code
state-reason-message subnet-id tenancy tpm-support usage-operation usage-operation-update-time
virtualization-type vpc-id
DescribeInternetGateways:
attachment.state attachment.vpc-id internet-gateway-id owner-id
DescribeKeyPairs:
key-pair-id fingerprint key-name
DescribeLaunchTemplateVersions:
create-time ebs-optimized http-endpoint http-protocol-ipv4 host-resource-group-arn http-tokens
iam-instance-profile image-id instance-type is-default-version kernel-id license-configuration-arn
network-card-index ram-disk-id
DescribeLaunchTemplates:
create-time launch-template-name
DescribeManagedPrefixLists:
owner-id prefix-list-id prefix-list-name
DescribeNatGateways:
nat-gateway-id state subnet-id vpc-id
DescribeNetworkInterfaces:
association.allocation-id association.association-id addresses.association.owner-id
addresses.association.public-ip addresses.primary addresses.private-ip-address association.ip-owner-id
association.public-ip association.public-dns-name attachment.attach-time attachment.attachment-id
attachment.delete-on-termination attachment.device-index attachment.instance-id attachment.instance-owner-id
attachment.status availability-zone availability-zone-id description group-id ipv6-addresses.ipv6-address
interface-type mac-address network-interface-id operator.managed operator.principal owner-id private-dns-name
private-ip-address requester-id requester-managed source-dest-check status subnet-id vpc-id
DescribeRegions:
endpoint opt-in-status region-name
DescribeRouteTables:
association.gateway-id association.route-table-association-id association.route-table-id association.subnet-id
association.main owner-id route-table-id route.destination-cidr-block route.destination-ipv6-cidr-block
route.destination-prefix-list-id route.egress-only-internet-gateway-id route.gateway-id route.instance-id
route.nat-gateway-id route.transit-gateway-id route.origin route.state route.vpc-peering-connection-id vpc-id
DescribeSecurityGroupRules:
group-id security-group-rule-id
DescribeSecurityGroups:
description egress.ip-permission.cidr egress.ip-permission.from-port egress.ip-permission.group-id
egress.ip-permission.group-name egress.ip-permission.ipv6-cidr egress.ip-permission.prefix-list-id
egress.ip-permission.protocol egress.ip-permission.to-port egress.ip-permission.user-id group-id group-name
ip-permission.cidr ip-permission.from-port ip-permission.group-id ip-permission.group-name
ip-permission.ipv6-cidr ip-permission.prefix-list-id ip-permission.protocol ip-permission.to-port
ip-permission.user-id owner-id vpc-id
DescribeSnapshots:
description encrypted owner-alias owner-id progress snapshot-id start-time status storage-tier transfer-type
volume-id volume-size
DescribeSubnets:
availability-zone availability-zone-id available-ip-address-count cidr-block customer-owned-ipv4-pool
default-for-az enable-dns64 enable-lni-at-device-index ipv6-cidr-block-association.ipv6-cidr-block
ipv6-cidr-block-association.association-id ipv6-cidr-block-association.state ipv6-native
map-customer-owned-ip-on-launch map-public-ip-on-launch outpost-arn owner-id
private-dns-name-options-on-launch.hostname-type
private-dns-name-options-on-launch.enable-resource-name-dns-a-record
private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record state subnet-arn subnet-id vpc-id
DescribeTags:
key resource-id resource-type value
DescribeVolumes:
attachment.attach-time attachment.delete-on-termination attachment.device attachment.instance-id
attachment.status availability-zone availability-zone-id create-time encrypted fast-restored
multi-attach-enabled operator.managed operator.principal size snapshot-id status volume-id volume-type
DescribeVpcEndpoints:
ip-address-type service-name service-region vpc-endpoint-id vpc-endpoint-state vpc-endpoint-type vpc-id
DescribeVpcPeeringConnections:
accepter-vpc-info.cidr-block accepter-vpc-info.owner-id accepter-vpc-info.vpc-id expiration-time
requester-vpc-info.cidr-block requester-vpc-info.owner-id requester-vpc-info.vpc-id status-code status-message
vpc-peering-connection-id
DescribeVpcs:
cidr cidr-block-association.cidr-block cidr-block-association.association-id cidr-block-association.state
dhcp-options-id ipv6-cidr-block-association.ipv6-cidr-block ipv6-cidr-block-association.ipv6-pool
ipv6-cidr-block-association.association-id ipv6-cidr-block-association.state is-default owner-id state vpc-id
`;

let names: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/**
 * Whether AWS documents the filter for the operation. Undefined for an operation that this list
 * lacks.
 */
export function isDocumentedFilter(operation: string, filter: string): boolean | undefined {
  names ??= readNames();
  return names.get(operation)?.has(filter);
}

function readNames(): Map<string, ReadonlySet<string>> {
  const sections = [...documented.matchAll(/^(\w+):\n([^:]*)(?=\n\w+:\n|$)/gm)];
  return new Map(
    sections.map(([, operation = "", text = ""]) => [operation, new Set(text.trim().split(/\s+/))]),
  );
}
