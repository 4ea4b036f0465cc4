import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
} from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { python } from "./account.ts";
import { type AccountClients, clientsOf, send } from "./account-clients.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";

const region = "ap-southeast-2";

/** After so long, in milliseconds of the sandbox, everything that a call has begun is over. */
const settled = 15 * 60_000;

/** Ids of a small network: a subnet with a NAT gateway, whose table leads to the internet. */
interface Network {
  readonly vpc: string;
  readonly gateway: string;
  readonly subnet: string;
  readonly table: string;
  readonly main: string;
  readonly address: string;
}

interface Call {
  readonly operation: string;
  /** What is in the way, or wrong. */
  readonly title: string;
  input(network: Network): object;
  /** How often, if once would be allowed. */
  readonly times?: number;
  /** The error's code, or "ok". */
  readonly sandbox: string;
  readonly moto: string;
}

const missing = "nat-0123456789abcdef0";
const everywhere = "0.0.0.0/0";

/**
 * Of "Error codes for the Amazon EC2 API" and the deletion chapters of the Amazon VPC User Guide. Where both refuse, moto
 * judges the order of the product's calls; where only the sandbox does, the sandbox judges it alone.
 */
const calls: readonly Call[] = [
  {
    operation: "DeleteVpc",
    title: "with subnets",
    input: ({ vpc }) => ({ VpcId: vpc }),
    sandbox: "DependencyViolation",
    moto: "DependencyViolation",
  },
  {
    operation: "DeleteInternetGateway",
    title: "attached",
    input: ({ gateway }) => ({ InternetGatewayId: gateway }),
    sandbox: "DependencyViolation",
    moto: "DependencyViolation",
  },
  {
    operation: "DeleteRouteTable",
    title: "of a subnet",
    input: ({ table }) => ({ RouteTableId: table }),
    sandbox: "DependencyViolation",
    moto: "DependencyViolation",
  },
  {
    operation: "CreateSubnet",
    title: "that overlaps another",
    input: ({ vpc }) => ({ VpcId: vpc, CidrBlock: "10.20.0.0/24" }),
    sandbox: "InvalidSubnet.Conflict",
    moto: "InvalidSubnet.Conflict",
  },
  {
    operation: "CreateSubnet",
    title: "outside of its VPC",
    input: ({ vpc }) => ({ VpcId: vpc, CidrBlock: "10.21.0.0/24" }),
    sandbox: "InvalidSubnet.Range",
    moto: "InvalidSubnet.Range",
  },
  {
    operation: "CreateVpc",
    title: "with too large a range",
    input: () => ({ CidrBlock: "10.0.0.0/8" }),
    sandbox: "InvalidVpc.Range",
    moto: "InvalidVpc.Range",
  },
  {
    operation: "CreateRoute",
    title: "that the table has",
    input: ({ table, gateway }) => ({
      RouteTableId: table,
      DestinationCidrBlock: everywhere,
      GatewayId: gateway,
    }),
    sandbox: "RouteAlreadyExists",
    moto: "RouteAlreadyExists",
  },
  {
    operation: "ReleaseAddress",
    title: "of a NAT gateway",
    input: ({ address }) => ({ AllocationId: address }),
    sandbox: "AuthFailure",
    moto: "ok",
  },
  {
    operation: "DetachInternetGateway",
    title: "with public addresses behind it",
    input: ({ gateway, vpc }) => ({ InternetGatewayId: gateway, VpcId: vpc }),
    sandbox: "DependencyViolation",
    moto: "ok",
  },
  {
    operation: "DeleteSubnet",
    title: "with a NAT gateway",
    input: ({ subnet }) => ({ SubnetId: subnet }),
    sandbox: "DependencyViolation",
    moto: "ok",
  },
  {
    operation: "DeleteRouteTable",
    title: "that is the main one",
    input: ({ main }) => ({ RouteTableId: main }),
    sandbox: "DependencyViolation",
    moto: "ok",
  },
  {
    operation: "AssociateRouteTable",
    title: "of a subnet that has one",
    input: ({ main, subnet }) => ({ RouteTableId: main, SubnetId: subnet }),
    sandbox: "Resource.AlreadyAssociated",
    moto: "ok",
  },
  {
    operation: "CreateRoute",
    title: "to a NAT gateway that is not there",
    input: ({ main }) => ({
      RouteTableId: main,
      DestinationCidrBlock: everywhere,
      NatGatewayId: missing,
    }),
    sandbox: "InvalidNatGatewayID.NotFound",
    moto: "ok",
  },
  {
    operation: "DeleteNatGateway",
    title: "that is not there",
    input: () => ({ NatGatewayId: missing }),
    sandbox: "NatGatewayNotFound",
    moto: "crash",
  },
  {
    operation: "CreateNatGateway",
    title: "that is regional",
    input: ({ vpc }) => ({ AvailabilityMode: "regional", VpcId: vpc }),
    sandbox: "ok",
    moto: "InvalidSubnetID.NotFound",
  },
  {
    operation: "CreateNatGateway",
    // AWS takes it, and fails it in the background.
    title: "with the address of another",
    input: ({ subnet, address }) => ({ SubnetId: subnet, AllocationId: address }),
    sandbox: "ok",
    moto: "Resource.AlreadyAssociated",
  },
  {
    operation: "CreateVpcEndpoint",
    title: "for a service of another region",
    input: ({ vpc, table }) => ({
      VpcId: vpc,
      ServiceName: "com.amazonaws.us-east-1.s3",
      RouteTableIds: [table],
    }),
    sandbox: "InvalidServiceName",
    moto: "ok",
  },
  {
    operation: "AllocateAddress",
    title: "beyond the quota",
    input: () => ({ Domain: "vpc" }),
    times: 5,
    sandbox: "AddressLimitExceeded",
    moto: "ok",
  },
  {
    operation: "CreateVpc",
    title: "beyond the quota",
    input: () => ({ CidrBlock: "10.22.0.0/16" }),
    times: 4,
    sandbox: "VpcLimitExceeded",
    moto: "ok",
  },
];

