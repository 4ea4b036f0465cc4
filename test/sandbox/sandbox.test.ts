import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";

const credentials = { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" };

test("the real SDK clients find a default VPC with three subnets, and the account", async () => {
  const sandbox = await createSandbox();
  const options = { region: "ap-southeast-2", credentials, requestHandler: sandbox.requestHandler };
  const ec2 = new EC2Client(options);
  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  expect(Vpcs).toMatchObject([{ CidrBlock: "172.31.0.0/16", IsDefault: true }]);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  expect(Subnets?.map((subnet) => subnet.AvailabilityZone)).toEqual([
    "ap-southeast-2a",
    "ap-southeast-2b",
    "ap-southeast-2c",
  ]);
  const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  expect(identity.Account).toBe("000000000000");
});
