import { KeyAlgorithm, paginateListCertificates } from "@aws-sdk/client-acm";
import { paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAddressesCommand,
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  paginateDescribeFlowLogs,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeLaunchTemplates,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSnapshots,
  paginateDescribeSubnets,
  paginateDescribeVolumes,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing";
import {
  paginateDescribeLoadBalancers as paginateDescribeApplicationLoadBalancers,
  paginateDescribeListeners,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { ListResourceRecordSetsCommand, paginateListHostedZones } from "@aws-sdk/client-route-53";
import {
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import { paginateListSubscriptions, paginateListTopics } from "@aws-sdk/client-sns";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import {
  GetWebACLForResourceCommand,
  ListIPSetsCommand,
  ListWebACLsCommand,
} from "@aws-sdk/client-wafv2";
import { everyPage } from "../../src/aws/paging.ts";
import type { AccountClients } from "./account-clients.ts";

type Lookup = (clients: AccountClients) => Promise<readonly (string | undefined)[]>;

/**
 * The ids of what there is in the account, by the type names of the sandbox's inventory. Network interfaces
 * are left out: moto keeps those of terminated instances, which AWS deletes ("DeleteOnTermination"
 * of a primary interface made at launch is true, "Network interfaces" in the EC2 User Guide).
 */
export const lookups: Readonly<Record<string, Lookup>> = {
  "key-pair": async ({ ec2 }) => {
    const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}));
    return KeyPairs.map(({ KeyPairId }) => KeyPairId);
  },
  image: async ({ ec2 }) => {
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    return Images.map(({ ImageId }) => ImageId);
  },
  snapshot: async ({ ec2 }) => {
    const pages = paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ["self"] });
    return (await everyPage(pages, (page) => page.Snapshots)).map(({ SnapshotId }) => SnapshotId);
  },
  volume: async ({ ec2 }) => {
    const pages = paginateDescribeVolumes({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.Volumes)).map(({ VolumeId }) => VolumeId);
  },
  instance: async ({ ec2 }) => {
    const pages = paginateDescribeInstances({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.Reservations))
      .flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== "terminated")
      .map(({ InstanceId }) => InstanceId);
  },
  "security-group": async ({ ec2 }) => {
    const pages = paginateDescribeSecurityGroups({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.SecurityGroups)).map(({ GroupId }) => GroupId);
  },
  vpc: async ({ ec2 }) => {
    const pages = paginateDescribeVpcs({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.Vpcs)).map(({ VpcId }) => VpcId);
  },
  "internet-gateway": async ({ ec2 }) => {
    const pages = paginateDescribeInternetGateways({ client: ec2 }, {});
    const gateways = await everyPage(pages, (page) => page.InternetGateways);
    return gateways.map(({ InternetGatewayId }) => InternetGatewayId);
  },
  subnet: async ({ ec2 }) => {
    const pages = paginateDescribeSubnets({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.Subnets)).map(({ SubnetId }) => SubnetId);
  },
  "route-table": async ({ ec2 }) => {
    const pages = paginateDescribeRouteTables({ client: ec2 }, {});
    const tables = await everyPage(pages, (page) => page.RouteTables);
    return tables.map(({ RouteTableId }) => RouteTableId);
  },
  address: async ({ ec2 }) => {
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
    return Addresses.map(({ AllocationId }) => AllocationId);
  },
  // AWS shows a deleted one for about an hour. moto shows it for ever, and so a deleted endpoint.
  "nat-gateway": async ({ ec2 }) => {
    const pages = paginateDescribeNatGateways({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.NatGateways))
      .filter(({ State }) => State !== "deleted")
      .map(({ NatGatewayId }) => NatGatewayId);
  },
  "vpc-endpoint": async ({ ec2 }) => {
    const pages = paginateDescribeVpcEndpoints({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.VpcEndpoints))
      .filter(({ State }) => State?.toLowerCase() !== "deleted")
      .map(({ VpcEndpointId }) => VpcEndpointId);
  },
  "flow-log": async ({ ec2 }) => {
    const pages = paginateDescribeFlowLogs({ client: ec2 }, {});
    return (await everyPage(pages, (page) => page.FlowLogs)).map(({ FlowLogId }) => FlowLogId);
  },
  "launch-template": async ({ ec2 }) => {
    const pages = paginateDescribeLaunchTemplates({ client: ec2 }, {});
    const templates = await everyPage(pages, (page) => page.LaunchTemplates);
    return templates.map(({ LaunchTemplateId }) => LaunchTemplateId);
  },
  "auto-scaling-group": async ({ autoScaling }) => {
    const pages = paginateDescribeAutoScalingGroups({ client: autoScaling }, {});
    const groups = await everyPage(pages, (page) => page.AutoScalingGroups);
    return groups.map(({ AutoScalingGroupName }) => AutoScalingGroupName);
  },
  bucket: bucketsOf,
  object: async (clients) => {
    const found = await Promise.all(
      (await bucketsOf(clients)).map(async (Bucket) => {
        const command = new ListObjectVersionsCommand({ Bucket });
        const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(command);
        return [...Versions, ...DeleteMarkers].map(({ Key }) => `${Bucket}/${Key}`);
      }),
    );
    return found.flat();
  },
  "multipart-upload": async (clients) => {
    const found = await Promise.all(
      (await bucketsOf(clients)).map(async (Bucket) => {
        const { Uploads = [] } = await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
        return Uploads.map(({ UploadId }) => UploadId);
      }),
    );
    return found.flat();
  },
  role: async ({ iam }) => {
    const pages = paginateListRoles({ client: iam }, {});
    return (await everyPage(pages, (page) => page.Roles)).map(({ RoleName }) => RoleName);
  },
  parameter: async ({ ssm }) => {
    const pages = paginateDescribeParameters({ client: ssm }, {});
    return (await everyPage(pages, (page) => page.Parameters)).map(({ Name }) => Name);
  },
  secret: async ({ secretsManager }) => {
    const pages = paginateListSecrets({ client: secretsManager }, {});
    return (await everyPage(pages, (page) => page.SecretList)).map(({ ARN }) => ARN);
  },
  "instance-profile": async ({ iam }) => {
    const pages = paginateListInstanceProfiles({ client: iam }, {});
    const profiles = await everyPage(pages, (page) => page.InstanceProfiles);
    return profiles.map(({ InstanceProfileName }) => InstanceProfileName);
  },
  policy: async ({ iam }) => {
    const pages = paginateListPolicies({ client: iam }, { Scope: "Local" });
    return (await everyPage(pages, (page) => page.Policies)).map(({ Arn }) => Arn);
  },
  certificate: async ({ acm }) => {
    // The default leaves some keys out.
    const keyTypes = Object.values(KeyAlgorithm);
    const pages = paginateListCertificates({ client: acm }, { Includes: { keyTypes } });
    const found = await everyPage(pages, (page) => page.CertificateSummaryList);
    return found.map(({ CertificateArn }) => CertificateArn);
  },
  "hosted-zone": hostedZonesOf,
  "record-set": async (clients) => {
    const found = await Promise.all(
      (await hostedZonesOf(clients)).map(async (HostedZoneId) => {
        // No paginator exists. One page has 300.
        const command = new ListResourceRecordSetsCommand({ HostedZoneId });
        const { ResourceRecordSets: sets = [] } = await clients.route53.send(command);
        return sets
          .filter(({ Type }) => Type !== "NS" && Type !== "SOA")
          .map(({ Name, Type }) => `${HostedZoneId} ${Name} ${Type}`);
      }),
    );
    return found.flat();
  },
  "load-balancer": async ({ loadBalancing }) => {
    const pages = paginateDescribeLoadBalancers({ client: loadBalancing }, {});
    const balancers = await everyPage(pages, (page) => page.LoadBalancerDescriptions);
    return balancers.map(({ LoadBalancerName }) => LoadBalancerName);
  },
  "application-load-balancer": applicationLoadBalancersOf,
  listener: async (clients) => {
    const found = await Promise.all(
      (await applicationLoadBalancersOf(clients)).map((LoadBalancerArn) => {
        const client = clients.loadBalancingV2;
        const pages = paginateDescribeListeners({ client }, { LoadBalancerArn });
        return everyPage(pages, (page) => page.Listeners);
      }),
    );
    return found.flat().map(({ ListenerArn }) => ListenerArn);
  },
  "target-group": async ({ loadBalancingV2 }) => {
    const pages = paginateDescribeTargetGroups({ client: loadBalancingV2 }, {});
    const groups = await everyPage(pages, (page) => page.TargetGroups);
    return groups.map(({ TargetGroupArn }) => TargetGroupArn);
  },
  alarm: async ({ cloudWatch }) => {
    const pages = paginateDescribeAlarms({ client: cloudWatch }, {});
    return (await everyPage(pages, (page) => page.MetricAlarms)).map(({ AlarmName }) => AlarmName);
  },
  topic: async ({ sns }) => {
    const pages = paginateListTopics({ client: sns }, {});
    return (await everyPage(pages, (page) => page.Topics)).map(({ TopicArn }) => TopicArn);
  },
  // One that waits for a confirmation has no ARN, and its topic and its endpoint tell which it is.
  subscription: async ({ sns }) => {
    const pages = paginateListSubscriptions({ client: sns }, {});
    const found = await everyPage(pages, (page) => page.Subscriptions);
    return found.map(({ TopicArn, Protocol, Endpoint }) => `${TopicArn} ${Protocol} ${Endpoint}`);
  },
  // No paginators exist. One page has 100.
  "web-acl": async ({ wafV2 }) => {
    const command = new ListWebACLsCommand({ Scope: "REGIONAL", Limit: 100 });
    const { WebACLs = [] } = await wafV2.send(command);
    return WebACLs.map(({ ARN }) => ARN);
  },
  "ip-set": async ({ wafV2 }) => {
    const command = new ListIPSetsCommand({ Scope: "REGIONAL", Limit: 100 });
    const { IPSets = [] } = await wafV2.send(command);
    return IPSets.map(({ ARN }) => ARN);
  },
  "web-acl-association": async (clients) => {
    const found = await Promise.all(
      (await applicationLoadBalancersOf(clients)).map(async (ResourceArn) => {
        const command = new GetWebACLForResourceCommand({ ResourceArn });
        const { WebACL } = await clients.wafV2.send(command);
        return WebACL === undefined ? [] : [`${ResourceArn} ${WebACL.ARN}`];
      }),
    );
    return found.flat();
  },
};

async function hostedZonesOf({ route53 }: AccountClients): Promise<readonly string[]> {
  const pages = paginateListHostedZones({ client: route53 }, {});
  const zones = await everyPage(pages, (page) => page.HostedZones);
  return zones.map(({ Id = "" }) => Id);
}

async function applicationLoadBalancersOf({
  loadBalancingV2,
}: AccountClients): Promise<readonly string[]> {
  const pages = paginateDescribeApplicationLoadBalancers({ client: loadBalancingV2 }, {});
  const balancers = await everyPage(pages, (page) => page.LoadBalancers);
  return balancers.map(({ LoadBalancerArn = "" }) => LoadBalancerArn);
}

async function bucketsOf({ s3 }: AccountClients): Promise<readonly string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.map(({ Name = "" }) => Name);
}

/** What there is in the account: sorted ids of each type. */
export async function inventory(clients: AccountClients): Promise<Record<string, string[]>> {
  const found = await Promise.all(
    Object.entries(lookups).map(async ([type, lookUp]) => {
      const ids = await lookUp(clients);
      return [type, ids.map((id) => id ?? "").sort()] as const;
    }),
  );
  return Object.fromEntries(found);
}
