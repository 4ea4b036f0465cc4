import type { Account } from "./account.ts";
import { tagOf } from "./description.ts";
import { flowLogBucket, usualRange } from "./network-files.ts";
import { zone } from "./stack-files.ts";

const otherStack = (name: string) => [
  { Key: "reconcile:stack", Value: "billing" },
  { Key: "reconcile:name", Value: name },
];

/**
 * Things of other people, as like ours as can be: another stack's, with the same addresses, and
 * things made by hand whose names begin like ours.
 */
export async function furnish(account: Account): Promise<void> {
  const tagged = (ResourceType: string, name: string) => [{ ResourceType, Tags: otherStack(name) }];
  const group = (await account.call("ec2", "CreateSecurityGroup", {
    GroupName: "afterpay-web-of-others",
    Description: "theirs",
    TagSpecifications: tagged("security-group", "security-group/web"),
  })) as { readonly GroupId: string };
  await account.call("ec2", "CreateSecurityGroup", {
    GroupName: "afterpay-by-hand",
    Description: "theirs",
  });
  await account.call("ec2", "CreateKeyPair", {
    KeyName: "afterpay-of-others",
    TagSpecifications: tagged("key-pair", "key-pair/afterpay"),
  });
  await account.call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "afterpay-of-others",
    LaunchTemplateData: { InstanceType: "t3.micro" },
    TagSpecifications: tagged("launch-template", "launch-template/afterpay"),
  });
  await account.time.wait(60_000);
  const { Subnets } = (await account.call("ec2", "DescribeSubnets", {})) as {
    readonly Subnets: readonly { readonly SubnetId: string }[];
  };
  await account.call("elb", "CreateLoadBalancer", {
    LoadBalancerName: "afterpay-of-others",
    Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
    Subnets: Subnets.slice(0, 1).map(({ SubnetId }) => SubnetId),
    SecurityGroups: [group.GroupId],
    Tags: otherStack("load-balancer/afterpay"),
  });
  const { Images } = (await account.call("ec2", "DescribeImages", {
    Owners: ["amazon"],
    Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-kernel-*-x86_64"] }],
  })) as { readonly Images: readonly { readonly ImageId: string }[] };
  const { Instances } = (await account.call("ec2", "RunInstances", {
    ImageId: Images[0]?.ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    SecurityGroupIds: [group.GroupId],
    TagSpecifications: tagged("instance", "image/afterpay"),
  })) as { readonly Instances: readonly { readonly InstanceId: string }[] };
  const instance = Instances[0]?.InstanceId ?? "";
  await account.time.wait(60_000);
  await account.call("ec2", "StopInstances", { InstanceIds: [instance] });
  await account.time.wait(120_000);
  await account.call("ec2", "CreateImage", {
    Name: "afterpay-of-others",
    InstanceId: instance,
    TagSpecifications: [
      ...tagged("image", "image/afterpay"),
      ...tagged("snapshot", "image/afterpay"),
    ],
  });
  await furnishNetwork(account);
  await account.call("route53", "CreateHostedZone", { Name: zone, CallerReference: "theirs" });
  await changeRecords(account, [
    {
      Action: "CREATE",
      ResourceRecordSet: {
        Name: `blog.${zone}`,
        Type: "A",
        TTL: 60,
        ResourceRecords: [{ Value: "203.0.113.7" }],
      },
    },
  ]);
  await account.time.wait(1_200_000);
}

/** Another stack's network in the same range, whose parts have the same addresses as ours; and a bucket. */
async function furnishNetwork(account: Account): Promise<void> {
  const tagged = (ResourceType: string, name: string) => ({
    TagSpecifications: [{ ResourceType, Tags: otherStack(name) }],
  });
  const { Vpc } = (await account.call("ec2", "CreateVpc", {
    CidrBlock: usualRange,
    ...tagged("vpc", "vpc/afterpay"),
  })) as { readonly Vpc: { readonly VpcId: string } };
  const { InternetGateway } = (await account.call("ec2", "CreateInternetGateway", {
    ...tagged("internet-gateway", "internet-gateway/afterpay"),
  })) as { readonly InternetGateway: { readonly InternetGatewayId: string } };
  const { AllocationId } = (await account.call("ec2", "AllocateAddress", {
    Domain: "vpc",
    ...tagged("elastic-ip", "address/ap-southeast-2a"),
  })) as { readonly AllocationId: string };
  await account.time.wait(60_000);
  const inVpc = { VpcId: Vpc.VpcId };
  const { InternetGatewayId } = InternetGateway;
  await account.call("ec2", "AttachInternetGateway", { InternetGatewayId, ...inVpc });
  const { Subnet } = (await account.call("ec2", "CreateSubnet", {
    ...inVpc,
    CidrBlock: "10.20.192.0/21",
    AvailabilityZone: "ap-southeast-2a",
    ...tagged("subnet", "subnet/public-ap-southeast-2a"),
  })) as { readonly Subnet: { readonly SubnetId: string } };
  await account.call("ec2", "CreateRouteTable", {
    ...inVpc,
    ...tagged("route-table", "route-table/public"),
  });
  await account.call("ec2", "CreateVpcEndpoint", {
    ...inVpc,
    ServiceName: "com.amazonaws.ap-southeast-2.s3",
    ...tagged("vpc-endpoint", "vpc-endpoint/s3"),
  });
  await account.time.wait(60_000);
  await account.call("ec2", "CreateNatGateway", {
    SubnetId: Subnet.SubnetId,
    AllocationId,
    ...tagged("natgateway", "nat-gateway/ap-southeast-2a"),
  });
  await account.call("s3", "CreateBucket", {
    Bucket: flowLogBucket,
    CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
  });
}

/** Lets a name lead to the classic load balancer, as people do in the console. */
export async function nameClassic(account: Account): Promise<void> {
  const balancers = [...account.sandbox.records("load-balancer").values()];
  const own = balancers.find((each) => tagOf(each, "reconcile:stack") === "afterpay") ?? {};
  const Value = String(Reflect.get(own, "dnsName"));
  await changeRecords(account, [
    {
      Action: "CREATE",
      ResourceRecordSet: {
        Name: `shop.${zone}`,
        Type: "CNAME",
        TTL: 60,
        ResourceRecords: [{ Value }],
      },
    },
  ]);
}

async function changeRecords(account: Account, Changes: readonly object[]): Promise<void> {
  const [HostedZoneId] = [...account.sandbox.records("hosted-zone").keys()];
  const ChangeBatch = { Changes };
  await account.call("route53", "ChangeResourceRecordSets", { HostedZoneId, ChangeBatch });
}
