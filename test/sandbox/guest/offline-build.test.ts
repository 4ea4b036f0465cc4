import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  GetConsoleOutputCommand,
  ModifyVpcAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderBuildScript } from "../../../src/image/script.ts";
import { packTightly } from "../../../src/image/user-data.ts";
import { type Account, openAccount } from "../tier.ts";
import { exampleRecipe } from "./build.ts";

let account: Account;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  account = await openAccount();
});

afterEach(() => {
  vi.useRealTimers();
});

/** The console of a build in the first subnet. */
async function build(hasPublicAddress = true): Promise<string> {
  const { script } = renderBuildScript(exampleRecipe());
  const { userData } = await packTightly(script);
  const { Instances } = await account.ec2.send(
    new RunInstancesCommand({
      ImageId: account.imageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(userData).toString("base64"),
      InstanceInitiatedShutdownBehavior: "stop",
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: account.subnets[0],
          AssociatePublicIpAddress: hasPublicAddress,
        },
      ],
    }),
  );
  account.pass(3600);
  const InstanceId = Instances?.[0]?.InstanceId;
  const { Output = "" } = await account.ec2.send(new GetConsoleOutputCommand({ InstanceId }));
  return Buffer.from(Output, "base64").toString();
}

async function mainTable() {
  const { RouteTables } = await account.ec2.send(new DescribeRouteTablesCommand({}));
  return RouteTables?.[0]?.RouteTableId;
}

const failed = "Failed to download metadata for repo 'amazonlinux'";

test("a build with an address, a route and names gets its packages", async () => {
  expect(await build()).not.toContain(failed);
});

test.each<[string, () => Promise<unknown>]>([
  [
    "a route of the VPC to its gateway",
    async () => {
      const route = { RouteTableId: await mainTable(), DestinationCidrBlock: "0.0.0.0/0" };
      await account.ec2.send(new DeleteRouteCommand(route));
    },
  ],
  [
    "a route of the subnet, which has a table of its own",
    async () => {
      const { ec2, vpcId: VpcId, subnets } = account;
      const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
      const RouteTableId = RouteTable?.RouteTableId;
      await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnets[0] }));
    },
  ],
  [
    "names that resolve",
    async () => {
      const EnableDnsSupport = { Value: false };
      const change = { VpcId: account.vpcId, EnableDnsSupport };
      await account.ec2.send(new ModifyVpcAttributeCommand(change));
    },
  ],
])("without %s it does not", async (_name, takeAway) => {
  await takeAway();
  expect(await build()).toContain(failed);
});

test("without a public address it does not", async () => {
  expect(await build(false)).toContain(failed);
});