async function makeNetwork({ ec2 }: AccountClients): Promise<Network> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gateway = InternetGateway?.InternetGatewayId ?? "";
  pass();
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId }));
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId, CidrBlock: "10.20.0.0/20", AvailabilityZone: `${region}a` }),
  );
  const SubnetId = Subnet?.SubnetId ?? "";
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? "";
  pass();
  await ec2.send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId: gateway }),
  );
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const { AllocationId = "" } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  pass();
  await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  pass();
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: "vpc-id", Values: [VpcId] },
        { Name: "association.main", Values: ["true"] },
      ],
    }),
  );
  return {
    vpc: VpcId,
    gateway,
    subnet: SubnetId,
    table: RouteTableId,
    main: RouteTables?.[0]?.RouteTableId ?? "",
    address: AllocationId,
  };
}

/** What the sandbox's account has begun is over. moto does everything at once. */
function pass(): void {
  vi.setSystemTime(Date.now() + settled);
}

async function answerTo(call: Call, clients: AccountClients): Promise<string> {
  const network = await makeNetwork(clients);
  const { operation, times = 1 } = call;
  for (let made = 1; made < times; made += 1) {
    await send(clients, "ec2", operation, call.input(network));
  }
  try {
    await send(clients, "ec2", operation, call.input(network));
    return "ok";
  } catch (error) {
    if (!(error instanceof Error) || !("$metadata" in error)) throw error;
    const { httpStatusCode } = Object(error.$metadata) as { httpStatusCode?: number };
    return httpStatusCode === 500 ? "crash" : error.name;
  }
}

describe("what may not be done to a network", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    // It asks IAM nothing, and with the policies that AWS manages every reset would take a second.
    moto = await startMoto(python(), { MOTO_IAM_LOAD_MANAGED_POLICIES: "false" });
    // The sandbox lives by the date alone; HTTP needs its timers.
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-05T09:00:00Z") });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await moto.stop();
  });
  beforeEach(() => moto.reset());

  test.each(calls)("$operation $title", async (call) => {
    const sandbox = await createSandbox({ speed: 1, region });
    expect({
      sandbox: await answerTo(call, clientsOf(sandbox, region)),
      moto: await answerTo(call, clientsOf({ endpoint: moto.url }, region)),
    }).toEqual({ sandbox: call.sandbox, moto: call.moto });
  });
});
