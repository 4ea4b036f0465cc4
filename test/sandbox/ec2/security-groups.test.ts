import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  DeleteManagedPrefixListCommand,
  DeleteSecurityGroupCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, test } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

let ec2: EC2Client;

beforeEach(async () => {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  ec2 = ec2Client(sandbox);
});

async function create(name: string): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: "for a test" }),
  );
  return GroupId ?? "";
}

async function ingressOf(id: string): Promise<IpPermission[]> {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return SecurityGroups?.[0]?.IpPermissions ?? [];
}

const http = (cidr: string): IpPermission => ({
  IpProtocol: "tcp",
  FromPort: 80,
  ToPort: 80,
  IpRanges: [{ CidrIp: cidr }],
});

test("a new group lets everything out and nothing in, and carries its tags", async () => {
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: "web",
      Description: "servers",
      TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "a", Value: "b" }] }],
    }),
  );
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "tag:a", Values: ["b"] }] }),
  );
  expect(SecurityGroups).toMatchObject([
    {
      GroupId,
      GroupName: "web",
      Description: "servers",
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      Tags: [{ Key: "a", Value: "b" }],
    },
  ]);
});

test("answers merge rules of the same ports, and split them again as rules", async () => {
  const id = await create("web");
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: id,
      IpPermissions: [http("10.0.0.0/8"), http("192.168.1.7/16")],
    }),
  );
  expect(await ingressOf(id)).toMatchObject([
    // EC2 canonicalizes a block with host bits.
    { FromPort: 80, IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "192.168.0.0/16" }] },
  ]);
  const { SecurityGroupRules } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [id] }] }),
  );
  expect(SecurityGroupRules?.map((rule) => [rule.IsEgress, rule.CidrIpv4])).toEqual([
    [true, "0.0.0.0/0"],
    [false, "10.0.0.0/8"],
    [false, "192.168.0.0/16"],
  ]);
});

test("rules are changed in place, described, and revoked by id or by content", async () => {
  const id = await create("web");
  const { SecurityGroupRules = [] } = await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: id,
      IpPermissions: [http("10.0.0.0/8"), http("192.168.0.0/16")],
    }),
  );
  const ruleId = SecurityGroupRules[0]?.SecurityGroupRuleId ?? "";
  await ec2.send(
    new UpdateSecurityGroupRuleDescriptionsIngressCommand({
      GroupId: id,
      SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: ruleId, Description: "office" }],
    }),
  );
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [http("192.168.0.0/16")] }),
  );
  expect((await ingressOf(id))[0]?.IpRanges).toEqual([
    { CidrIp: "10.0.0.0/8", Description: "office" },
  ]);
  await ec2.send(
    new ModifySecurityGroupRulesCommand({
      GroupId: id,
      SecurityGroupRules: [
        {
          SecurityGroupRuleId: ruleId,
          SecurityGroupRule: {
            IpProtocol: "tcp",
            FromPort: 443,
            ToPort: 443,
            CidrIpv4: "172.16.3.4/12",
          },
        },
      ],
    }),
  );
  expect(await ingressOf(id)).toMatchObject([
    { FromPort: 443, IpRanges: [{ CidrIp: "172.16.0.0/12" }], Ipv6Ranges: [] },
  ]);
  const another = { IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIpv6: "2001:db8::/32" };
  expect(
    await refusal(
      ec2.send(
        new ModifySecurityGroupRulesCommand({
          GroupId: id,
          SecurityGroupRules: [{ SecurityGroupRuleId: ruleId, SecurityGroupRule: another }],
        }),
      ),
    ),
  ).toMatchObject({ code: "InvalidParameterValue" });
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: id, SecurityGroupRuleIds: [ruleId] }),
  );
  expect(await ingressOf(id)).toEqual([]);
});

