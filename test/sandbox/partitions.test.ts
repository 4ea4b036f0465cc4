import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { knownRegions } from "../aws/known-regions.ts";

async function clientsIn(region: string) {
  const sandbox = await createSandbox({ region });
  const clients = createClients({
    region,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: sandbox.requestHandler,
  });
  onTestFinished(async () => {
    clients.destroy();
    await sandbox.close();
  });
  return clients;
}

test.each([
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com", 2],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn", 2],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu", 1],
  ["us-iso-east-1", "aws-iso", "c2s.ic.gov", 2],
  ["us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", 2],
  ["eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", 1],
  ["us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", 2],
])("%s is in %s, with its ARNs, domain and regions", async (region, partition, domain, regions) => {
  const { ec2, sts, autoScaling } = await clientsIn(region);
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(`arn:${partition}:iam::000000000000:user/sandbox`);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  expect(Subnets?.[0]?.SubnetArn).toMatch(`arn:${partition}:ec2:${region}:000000000000:subnet/`);
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
  expect(Regions).toHaveLength(regions);
  expect(Regions).toContainEqual(
    expect.objectContaining({ RegionName: region, Endpoint: `ec2.${region}.${domain}` }),
  );
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  expect(Images.length).toBeGreaterThan(0);
  expect(await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))).toMatchObject({
    AutoScalingGroups: [],
  });
});

/** Regions that the SDK names and the sandbox lacks. A region that the SDK adds fails the test below. */
const lacking = ["me-west-1", "sa-west-1"];

test("the sandbox has every other region that the SDK knows, in its partition", async () => {
  const others = knownRegions.filter(({ region }) => !lacking.includes(region));
  for (const [partition, regions] of Map.groupBy(others, (each) => each.partition)) {
    const names = regions.map(({ region }) => region).sort();
    const { ec2 } = await clientsIn(names[0] ?? "");
    const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(Regions.map(({ RegionName }) => RegionName).sort(), partition).toEqual(names);
  }
});

test("each publisher's images are in the partitions that it documents", async () => {
  const owned = async (region: string, owner: string) => {
    const { ec2 } = await clientsIn(region);
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: [owner] }));
    return Images.length > 0;
  };
  expect(await owned("us-gov-west-1", "513442679011")).toBe(true);
  expect(await owned("cn-north-1", "837727238323")).toBe(true);
  expect(await owned("eu-west-1", "136693071363")).toBe(true);
  for (const region of ["us-gov-west-1", "cn-north-1", "eusc-de-east-1"]) {
    expect(await owned(region, "099720109477")).toBe(false);
    expect(await owned(region, "136693071363")).toBe(false);
  }
});
