import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type DescribeInstanceTypesCommandInput,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { type Account, openAccount } from "../tier.ts";

let account: Account;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  account = await openAccount();
});

afterEach(() => {
  vi.useRealTimers();
});

const [a, b] = ["ap-southeast-2a", "ap-southeast-2b"];

function launch(zone: string | undefined, InstanceType: "t3.micro" | "t3.small" = "t3.micro") {
  return account.ec2.send(
    new RunInstancesCommand({
      ImageId: account.imageId,
      InstanceType,
      MinCount: 1,
      MaxCount: 1,
      ...(zone === undefined ? {} : { Placement: { AvailabilityZone: zone } }),
    }),
  );
}

test("a zone without room for a type refuses its launches, and no others", async () => {
  account.sandbox.setSupply(a, "none", "t3.micro");
  const refused = await refusal(launch(a));
  expect(refused).toMatchObject({ code: "InsufficientInstanceCapacity" });
  expect(refused.message).toContain(a);
  await launch(b);
  await launch(a, "t3.small");
  account.sandbox.setSupply(a, "plenty");
  await launch(a);
});

test("a fault plan takes capacity away in one zone, too", async () => {
  account.sandbox.setFaults({ rules: [{ happening: "capacity", zone: a, subject: "t3.micro" }] });
  expect((await refusal(launch(a))).code).toBe("InsufficientInstanceCapacity");
  await launch(b);
  await launch(a, "t3.small");
});

test("a zone that does not offer a type says which do", async () => {
  account.sandbox.setSupply(a, "not-offered", "t3.micro");
  const refused = await refusal(launch(a));
  expect(refused.code).toBe("Unsupported");
  expect(refused.message).toContain(`choosing ${b}, ap-southeast-2c.`);
});

test("a launch that leaves the zone open goes to one that has room", async () => {
  account.sandbox.setSupply(a, "none");
  account.sandbox.setSupply(b, "not-offered", "t3.micro");
  const { Instances } = await launch(undefined);
  expect(Instances?.[0]?.Placement?.AvailabilityZone).toBe("ap-southeast-2c");
});

test("what one zone lacks is told by the offers, and not by the types", async () => {
  account.sandbox.setSupply(a, "not-offered", "t3.micro");
  account.sandbox.setSupply(b, "none", "t3.micro");
  const Filters = [{ Name: "instance-type", Values: ["t3.micro"] }];
  const offers = async (LocationType: "availability-zone" | "availability-zone-id" | "region") => {
    const command = new DescribeInstanceTypeOfferingsCommand({ LocationType, Filters });
    const { InstanceTypeOfferings = [] } = await account.ec2.send(command);
    return InstanceTypeOfferings.map(({ Location }) => Location);
  };
  expect(await offers("availability-zone")).toEqual([b, "ap-southeast-2c"]);
  expect(await offers("availability-zone-id")).toEqual(["apse2-az2", "apse2-az3"]);
  expect(await offers("region")).toEqual(["ap-southeast-2"]);
});

test("types are described by what they have, on pages", async () => {
  const ask = (input: DescribeInstanceTypesCommandInput) =>
    account.ec2.send(new DescribeInstanceTypesCommand(input));
  const { InstanceTypes } = await ask({ InstanceTypes: ["t3.micro", "m6g.medium", "t2.small"] });
  expect(InstanceTypes).toMatchObject([
    {
      InstanceType: "t2.small",
      Hypervisor: "xen",
      VCpuInfo: { DefaultVCpus: 1 },
      MemoryInfo: { SizeInMiB: 2048 },
    },
    {
      InstanceType: "t3.micro",
      ProcessorInfo: { SupportedArchitectures: ["x86_64"] },
      VCpuInfo: { DefaultVCpus: 2 },
      MemoryInfo: { SizeInMiB: 1024 },
      BurstablePerformanceSupported: true,
      FreeTierEligible: true,
    },
    {
      InstanceType: "m6g.medium",
      ProcessorInfo: { SupportedArchitectures: ["arm64"] },
      VCpuInfo: { DefaultVCpus: 1 },
      MemoryInfo: { SizeInMiB: 4096 },
      BurstablePerformanceSupported: false,
    },
  ]);
  const first = await ask({ MaxResults: 5 });
  expect(first.InstanceTypes).toHaveLength(5);
  const second = await ask({ MaxResults: 5, NextToken: first.NextToken });
  expect(second.InstanceTypes?.[0]).not.toEqual(first.InstanceTypes?.[0]);
  const arm = [{ Name: "processor-info.supported-architecture", Values: ["arm64"] }];
  const { InstanceTypes: found = [] } = await ask({ Filters: arm });
  expect(found.map(({ InstanceType = "" }) => InstanceType)).toContain("c7g.large");
  // Only Graviton's families and few others have it.
  const wrong = ask({ InstanceTypes: ["m5.medium" as "m5.large"] });
  expect((await refusal(wrong)).code).toBe("InvalidInstanceType");
});

test("a group launches in another zone where one has no room", async () => {
  const { autoScaling, ec2, imageId, subnets } = account;
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "web",
      LaunchTemplateData: { ImageId: imageId, InstanceType: "t3.micro" },
    }),
  );
  account.sandbox.setSupply(a, "none", "t3.micro");
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateName: "web", Version: "1" },
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: subnets.slice(0, 2).join(","),
    }),
  );
  const zones = async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap(({ Instances = [] }) => Instances).map(
      ({ Placement }) => Placement?.AvailabilityZone,
    );
  };
  const launched = await account.until(900, async () => {
    const found = await zones();
    return found.length === 2 ? found : undefined;
  });
  expect(launched).toEqual([b, b]);
});
