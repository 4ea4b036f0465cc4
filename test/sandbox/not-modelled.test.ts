import * as ec2Client from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { ec2Client as clientOf, refusal } from "./clients.ts";

/** What AWS has and the sandbox has not is told apart from what nobody has. */

let sandbox: Sandbox;
let ec2: ec2Client.EC2Client;

beforeEach(async () => {
  sandbox = await createSandbox();
  ec2 = clientOf(sandbox);
});

describe("on the wire", () => {
  test("a filter of AWS's is not modelled", async () => {
    const command = new ec2Client.DescribeInstancesCommand({
      Filters: [{ Name: "dns-name", Values: ["x"] }],
    });
    expect(await refusal(ec2.send(command))).toMatchObject({
      code: "UnsupportedOperation",
      message: "The filter dns-name of DescribeInstances is not modelled by this sandbox.",
    });
  });

  test("an operation of AWS's is not modelled", async () => {
    expect(
      await refusal(ec2.send(new ec2Client.DescribeCapacityReservationsCommand({}))),
    ).toMatchObject({
      code: "UnsupportedOperation",
      message: "The operation DescribeCapacityReservations is not modelled by this sandbox.",
    });
  });

  test("a parameter of AWS's is not modelled", async () => {
    const command = new ec2Client.DescribeImagesCommand({ ExecutableUsers: ["self"] });
    expect(await refusal(ec2.send(command))).toMatchObject({
      code: "UnsupportedOperation",
      message: "The parameter ExecutableUsers of DescribeImages is not modelled by this sandbox.",
    });
  });

  test("what is no filter is invalid", async () => {
    const command = new ec2Client.DescribeInstancesCommand({
      Filters: [{ Name: "colour", Values: ["x"] }],
    });
    expect(await refusal(ec2.send(command))).toMatchObject({
      code: "InvalidParameterValue",
      message: "The filter 'colour' is invalid",
    });
  });
});

describe("by name", () => {
  test.each([
    [
      "ec2",
      "DescribeCapacityReservations",
      "UnsupportedOperation",
      /^The operation DescribeCapacityReservations is not modelled by this sandbox\. Modelled actions: .*RunInstances/,
    ],
    ["ec2", "DescribeCapacityReservation", "InvalidAction", /is not valid for ec2/],
    ["elb", "EnterStandby", "InvalidAction", /is not valid for elb/],
    [
      "kms",
      "ListKeys",
      "UnknownService",
      /^The service kms is not modelled by this sandbox\. Modelled services: .*ec2/,
    ],
  ])("%s %s", async (service, operation, code, message) => {
    expect(await refusal(sandbox.call(service, operation, {}))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
