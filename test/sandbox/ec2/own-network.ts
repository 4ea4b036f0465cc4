import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  type CreateNatGatewayCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type NatGateway,
  type NetworkInterface,
  type Route,
} from "@aws-sdk/client-ec2";
import { vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { ec2Client } from "../clients.ts";

export const everywhere = "0.0.0.0/0";

/** A VPC of the test's own, and how the test builds in it. */
export interface OwnNetwork {
  readonly sandbox: Sandbox;
  readonly ec2: EC2Client;
  readonly VpcId: string;
  /** The id of a new subnet. Zones: `a`, `b`, `c`. */
  subnet(CidrBlock: string, zone?: string): Promise<string>;
  /** The id of a new internet gateway, attached. */
  gateway(): Promise<string>;
  /** The id of a new route table of these subnets, with one route to the internet or none. */
  table(subnets: readonly string[], target?: Partial<CreateRouteCommandInput>): Promise<string>;
  /** The allocation id of a new address. */
  address(): Promise<string>;
  nat(input: CreateNatGatewayCommandInput): Promise<string>;
  described(natGatewayId: string): Promise<NatGateway>;
  routes(tableId: string): Promise<readonly Route[]>;
  interfaces(): Promise<readonly NetworkInterface[]>;
}

/** The test must have replaced the timers. */
export async function openNetwork(options: SandboxOptions = {}): Promise<OwnNetwork> {
  const sandbox = await createSandbox({
    speed: 1,
    seed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  const ec2 = ec2Client(sandbox);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  return {
    sandbox,
    ec2,
    VpcId,
    async subnet(CidrBlock, zone = "a") {
      const AvailabilityZone = `ap-southeast-2${zone}`;
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }),
      );
      return Subnet?.SubnetId ?? "";
    },
    async gateway() {
      const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
      const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
      await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
      return InternetGatewayId;
    },
    async table(subnets, target) {
      const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
      const RouteTableId = RouteTable?.RouteTableId ?? "";
      for (const SubnetId of subnets) {
        await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
      }
      if (target !== undefined) {
        const DestinationCidrBlock = everywhere;
        await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, ...target }));
      }
      return RouteTableId;
    },
    async address() {
      const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
      return AllocationId ?? "";
    },
    async nat(input) {
      const { NatGateway } = await ec2.send(new CreateNatGatewayCommand(input));
      return NatGateway?.NatGatewayId ?? "";
    },
    async described(id) {
      const { NatGateways } = await ec2.send(
        new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }),
      );
      return NatGateways?.[0] ?? {};
    },
    async routes(id) {
      const { RouteTables } = await ec2.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [id] }),
      );
      return RouteTables?.[0]?.Routes ?? [];
    },
    async interfaces() {
      const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
      const answer = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
      return answer.NetworkInterfaces ?? [];
    },
  };
}

export async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
}
