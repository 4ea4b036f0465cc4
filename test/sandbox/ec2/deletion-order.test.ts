import {
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { type OwnNetwork, openNetwork, pass } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const codeOf = async (work: Promise<unknown>) => (await refusal(work)).code;

async function open() {
  const network = await openNetwork();
  const subnets = [await network.subnet("10.1.0.0/24"), await network.subnet("10.1.1.0/24", "b")];
  const GatewayId = await network.gateway();
  await network.table(subnets, { GatewayId });
  const { ec2, VpcId } = network;
  return {
    ...network,
    subnets,
    detach: () =>
      ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId })),
    removeSubnet: () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnets[0] })),
  };
}

/** A load balancer of either type in the subnets. Returns how to delete it. */
const balancers: readonly (readonly [
  string,
  (network: OwnNetwork, subnets: readonly string[]) => Promise<() => Promise<unknown>>,
])[] = [
  [
    "classic",
    async ({ sandbox }, subnets) => {
      await sandbox.call("elb", "CreateLoadBalancer", {
        LoadBalancerName: "front",
        Subnets: subnets,
        Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }],
      });
      return () => sandbox.call("elb", "DeleteLoadBalancer", { LoadBalancerName: "front" });
    },
  ],
  [
    "application",
    async ({ sandbox }, subnets) => {
      const answer = await sandbox.call("elbv2", "CreateLoadBalancer", {
        Name: "front",
        Subnets: subnets,
      });
      const { LoadBalancers } = answer as { LoadBalancers: { LoadBalancerArn: string }[] };
      const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
      return () => sandbox.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn });
    },
  ],
];

test.each(balancers)(
  "the nodes of a deleted %s load balancer hold their subnets and the gateway for some minutes",
  async (_type, create) => {
    const network = await open();
    const { detach, removeSubnet } = network;
    const remove = await create(network, network.subnets);
    const free = async () => {
      const SubnetIds = [network.subnets[0] ?? ""];
      const { Subnets } = await network.ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
      return Subnets?.[0]?.AvailableIpAddressCount;
    };
    expect(await free()).toBe(250);
    await pass(200);
    await remove();
    await pass(10);
    expect(await codeOf(detach())).toBe("DependencyViolation");
    expect(await codeOf(removeSubnet())).toBe("DependencyViolation");
    await pass(600);
    expect(await free()).toBe(251);
    await detach();
    await removeSubnet();
  },
);

test("an instance holds its subnet, and with a public address the gateway", async () => {
  const { sandbox, subnets, detach, removeSubnet } = await open();
  const { Images } = (await sandbox.call("ec2", "DescribeImages", {
    Filters: [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }],
  })) as { Images: { ImageId: string }[] };
  const launched = await sandbox.call("ec2", "RunInstances", {
    ImageId: Images[0]?.ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnets[0], AssociatePublicIpAddress: true }],
  });
  const { Instances } = launched as { Instances: { InstanceId: string }[] };
  await pass(60);
  expect(await codeOf(detach())).toBe("DependencyViolation");
  expect(await codeOf(removeSubnet())).toBe("DependencyViolation");
  await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [Instances[0]?.InstanceId] });
  await pass(60);
  await detach();
  await removeSubnet();
});

test("a VPC holds to its route tables and its subnets", async () => {
  const { ec2, VpcId } = await open();
  expect(await refusal(ec2.send(new DeleteVpcCommand({ VpcId })))).toMatchObject({
    code: "DependencyViolation",
    message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
  });
});

test("two hundred subnets fit in a VPC", async () => {
  const { subnet } = await openNetwork();
  for (let index = 0; index < 200; index += 1) {
    await subnet(`10.1.${Math.floor(index / 16)}.${(index % 16) * 16}/28`);
  }
  expect(await codeOf(subnet("10.1.200.0/24"))).toBe("SubnetLimitExceeded");
});
