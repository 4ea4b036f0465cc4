import { DescribeCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  CreateAutoScalingGroupCommand,
  DescribeInstanceRefreshesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateNatGatewayCommand,
  CreateRouteTableCommand,
  CreateVpcEndpointCommand,
  DeleteKeyPairCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcEndpointsCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  ImportKeyPairCommand,
  ModifyVpcEndpointCommand,
  type NatGateway,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CheckCapacityCommand } from "@aws-sdk/client-wafv2";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { python } from "./account.ts";
import { type AccountClients, clientsOf } from "./account-clients.ts";
import { gaps } from "./gaps.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

const image = "ami-0a1b2c3d4e5f60002";
const root = [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeType: "gp3" } }] as const;

/** Tries each gap on moto itself: when one of these fails, moto has learnt it, and the gap can go. */
const tries: Record<string, (account: AccountClients) => Promise<void>> = {
  "RunInstances: a block device mapping for the root device without a size": async ({ ec2 }) => {
    const command = new RunInstancesCommand({
      ImageId: image,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [...root],
    });
    await expect(ec2.send(command)).rejects.toThrow("size or snapshotId");
  },
  "Launch templates: a block device mapping for the root device without a size": async (
    account,
  ) => {
    await expect(launchWithoutSize(account)).rejects.toThrow("size/snapshot");
  },
  // The other half of the one before.
  "DescribeLaunchTemplateVersions: the size that was never asked for": async (account) => {
    await expect(launchWithoutSize(account)).rejects.toThrow("size/snapshot");
  },
  "DeleteKeyPair: by id": async ({ ec2 }) => {
    const PublicKeyMaterial = Buffer.from(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIppzvSDzFvUkG8OAQ2fNFnSjmR9JmNyyoIyhEfZ/QeT",
    );
    const { KeyPairId } = await ec2.send(
      new ImportKeyPairCommand({ KeyName: "one", PublicKeyMaterial }),
    );
    await ec2.send(new DeleteKeyPairCommand({ KeyPairId }));
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({}));
    expect(KeyPairs).toHaveLength(1);
  },
  "CreateImage: tags for the snapshots": async ({ ec2 }) => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: image,
        InstanceType: "t3.micro",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    const command = new CreateImageCommand({
      InstanceId: Instances?.[0]?.InstanceId,
      Name: "one",
      TagSpecifications: [{ ResourceType: "snapshot", Tags: [{ Key: "team", Value: "a" }] }],
    });
    await expect(ec2.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  },
  "DescribeInstanceRefreshes: of a group that never had one": async ({ autoScaling }) => {
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: "one" });
    await expect(autoScaling.send(command)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
  },
  "DescribeListeners: the security policy of a listener without encryption": async (account) => {
    const ListenerArn = await listen(account, { Protocol: "HTTP", Port: 80 });
    const { Listeners } = await account.loadBalancingV2.send(
      new DescribeListenersCommand({ ListenerArns: [ListenerArn] }),
    );
    expect(Listeners).toMatchObject([{ SslPolicy: "ELBSecurityPolicy-2016-08" }]);
  },
  "The default VPC's way to the internet": async ({ ec2 }) => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables).toHaveLength(1);
    expect(RouteTables?.[0]?.Routes).toMatchObject([{ GatewayId: "local" }]);
  },
  "DeleteSubnet: its place in a route table": async ({ ec2 }) => {
    const [subnet] = (await ec2.send(new DescribeSubnetsCommand({}))).Subnets ?? [];
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: subnet?.VpcId }));
    const place = { RouteTableId: RouteTable?.RouteTableId, SubnetId: subnet?.SubnetId };
    await ec2.send(new AssociateRouteTableCommand(place));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet?.SubnetId }));
    await expect(
      ec2.send(new DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId })),
    ).rejects.toMatchObject({ Code: "DependencyViolation" });
  },
  "DeleteNatGateway: its interface and its address": async (account) => {
    const { NatGateway, AllocationId, SubnetId } = await makeNatGateway(account);
    const { NatGatewayId } = NatGateway;
    await account.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    expect(await interfacesOf(account, NatGateway)).toHaveLength(1);
    await expect(
      account.ec2.send(new CreateNatGatewayCommand({ AllocationId, SubnetId })),
    ).rejects.toMatchObject({ Code: "Resource.AlreadyAssociated" });
  },
  "ModifyVpcEndpoint: the routes in the tables of a gateway endpoint": async ({ ec2 }) => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    const [{ VpcId, RouteTableId = "" } = {}] = RouteTables ?? [];
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        VpcEndpointType: "Gateway",
        ServiceName: "com.amazonaws.ap-southeast-2.s3",
      }),
    );
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
    await ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId, AddRouteTableIds: [RouteTableId] }),
    );
    const after = await ec2.send(new DescribeRouteTablesCommand({}));
    expect(after.RouteTables?.[0]?.Routes).toMatchObject([{ GatewayId: "local" }]);
    await expect(
      ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] })),
    ).rejects.toMatchObject({ Code: "InvalidRoute.NotFound" });
  },
  "DescribeNetworkInterfaces: whose the interface of a NAT gateway is": async (account) => {
    const { NatGateway } = await makeNatGateway(account);
    expect(await interfacesOf(account, NatGateway)).toMatchObject([{ Description: "" }]);
  },
  "DescribeTags: the types of addresses and NAT gateways": async (account) => {
    await makeNatGateway(account);
    const { Tags = [] } = await account.ec2.send(new DescribeTagsCommand({}));
    expect(Tags.map(({ ResourceType }) => ResourceType)).toEqual(["vpc-elastic-ip", "nat-gateway"]);
  },
};

