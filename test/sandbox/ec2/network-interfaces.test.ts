import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open() {
  const sandbox = await createSandbox({ speed: 1, seed: 1, consistency: { maxMilliseconds: 0 } });
  const call = (operation: string, input: object = {}) => sandbox.call("ec2", operation, input);
  const { Subnets } = (await call("DescribeSubnets")) as {
    Subnets: { SubnetId: string; VpcId: string }[];
  };
  const [{ SubnetId = "", VpcId = "" } = {}] = Subnets;
  const make = async (input: object = {}) => {
    const { NetworkInterface } = (await call("CreateNetworkInterface", { SubnetId, ...input })) as {
      NetworkInterface: { NetworkInterfaceId: string; Groups: { GroupName: string }[] };
    };
    return NetworkInterface;
  };
  return { call, make, VpcId };
}

test("a network interface made by hand is available, attached to nothing, and in the default group", async () => {
  const { call, make } = await open();
  const made = await make({ Description: "spare" });
  expect(made).toMatchObject({
    Status: "available",
    RequesterManaged: false,
    Description: "spare",
  });
  expect(made).not.toHaveProperty("Attachment");
  expect(made.Groups.map(({ GroupName }) => GroupName)).toEqual(["default"]);
  const Filters = [{ Name: "status", Values: ["available"] }];
  expect(await call("DescribeNetworkInterfaces", { Filters })).toMatchObject({
    NetworkInterfaces: [{ NetworkInterfaceId: made.NetworkInterfaceId }],
  });
});

test("its security group cannot be deleted before it is", async () => {
  const { call, make, VpcId } = await open();
  const { GroupId } = (await call("CreateSecurityGroup", {
    GroupName: "worn",
    Description: "worn",
    VpcId,
  })) as { GroupId: string };
  const { NetworkInterfaceId } = await make({ Groups: [GroupId] });
  expect((await refusal(call("DeleteSecurityGroup", { GroupId }))).code).toBe(
    "DependencyViolation",
  );
  await call("DeleteNetworkInterface", { NetworkInterfaceId });
  await call("DeleteSecurityGroup", { GroupId });
  expect((await refusal(call("DeleteNetworkInterface", { NetworkInterfaceId }))).code).toBe(
    "InvalidNetworkInterfaceID.NotFound",
  );
});

test("an interface in use cannot be deleted", async () => {
  const { call } = await open();
  const { Images } = (await call("DescribeImages", { Owners: ["amazon"] })) as {
    Images: { ImageId: string }[];
  };
  await call("RunInstances", {
    ImageId: Images[0]?.ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
  });
  const { NetworkInterfaces } = (await call("DescribeNetworkInterfaces")) as {
    NetworkInterfaces: { NetworkInterfaceId: string; Status: string }[];
  };
  const [{ NetworkInterfaceId = "", Status = "" } = {}] = NetworkInterfaces;
  expect(Status).toBe("in-use");
  expect((await refusal(call("DeleteNetworkInterface", { NetworkInterfaceId }))).message).toBe(
    `Network interface '${NetworkInterfaceId}' is currently in use.`,
  );
});
