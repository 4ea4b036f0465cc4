import {
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openNetwork } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

test("a subnet has room for as many interfaces and instances as it has addresses", async () => {
  const { sandbox, ec2, subnet } = await openNetwork();
  const SubnetId = await subnet("10.1.0.0/28");
  const { Images } = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }] }),
  );
  const ImageId = Images?.[0]?.ImageId;
  const run = (count: number) =>
    ec2.send(
      new RunInstancesCommand({
        ImageId,
        SubnetId,
        InstanceType: "t3.micro",
        MinCount: count,
        MaxCount: count,
      }),
    );
  const full = { code: "InsufficientFreeAddressesInSubnet" };
  expect(await refusal(run(12))).toMatchObject({
    ...full,
    message: expect.stringContaining(`not enough free addresses in subnet '${SubnetId}'`),
  });
  await run(11);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
  expect(Subnets).toMatchObject([{ AvailableIpAddressCount: 0 }]);
  const create = sandbox.call("ec2", "CreateNetworkInterface", { SubnetId });
  expect(await refusal(create)).toMatchObject(full);
});