/** A NAT gateway and its address, each with a tag. */
async function makeNatGateway({ ec2 }: AccountClients) {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const SubnetId = Subnets?.[0]?.SubnetId;
  const Tags = [{ Key: "team", Value: "a" }];
  const { AllocationId } = await ec2.send(
    new AllocateAddressCommand({
      TagSpecifications: [{ ResourceType: "elastic-ip", Tags }],
    }),
  );
  const { NatGateway = {} } = await ec2.send(
    new CreateNatGatewayCommand({
      AllocationId,
      SubnetId,
      TagSpecifications: [{ ResourceType: "natgateway", Tags }],
    }),
  );
  return { NatGateway, AllocationId, SubnetId };
}

async function interfacesOf({ ec2 }: AccountClients, { NatGatewayAddresses = [] }: NatGateway) {
  const NetworkInterfaceIds = NatGatewayAddresses.map(
    ({ NetworkInterfaceId = "" }) => NetworkInterfaceId,
  );
  const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds });
  return (await ec2.send(command)).NetworkInterfaces ?? [];
}

async function launchWithoutSize({ ec2, autoScaling }: AccountClients): Promise<void> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "one",
      LaunchTemplateData: {
        ImageId: image,
        InstanceType: "t3.micro",
        BlockDeviceMappings: [...root],
      },
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "one",
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: "1" },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: Subnets?.[0]?.SubnetId,
    }),
  );
}

/** @returns the ARN of a new listener, of a new load balancer, that redirects. */
async function listen(
  { ec2, loadBalancingV2 }: AccountClients,
  settings: Pick<CreateListenerCommandInput, "Protocol" | "Port" | "SslPolicy" | "Certificates">,
): Promise<string> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LoadBalancers } = await loadBalancingV2.send(
    new CreateLoadBalancerCommand({
      Name: "one",
      Subnets: Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId),
    }),
  );
  const redirect = { Protocol: "HTTP", Port: "81", StatusCode: "HTTP_301" } as const;
  const { Listeners } = await loadBalancingV2.send(
    new CreateListenerCommand({
      ...settings,
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      DefaultActions: [{ Type: "redirect", RedirectConfig: redirect }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? "";
}

describe("moto still cannot do by itself", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto(python());
  });
  afterAll(() => moto.stop());
  beforeEach(() => moto.reset());

  test.each(gaps.map(({ title }) => title))("%s", async (title) => {
    const attempt = tries[title];
    if (attempt === undefined) throw new Error("nobody tries this gap");
    await attempt(clientsOf({ endpoint: moto.url }, "ap-southeast-2"));
  });

  test("CheckCapacity of AWS WAF, which rest.ts answers", async () => {
    const { wafV2 } = clientsOf({ endpoint: moto.url }, "ap-southeast-2");
    const command = new CheckCapacityCommand({ Scope: "REGIONAL", Rules: [] });
    await expect(wafV2.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });

  test("DescribeCertificate: a listener that is gone uses it no more, which rest.ts does", async () => {
    const account = clientsOf({ endpoint: moto.url }, "ap-southeast-2");
    const { CertificateArn } = await account.acm.send(
      new RequestCertificateCommand({ DomainName: "one.example.com" }),
    );
    const ListenerArn = await listen(account, {
      Protocol: "HTTPS",
      Port: 443,
      SslPolicy: "ELBSecurityPolicy-2016-08",
      Certificates: [{ CertificateArn }],
    });
    await account.loadBalancingV2.send(new DeleteListenerCommand({ ListenerArn }));
    const { Certificate } = await account.acm.send(
      new DescribeCertificateCommand({ CertificateArn }),
    );
    expect(Certificate?.InUseBy).toEqual([ListenerArn]);
  });
});
