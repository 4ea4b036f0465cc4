import {
  DescribeManagedRuleGroupCommand,
  ListAvailableManagedRuleGroupsCommand,
} from "@aws-sdk/client-wafv2";
import { expect, test } from "vitest";
import { refusal } from "../clients.ts";
import { createWebAcl, managed, openWaf, readWebAcl } from "./waf.ts";

/** "AWS Managed Rules rule groups list", AWS WAF Developer Guide. */
const capacities: readonly (readonly [string, number, number])[] = [
  ["AWSManagedRulesCommonRuleSet", 700, 22],
  ["AWSManagedRulesAdminProtectionRuleSet", 100, 1],
  ["AWSManagedRulesKnownBadInputsRuleSet", 200, 12],
  ["AWSManagedRulesSQLiRuleSet", 200, 6],
  ["AWSManagedRulesLinuxRuleSet", 200, 3],
  ["AWSManagedRulesUnixRuleSet", 100, 3],
  ["AWSManagedRulesWindowsRuleSet", 200, 6],
  ["AWSManagedRulesPHPRuleSet", 100, 3],
  ["AWSManagedRulesWordPressRuleSet", 100, 2],
  ["AWSManagedRulesAmazonIpReputationList", 25, 3],
  ["AWSManagedRulesAnonymousIpList", 50, 2],
];

async function described(Name: string, VendorName = "AWS") {
  const { client } = await openWaf();
  const command = new DescribeManagedRuleGroupCommand({ Name, VendorName, Scope: "REGIONAL" });
  const { $metadata: _, ...answer } = await client.send(command);
  return answer;
}

test.each(capacities)("%s needs %i units and has %i rules", async (name, capacity, count) => {
  const { Capacity, Rules, AvailableLabels } = await described(name);
  expect(Capacity).toBe(capacity);
  expect(Rules).toHaveLength(count);
  expect(AvailableLabels).toHaveLength(count);
  const waf = await openWaf();
  const { ARN } = await createWebAcl(waf, { Rules: [managed(name)] });
  expect((await readWebAcl(waf, ARN)).Capacity).toBe(capacity);
});

test("a group without versions is answered as recorded", async () => {
  expect(await described("AWSManagedRulesAmazonIpReputationList")).toEqual({
    Capacity: 25,
    Rules: [
      { Name: "AWSManagedIPReputationList", Action: { Block: {} } },
      { Name: "AWSManagedReconnaissanceList", Action: { Block: {} } },
      { Name: "AWSManagedIPDDoSList", Action: { Count: {} } },
    ],
    AvailableLabels: [
      { Name: "awswaf:managed:aws:amazon-ip-list:AWSManagedIPReputationList" },
      { Name: "awswaf:managed:aws:amazon-ip-list:AWSManagedReconnaissanceList" },
      { Name: "awswaf:managed:aws:amazon-ip-list:AWSManagedIPDDoSList" },
    ],
  });
});

test("rules and labels have the documented names", async () => {
  const { Rules, LabelNamespace, AvailableLabels } = await described(
    "AWSManagedRulesCommonRuleSet",
  );
  expect(LabelNamespace).toBe("awswaf:managed:aws:core-rule-set:");
  expect(Rules).toContainEqual({ Name: "SizeRestrictions_BODY", Action: { Block: {} } });
  const labels = AvailableLabels?.map(({ Name }) => Name?.split(":").at(-1));
  expect(labels).toEqual(
    expect.arrayContaining([
      "NoUserAgent_Header",
      "BadBots_Header",
      "SizeRestrictions_Cookie_Header",
      "EC2MetaDataSSRF_QueryArguments",
      "GenericLFI_URIPath",
    ]),
  );
});

test("a group that does not exist is not found, and others are not modelled", async () => {
  const code = async (name: string, vendor?: string) =>
    (await refusal(described(name, vendor))).code;
  expect(await code("AWSManagedRulesShopRuleSet")).toBe("WAFNonexistentItemException");
  expect(await code("AWSManagedRulesATPRuleSet")).toBe("UnsupportedOperation");
  expect(await code("AllRules", "Vendor")).toBe("UnsupportedOperation");
});

test("the groups are listed", async () => {
  const { client } = await openWaf();
  const { ManagedRuleGroups = [] } = await client.send(
    new ListAvailableManagedRuleGroupsCommand({ Scope: "REGIONAL" }),
  );
  expect(ManagedRuleGroups.map(({ Name }) => Name)).toEqual(
    capacities.map(([name]) => name).toSorted(),
  );
  expect(ManagedRuleGroups.at(0)).toEqual({
    VendorName: "AWS",
    Name: "AWSManagedRulesAdminProtectionRuleSet",
    VersioningSupported: true,
    Description: expect.any(String),
  });
});