test("takes 60 rules of IPv4 and 60 of IPv6, and a group counts in both", async () => {
  const id = await create("web");
  const allow = (...IpPermissions: IpPermission[]) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  const https = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  const ipv6 = (host: number) => ({
    ...https,
    Ipv6Ranges: [{ CidrIpv6: `2001:db8::${host}/128` }],
  });
  const full = { code: "RulesPerSecurityGroupLimitExceeded" };
  await allow(...Array.from({ length: 59 }, (_, host) => http(`10.0.0.${host}/32`)));
  await allow({ ...https, UserIdGroupPairs: [{ GroupId: id }] });
  expect(await refusal(allow(http("10.0.0.59/32")))).toMatchObject(full);
  await allow(...Array.from({ length: 59 }, (_, host) => ipv6(host)));
  expect(await refusal(allow(ipv6(59)))).toMatchObject(full);
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId: id,
      IpPermissions: [{ ...https, UserIdGroupPairs: [{ GroupId: id }] }],
    }),
  );
  await allow(http("10.0.0.59/32"), ipv6(59));
});

test("a prefix list counts as many rules as it may have entries, in its own family", async () => {
  const id = await create("web");
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 20,
      Entries: [{ Cidr: "203.0.113.7/24", Description: "one" }],
      TagSpecifications: [{ ResourceType: "prefix-list", Tags: [{ Key: "team", Value: "web" }] }],
    }),
  );
  const PrefixListId = PrefixList?.PrefixListId ?? "";
  expect(PrefixList).toMatchObject({ PrefixListName: "offices", MaxEntries: 20 });
  const allow = (...IpPermissions: IpPermission[]) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  const https = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  const listed = { ...https, PrefixListIds: [{ PrefixListId }] };
  await allow(...Array.from({ length: 41 }, (_, host) => http(`10.0.0.${host}/32`)));
  const full = { code: "RulesPerSecurityGroupLimitExceeded" };
  expect(await refusal(allow(listed))).toMatchObject(full);
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [http("10.0.0.40/32")] }),
  );
  await allow(listed);
  expect(await refusal(allow(http("10.0.0.41/32")))).toMatchObject(full);
  const ipv6 = Array.from({ length: 60 }, (_, host) => ({ CidrIpv6: `2001:db8::${host}/128` }));
  await allow({ ...https, Ipv6Ranges: ipv6 });
  const remove = () => ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
  expect(await refusal(remove())).toMatchObject({ code: "UnsupportedOperation" });
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [listed] }));
  await remove();
  const { PrefixLists } = await ec2.send(new DescribeManagedPrefixListsCommand({}));
  expect(PrefixLists?.filter(({ OwnerId }) => OwnerId !== "AWS")).toEqual([]);
  const tooMany = new CreateManagedPrefixListCommand({
    PrefixListName: "small",
    AddressFamily: "IPv6",
    MaxEntries: 1,
    Entries: [{ Cidr: "2001:db8:1::/48" }, { Cidr: "2001:db8:2::/48" }],
  });
  expect(await refusal(ec2.send(tooMany))).toMatchObject({ code: "PrefixListMaxEntriesExceeded" });
});

test("a group that another one's rule names cannot be deleted before the rule", async () => {
  const web = await create("web");
  const balancer = await create("balancer");
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: web,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: balancer }] },
      ],
    }),
  );
  expect(await refusal(ec2.send(new DeleteSecurityGroupCommand({ GroupId: balancer })))).toEqual({
    code: "DependencyViolation",
    message: `resource ${balancer} has a dependent object`,
    status: 400,
  });
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: web }));
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: balancer }));
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  expect(SecurityGroups?.map((group) => group.GroupName)).toEqual(["default"]);
});

