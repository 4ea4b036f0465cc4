import { AutoScalingClient, CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const read = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" },
});
const awsPolicy = (name: string) => `arn:aws:iam::aws:policy/${name}`;

let sandbox: Sandbox;
let client: iam.IAMClient;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
  sandbox = await createSandbox({ speed: 1, seed: 1, consistency: { maxMilliseconds: 0 } });
  client = clientIn("ap-southeast-2");
});

afterEach(() => {
  vi.useRealTimers();
});

function clientIn(region: string) {
  return new iam.IAMClient({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

const createRole = (RoleName: string, more: object = {}) =>
  client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...more }));
const createProfile = (InstanceProfileName: string) =>
  client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
const addRole = (InstanceProfileName: string, RoleName: string) =>
  client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));

describe("a role", () => {
  test("belongs to the account: every region of the partition has it, and no other partition", async () => {
    const { Role } = await createRole("web", { Path: "/team/", Tags: [{ Key: "a", Value: "b" }] });
    expect(Role?.Arn).toBe("arn:aws:iam::000000000000:role/team/web");
    const elsewhere = await clientIn("eu-west-1").send(new iam.GetRoleCommand({ RoleName: "WEB" }));
    expect(elsewhere.Role).toMatchObject({ RoleName: "web", Tags: [{ Key: "a", Value: "b" }] });
    expect(decodeURIComponent(elsewhere.Role?.AssumeRolePolicyDocument ?? "")).toBe(trust);
    const inChina = clientIn("cn-north-1").send(new iam.GetRoleCommand({ RoleName: "web" }));
    expect(await refusal(inChina)).toMatchObject({ code: "NoSuchEntityException", status: 404 });
    // No region has got a default network because of it.
    expect(Object.keys(JSON.parse(sandbox.snapshot()).regions)).toEqual([
      "ap-southeast-2",
      "aws-global",
      "aws-cn-global",
    ]);
  });

  test("is listed by its path, without tags, in pages", async () => {
    for (const name of ["one", "two", "three"]) await createRole(name, { Path: "/team/" });
    await createRole("other");
    const input = { PathPrefix: "/team/", MaxItems: 2 };
    const first = await client.send(new iam.ListRolesCommand(input));
    expect(first.Roles?.map(({ RoleName }) => RoleName)).toEqual(["one", "two"]);
    expect(first.Roles?.[0]).not.toHaveProperty("Tags");
    expect(first.IsTruncated).toBe(true);
    const Marker = first.Marker ?? "";
    const rest = await client.send(new iam.ListRolesCommand({ ...input, Marker }));
    expect(rest.Roles?.map(({ RoleName }) => RoleName)).toEqual(["three"]);
    expect(rest.IsTruncated).toBe(false);
  });

  test.each<[what: string, input: object, code: string, message: RegExp]>([
    [
      "a name of 65 characters",
      { RoleName: "x".repeat(65) },
      "ValidationError",
      /length less than or equal to 64/,
    ],
    ["a name with a blank", { RoleName: "a b" }, "ValidationError", /pattern/],
    ["a path without a slash at its end", { Path: "/team" }, "ValidationError", /'path'/],
    [
      "a trust that is no JSON",
      { AssumeRolePolicyDocument: "{" },
      "MalformedPolicyDocumentException",
      /Json/,
    ],
    [
      "a trust of resources",
      { AssumeRolePolicyDocument: read },
      "MalformedPolicyDocumentException",
      /prohibited field Resource/,
    ],
    [
      "a boundary that does not exist",
      { PermissionsBoundary: awsPolicy("Nothing") },
      "NoSuchEntityException",
      /does not exist or is not attachable/,
    ],
    [
      "a tag of AWS's",
      { Tags: [{ Key: "aws:x", Value: "" }] },
      "InvalidInputException",
      /reserved/,
    ],
    [
      "two tags of one key",
      {
        Tags: [
          { Key: "a", Value: "" },
          { Key: "A", Value: "" },
        ],
      },
      "InvalidInputException",
      /case insensitive/,
    ],
  ])("is refused with %s", async (_what, input, code, message) => {
    const refused = await refusal(createRole("web", input));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
  });

  test("has one name, whatever its case", async () => {
    await createRole("web");
    expect(await refusal(createRole("Web"))).toMatchObject({
      code: "EntityAlreadyExistsException",
      message: "Role with name Web already exists.",
      status: 409,
    });
  });

  test("is deleted only once nothing belongs to it", async () => {
    await createRole("web");
    await createProfile("web");
    await addRole("web", "web");
    const policy = { RoleName: "web", PolicyArn: awsPolicy("ReadOnlyAccess") };
    await client.send(new iam.AttachRolePolicyCommand(policy));
    const inline = { RoleName: "web", PolicyName: "read" };
    await client.send(new iam.PutRolePolicyCommand({ ...inline, PolicyDocument: read }));
    const remove = () => refusal(client.send(new iam.DeleteRoleCommand({ RoleName: "web" })));
    expect((await remove()).message).toMatch(/must remove roles from instance profile first/);
    const both = { InstanceProfileName: "web", RoleName: "web" };
    const profile = new iam.DeleteInstanceProfileCommand({ InstanceProfileName: "web" });
    expect((await refusal(client.send(profile))).code).toBe("DeleteConflictException");
    await client.send(new iam.RemoveRoleFromInstanceProfileCommand(both));
    expect((await remove()).message).toMatch(/must detach all policies first/);
    await client.send(new iam.DetachRolePolicyCommand(policy));
    expect((await refusal(client.send(new iam.DetachRolePolicyCommand(policy)))).code).toBe(
      "NoSuchEntityException",
    );
    expect(await remove()).toMatchObject({
      code: "DeleteConflictException",
      message: expect.stringMatching(/must delete policies first/),
    });
    await client.send(new iam.DeleteRolePolicyCommand(inline));
    await client.send(profile);
    await client.send(new iam.DeleteRoleCommand({ RoleName: "web" }));
    expect(sandbox.inventory()).not.toHaveProperty("role");
    expect(sandbox.inventory()).not.toHaveProperty("instance-profile");
  });

  test("has at most ten managed policies, and 10,240 characters of its own", async () => {
    await createRole("web");
    const attach = (PolicyArn: string) =>
      client.send(new iam.AttachRolePolicyCommand({ RoleName: "web", PolicyArn }));
    for (let number = 0; number < 10; number += 1) {
      const { Policy } = await client.send(
        new iam.CreatePolicyCommand({ PolicyName: `p${number}`, PolicyDocument: read }),
      );
      await attach(Policy?.Arn ?? "");
    }
    expect(await refusal(attach(awsPolicy("ReadOnlyAccess")))).toMatchObject({
      code: "LimitExceededException",
      message: "Cannot exceed quota for PoliciesPerRole: 10",
    });
    const put = (PolicyName: string, length: number) =>
      client.send(
        new iam.PutRolePolicyCommand({
          RoleName: "web",
          PolicyName,
          // White space does not count.
          PolicyDocument: `${" ".repeat(5_000)}${read.replace("a/*", `${"a".repeat(length)}/*`)}`,
        }),
      );
    await put("one", 5_000);
    await put("one", 6_000);
    expect((await refusal(put("two", 5_000))).message).toBe(
      "Maximum policy size of 10240 bytes exceeded for role web",
    );
  });

  test.each<[what: string, statement: object, message: RegExp]>([
    [
      "a principal",
      { Principal: "*", Effect: "Allow", Action: "s3:*", Resource: "*" },
      /should not specify a principal/,
    ],
    ["no resource", { Effect: "Allow", Action: "s3:*" }, /must contain resources/],
    ["a resource that is no ARN", { Effect: "Allow", Action: "s3:*", Resource: "a" }, /ARN format/],
    [
      "an action without a service",
      { Effect: "Allow", Action: "Get", Resource: "*" },
      /prefaced by a vendor/,
    ],
    ["an unknown element", { Effect: "Allow", Actions: "s3:*", Resource: "*" }, /Syntax errors/],
  ])("has no policy with %s", async (_what, statement, message) => {
    await createRole("web");
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statement });
    const put = new iam.PutRolePolicyCommand({ RoleName: "web", PolicyName: "p", PolicyDocument });
    const refused = await refusal(client.send(put));
    expect(refused.code).toBe("MalformedPolicyDocumentException");
    expect(refused.message).toMatch(message);
  });
});

describe("an instance profile", () => {
  test("has one role", async () => {
    await createRole("one");
    await createRole("two");
    await createProfile("web");
    await addRole("web", "one");
    expect(await refusal(addRole("web", "two"))).toMatchObject({
      code: "LimitExceededException",
      message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    });
    const ofRole = await client.send(
      new iam.ListInstanceProfilesForRoleCommand({ RoleName: "one" }),
    );
    expect(ofRole.InstanceProfiles).toMatchObject([
      { InstanceProfileName: "web", Roles: [{ RoleName: "one" }] },
    ]);
  });

  test("is known to EC2 and Auto Scaling only some seconds after it was created, and its role, too", async () => {
    const ec2 = ec2Client(sandbox);
    const { Images = [] } = await ec2.send(
      new DescribeImagesCommand({
        Filters: [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }],
      }),
    );
    const run = (IamInstanceProfile: object) =>
      ec2.send(
        new RunInstancesCommand({
          ImageId: Images[0]?.ImageId,
          InstanceType: "t3.micro",
          MinCount: 1,
          MaxCount: 1,
          IamInstanceProfile,
        }),
      );
    const unknown =
      "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name";
    expect(await refusal(run({ Name: "web" }))).toMatchObject({
      code: "InvalidParameterValue",
      message: unknown,
    });
    const { InstanceProfile } = await createProfile("web");
    const { Arn: arn = "" } = InstanceProfile ?? {};
    expect((await refusal(run({ Name: "web" }))).message).toBe(unknown);
    expect((await refusal(run({ Arn: arn }))).message).toMatch(/Invalid IAM Instance Profile ARN$/);
    await vi.advanceTimersByTimeAsync(15_000);
    const withoutRole = `IAM Instance Profile "${arn}" has no associated IAM Roles`;
    expect((await refusal(run({ Name: "web" }))).message).toBe(withoutRole);
    await createRole("web");
    await addRole("web", "web");
    expect((await refusal(run({ Name: "web" }))).message).toBe(withoutRole);
    const group = await groupWith("web");
    expect(await refusal(group())).toMatchObject({
      code: "ValidationError",
      message: `You must use a valid fully-formed launch template. ${withoutRole}`,
    });
    await vi.advanceTimersByTimeAsync(15_000);
    await group();
    const { Instances = [] } = await run({ Name: "web" });
    const found = await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [Instances[0]?.InstanceId ?? ""] }),
    );
    const [instance] = found.Reservations?.[0]?.Instances ?? [];
    expect(instance?.IamInstanceProfile).toEqual({
      Arn: arn,
      Id: InstanceProfile?.InstanceProfileId,
    });
  });
});

/** Creates a group whose template names the profile. */
async function groupWith(Name: string) {
  const ec2 = ec2Client(sandbox);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const images = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }] }),
  );
  const data = {
    ImageId: images.Images?.[0]?.ImageId,
    InstanceType: "t3.micro",
    IamInstanceProfile: { Name },
  };
  const made: { LaunchTemplate: { LaunchTemplateId: string } } = Object(
    await sandbox.call("ec2", "CreateLaunchTemplate", {
      LaunchTemplateName: "web",
      LaunchTemplateData: data,
    }),
  );
  const client = new AutoScalingClient({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  return () =>
    client.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "web",
        LaunchTemplate: { LaunchTemplateId: made.LaunchTemplate.LaunchTemplateId },
        MinSize: 0,
        MaxSize: 1,
        VPCZoneIdentifier: Subnets[0]?.SubnetId,
      }),
    );
}
