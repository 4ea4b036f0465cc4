import { address } from "../../../src/resources/address/index.ts";
import { type NatGatewayFields, natGateway } from "../../../src/resources/nat-gateway/index.ts";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { type Account, openAccount, target } from "../account.ts";

/** An account with a VPC of two subnets, of which the public one leads to an internet gateway. */
export interface Network extends Account {
  readonly vpcId: string;
  readonly internetGateway: string;
  readonly publicSubnet: string;
  readonly privateSubnet: string;
  readonly privateTable: string;
}

type Made = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @param attached Whether the internet gateway is attached. */
export async function openNetwork({
  attached = true,
  ...options
}: SandboxOptions & { readonly attached?: boolean } = {}): Promise<Network> {
  const { consistency = { maxMilliseconds: 0 } } = options;
  const account = await openAccount({ ...options, consistency });
  const make = async (operation: string, input: object) => {
    const made = (await byHand(account, operation, input)) as Made;
    // How late the network itself is visible is of no interest here.
    await account.pass(account.context.clock.sleep(consistency.maxMilliseconds));
    return made;
  };
  const { Vpc } = await make("CreateVpc", { CidrBlock: "10.20.0.0/16" });
  const vpcId = Vpc?.["VpcId"] ?? "";
  for (const attribute of ["EnableDnsSupport", "EnableDnsHostnames"]) {
    await byHand(account, "ModifyVpcAttribute", { VpcId: vpcId, [attribute]: { Value: true } });
  }
  const subnet = async (range: string, zone: string) => {
    const { Subnet } = await make("CreateSubnet", {
      VpcId: vpcId,
      CidrBlock: range,
      AvailabilityZone: `${account.sandbox.region}${zone}`,
    });
    return Subnet?.["SubnetId"] ?? "";
  };
  const publicSubnet = await subnet("10.20.0.0/24", "a");
  const privateSubnet = await subnet("10.20.1.0/24", "b");
  const { InternetGateway } = await make("CreateInternetGateway", {});
  const internetGateway = InternetGateway?.["InternetGatewayId"] ?? "";
  if (attached) await attach(account, internetGateway, vpcId);
  const table = async (subnetId: string) => {
    const { RouteTable } = await make("CreateRouteTable", { VpcId: vpcId });
    const id = RouteTable?.["RouteTableId"] ?? "";
    await byHand(account, "AssociateRouteTable", { RouteTableId: id, SubnetId: subnetId });
    return id;
  };
  const publicTable = await table(publicSubnet);
  if (attached) {
    await byHand(account, "CreateRoute", {
      RouteTableId: publicTable,
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: internetGateway,
    });
  }
  const privateTable = await table(privateSubnet);
  return { ...account, vpcId, internetGateway, publicSubnet, privateSubnet, privateTable };
}

export async function attach(account: Account, InternetGatewayId: string, VpcId: string) {
  await byHand(account, "AttachInternetGateway", { InternetGatewayId, VpcId });
}

/** Somebody calls EC2 by hand. */
export function byHand({ sandbox }: Account, operation: string, input: object): Promise<unknown> {
  return sandbox.call("ec2", operation, input);
}

/** The writes of the product's clients since the last time it was asked. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation.replace("ec2:", ""))
    .filter((operation) => !operation.startsWith("Describe"));
}

/** The inputs of an operation, from now on. */
export function inputsOf(
  { sandbox }: Account,
  operation: string,
): Readonly<Record<string, unknown>>[] {
  const inputs: Readonly<Record<string, unknown>>[] = [];
  sandbox.observe((call) => {
    if (call.operation === operation) inputs.push(Object(call.input));
  });
  return inputs;
}

export function regional(
  { vpcId, internetGateway }: Network,
  rest: Partial<NatGatewayFields> = {},
): NatGatewayFields {
  return {
    vpcId,
    mode: "regional",
    subnetId: null,
    allocationId: null,
    internetGateway,
    tags: { team: "payments" },
    ...rest,
  };
}

/** A zonal gateway in the public subnet, with an address of the stack. */
export async function zonal(
  network: Network,
  rest: Partial<NatGatewayFields> = {},
): Promise<NatGatewayFields> {
  const made = await network.pass(
    address.create(network.another(), target(address, "web"), { tags: {} }),
  );
  return {
    ...regional(network),
    mode: "zonal",
    subnetId: network.publicSubnet,
    allocationId: made.outputs.allocationId,
    ...rest,
  };
}

export const gatewayTarget = target(natGateway, "web");

/** Creates a gateway, as an apply of a process of its own would. */
export function createGateway(
  network: Network,
  fields: NatGatewayFields,
  context = network.another(),
) {
  return network.pass(natGateway.create(context, gatewayTarget, fields));
}
