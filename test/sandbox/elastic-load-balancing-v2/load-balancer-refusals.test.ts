import { CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import type { CreateLoadBalancerCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createBalancer, openWeb } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("what a load balancer cannot be made of", () => {
  type Refused = [string, Partial<CreateLoadBalancerCommandInput>, string, RegExp];
  const name = (Name: string): Refused => [`the name ${Name}`, { Name }, "ValidationError", /name/];
  test.each<Refused>([
    name("internal-shop"),
    name("-shop"),
    name("shop-"),
    name("shop.front"),
    name("a".repeat(33)),
    ["type network", { Type: "network" }, "UnsupportedOperation", /not modelled/],
    ["a scheme", { Scheme: "public" as never }, "InvalidSchemeException", /public/],
    ["IPv6", { IpAddressType: "dualstack" }, "UnsupportedOperation", /dualstack is not modelled/],
    ["no subnet", { Subnets: [] }, "ValidationError", /subnet/],
    [
      "a subnet that there is not",
      { Subnets: ["subnet-1", "subnet-2"] },
      "SubnetNotFoundException",
      /subnet-1/,
    ],
    [
      "a security group that there is not",
      { SecurityGroups: ["sg-1"] },
      "InvalidSecurityGroupException",
      /sg-1/,
    ],
  ])("%s", async (_, more, code, message) => {
    const web = await openWeb();
    expect(await refusal(createBalancer(web, more))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("one zone", async () => {
    const web = await openWeb();
    const Subnets = web.account.subnets.slice(0, 1);
    expect(await refusal(createBalancer(web, { Subnets }))).toMatchObject({
      code: "ValidationError",
      message: "At least two subnets in two different Availability Zones must be specified",
    });
  });

  test("a network without an internet gateway, or too narrow subnets", async () => {
    const web = await openWeb();
    const { ec2 } = web.account;
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
    const made = async (zone: string, CidrBlock: string) => {
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: Vpc?.VpcId,
          AvailabilityZone: `ap-southeast-2${zone}`,
          CidrBlock,
        }),
      );
      return Subnet?.SubnetId ?? "";
    };
    const wide = await made("a", "10.1.0.0/24");
    const narrow = await made("b", "10.1.1.0/28");
    const twin = await made("a", "10.1.2.0/24");
    const more = { SecurityGroups: undefined, Subnets: [wide, narrow] };
    expect(await refusal(createBalancer(web, more))).toMatchObject({
      code: "InvalidSubnetException",
      message: `VPC ${Vpc?.VpcId} has no internet gateway`,
    });
    const internal = { ...more, Scheme: "internal" as const };
    const full = (id: string) => ({
      code: "InvalidSubnetException",
      message: `Not enough IP space available in ${id}. ELB requires at least 8 free IP addresses in each subnet.`,
    });
    // It has 11 free addresses, and is smaller than a load balancer's subnet may be.
    expect(await refusal(createBalancer(web, internal))).toMatchObject(full(narrow));
    const enough = await made("b", "10.1.3.0/27");
    const fitting = { ...internal, Subnets: [wide, enough] };
    // Of 32 addresses, AWS keeps five.
    for (let count = 0; count < 19; count += 1) {
      await web.account.sandbox.call("ec2", "CreateNetworkInterface", { SubnetId: enough });
    }
    await createBalancer(web, fitting);
    expect(await refusal(createBalancer(web, { ...fitting, Name: "second" }))).toMatchObject(
      full(enough),
    );
    const Subnets = [wide, twin];
    expect((await refusal(createBalancer(web, { ...internal, Subnets }))).code).toBe(
      "InvalidConfigurationRequestException",
    );
  });

  test("more than the quota", async () => {
    const web = await openWeb({ quotas: { applicationLoadBalancers: 1 } });
    await createBalancer(web);
    expect((await refusal(createBalancer(web, { Name: "second" }))).code).toBe(
      "TooManyLoadBalancersException",
    );
  });
});