describe("refuses, as EC2 does,", () => {
  const cases: [reason: string, code: string, call: (id: string) => Promise<unknown>][] = [
    ["a name that is taken", "InvalidGroup.Duplicate", () => create("web")],
    ["a name that is taken in other letters", "InvalidGroup.Duplicate", () => create("WEB")],
    ["a name like an id", "InvalidParameterValue", () => create("sg-web")],
    ["the reserved name", "InvalidParameterValue", () => create("default")],
    ["a name of 256 characters", "InvalidParameterValue", () => create("x".repeat(256))],
    [
      "a VPC that is not there",
      "InvalidVpcID.NotFound",
      () =>
        ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: "a",
            Description: "b",
            VpcId: "vpc-012345678",
          }),
        ),
    ],
    [
      "a description that is left out",
      "MissingParameter",
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: "a", Description: undefined })),
    ],
    [
      "an id of the wrong form",
      "InvalidGroupId.Malformed",
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: "web" })),
    ],
    [
      "an id that is not there",
      "InvalidGroup.NotFound",
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: "sg-0123456789abcdef0" })),
    ],
    [
      "the same rule twice",
      "InvalidPermission.Duplicate",
      async (GroupId) => {
        const command = new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [http("0.0.0.0/0")],
        });
        await ec2.send(command);
        await ec2.send(command);
      },
    ],
    [
      "the default rule for what goes out, once more",
      "InvalidPermission.Duplicate",
      (GroupId) =>
        ec2.send(
          new AuthorizeSecurityGroupEgressCommand({
            GroupId,
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          }),
        ),
    ],
    [
      "revoking what is not there",
      "InvalidPermission.NotFound",
      (GroupId) =>
        ec2.send(
          new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [http("10.0.0.0/8")] }),
        ),
    ],
    [
      "a 61st rule",
      "RulesPerSecurityGroupLimitExceeded",
      (GroupId) =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: Array.from({ length: 61 }, (_, host) => http(`10.0.0.${host}/32`)),
          }),
        ),
    ],
    [
      "a broken block",
      "InvalidParameterValue",
      (GroupId) =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [http("10.0.0.1/33")],
          }),
        ),
    ],
    [
      "TCP without ports",
      "InvalidParameterValue",
      (GroupId) =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [{ IpProtocol: "tcp", IpRanges: [{ CidrIp: "10.0.0.0/8" }] }],
          }),
        ),
    ],
    [
      "an unknown filter",
      "InvalidParameterValue",
      () =>
        ec2.send(
          new DescribeSecurityGroupsCommand({ Filters: [{ Name: "colour", Values: ["red"] }] }),
        ),
    ],
    [
      "pages of less than five",
      "InvalidParameterValue",
      () => ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 4 })),
    ],
    [
      "the 51st tag",
      "TagLimitExceeded",
      () =>
        ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: "tagged",
            Description: "x",
            TagSpecifications: [
              {
                ResourceType: "security-group",
                Tags: Array.from({ length: 51 }, (_, key) => ({ Key: `k${key}`, Value: "" })),
              },
            ],
          }),
        ),
    ],
    [
      "a tag of AWS's own",
      "InvalidParameterValue",
      () =>
        ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: "tagged",
            Description: "x",
            TagSpecifications: [
              { ResourceType: "security-group", Tags: [{ Key: "aws:x", Value: "" }] },
            ],
          }),
        ),
    ],
    [
      "an operation that would succeed, in a dry run",
      "DryRunOperation",
      (GroupId) => ec2.send(new DeleteSecurityGroupCommand({ GroupId, DryRun: true })),
    ],
  ];
  test.each(cases)("%s: %s", async (_reason, code, call) => {
    const id = await create("web");
    expect((await refusal(call(id))).code).toBe(code);
  });
});

test("300 groups with 1,400 rules are answered page by page", async () => {
  for (let number = 0; number < 300; number += 1) {
    const GroupId = await create(`group-${number}`);
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: Array.from({ length: number % 3 === 0 ? 4 : 5 }, (_, host) =>
          http(`10.${number % 256}.0.${host}/32`),
        ),
      }),
    );
  }
  const seen = new Set<string>();
  let token: string | undefined;
  let pages = 0;
  do {
    const page = await ec2.send(
      new DescribeSecurityGroupsCommand({ MaxResults: 100, NextToken: token }),
    );
    for (const group of page.SecurityGroups ?? []) seen.add(group.GroupId ?? "");
    token = page.NextToken;
    pages += 1;
  } while (token !== undefined);
  expect([seen.size, pages]).toEqual([301, 4]);
});
