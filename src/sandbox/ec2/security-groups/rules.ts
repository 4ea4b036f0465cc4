import type { IpPermission } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import type { Quota, Region } from "../../region.ts";
import { canonicalIpv4, canonicalIpv6 } from "../network/cidr.ts";
import { prefixLists } from "../network/prefix-list-tables.ts";
import {
  type RuleSource,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  securityGroups,
} from "./tables.ts";

/** A rule without its id: the properties that identify it, and its description. */
export type RuleContent = Omit<SecurityGroupRule, "id" | "tags" | "egress">;

/** Amazon EC2 API Reference, `IpPermission`: these four protocols have names, the others numbers. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "6": "tcp",
  "17": "udp",
  "1": "icmp",
  "58": "icmpv6",
  all: "-1",
};

const DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** Expands permissions: one rule for each source of each permission. @throws AwsError */
export function rulesOf(
  region: Region,
  group: Readonly<SecurityGroupRecord>,
  permissions: readonly IpPermission[],
): RuleContent[] {
  const rules = permissions.flatMap((permission) => {
    const traffic = readTraffic(permission.IpProtocol, permission.FromPort, permission.ToPort);
    const sources = sourcesOf(region, group, permission);
    if (sources.length === 0) {
      throw new AwsError("MissingParameter", "Source group ID missing.");
    }
    return sources.map(({ source, description }) => ({
      ...traffic,
      source,
      ...(description === undefined ? {} : { description }),
    }));
  });
  const keys = rules.map(ruleKey);
  if (new Set(keys).size < keys.length) {
    throw invalidValue("The same permission must not appear multiple times");
  }
  return rules;
}

/** Two rules of one direction with the same key cannot be in one group. */
export function ruleKey(rule: RuleContent): string {
  const { source } = rule;
  const peer = "cidr" in source ? source.cidr : source.id;
  return `${rule.protocol}|${rule.fromPort}|${rule.toPort}|${peer}`;
}

/** "Inbound or outbound rules per security group", Amazon VPC quotas, for one address family. */
export const ruleQuota: Quota = { name: "rulesPerSecurityGroup", usual: 60 };

/**
 * "This quota is enforced separately for IPv4 rules and IPv6 rules". A rule that names a group counts once
 * for both, for any number of members. A rule that names a prefix list counts as the maximum number of
 * entries of the list ("Security group size", VPC User Guide). AWS's own lists are not modelled and count
 * once.
 *
 * @throws AwsError when a group has too many rules of one direction.
 */
export function checkRoom(region: Region, rules: readonly RuleContent[]): void {
  for (const family of ["IPv4", "IPv6"] as const) {
    const count = rules.reduce((sum, { source }) => sum + weight(region, source, family), 0);
    if (count <= region.quota(ruleQuota)) continue;
    throw new AwsError(
      "RulesPerSecurityGroupLimitExceeded",
      "The maximum number of rules per security group has been reached.",
    );
  }
}

function weight(region: Region, source: RuleSource, family: "IPv4" | "IPv6"): number {
  switch (source.kind) {
    case "group":
      return 1;
    case "prefix-list": {
      const list = region.table(prefixLists).latest(source.id);
      if (list === undefined) return 1;
      return list.family === family ? list.maxEntries : 0;
    }
    default:
      return source.kind === family.toLowerCase() ? 1 : 0;
  }
}

/** Protocol and ports as EC2 stores them. @throws AwsError */
export function readTraffic(
  given: string | undefined,
  from: number | undefined,
  to: number | undefined,
): Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort"> {
  if (given === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter ipProtocol");
  }
  const lower = given.toLowerCase();
  const protocol = PROTOCOLS[lower] ?? lower;
  const named = ["tcp", "udp", "icmp", "icmpv6", "-1"].includes(protocol);
  if (!named && !(/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255)) {
    throw invalidValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
  }
  if (protocol === "tcp" || protocol === "udp") {
    if (from === undefined || to === undefined) {
      throw invalidValue(
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
      );
    }
    for (const port of [from, to]) {
      if (!Number.isInteger(port) || port < 0 || port > 65_535) {
        throw invalidValue(`Invalid value '${port}' for port. Must be between 0 and 65535.`);
      }
    }
    if (from > to) throw invalidValue(`Invalid value '${from}-${to}' for portRange.`);
    return { protocol, fromPort: from, toPort: to };
  }
  if (protocol === "icmp" || protocol === "icmpv6") {
    if (from === undefined || to === undefined) {
      throw invalidValue("ICMP requires both a type and a code.");
    }
    return { protocol, fromPort: from, toPort: to };
  }
  // All ports, even when the request names some (Amazon EC2 API Reference, AuthorizeSecurityGroupIngress).
  return { protocol, fromPort: -1, toPort: -1 };
}

function sourcesOf(
  region: Region,
  group: Readonly<SecurityGroupRecord>,
  permission: IpPermission,
): { source: RuleSource; description: string | undefined }[] {
  return [
    ...(permission.IpRanges ?? []).map((range) => ({
      source: { kind: "ipv4" as const, cidr: canonicalIpv4(range.CidrIp ?? "") },
      description: checkDescription(range.Description),
    })),
    ...(permission.Ipv6Ranges ?? []).map((range) => ({
      source: { kind: "ipv6" as const, cidr: canonicalIpv6(range.CidrIpv6 ?? "") },
      description: checkDescription(range.Description),
    })),
    ...(permission.PrefixListIds ?? []).map((list) => ({
      source: prefixList(list.PrefixListId),
      description: checkDescription(list.Description),
    })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
      source: peerGroup(region, group, pair.GroupId, pair.GroupName, pair.UserId),
      description: checkDescription(pair.Description),
    })),
  ];
}

/** @throws AwsError for characters that EC2 does not accept. */
export function checkDescription(description: string | undefined): string | undefined {
  if (description !== undefined && !DESCRIPTION.test(description)) {
    throw invalidValue(
      "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    );
  }
  return description === "" ? undefined : description;
}

/** @throws AwsError for a malformed id. */
export function prefixList(id = ""): RuleSource {
  if (!/^pl-[0-9a-f]{8,17}$/.test(id)) {
    throw new AwsError("InvalidPrefixListId.Malformed", `The prefix list ID '${id}' is malformed`);
  }
  return { kind: "prefix-list", id };
}

/** @throws AwsError for a group that does not exist or is in another VPC. */
export function peerGroup(
  region: Region,
  group: Readonly<SecurityGroupRecord>,
  id: string | undefined,
  name: string | undefined,
  account: string | undefined,
): RuleSource {
  const table = region.table(securityGroups);
  const named =
    id ?? table.all().find((other) => other.name === name && other.vpcId === group.vpcId)?.id;
  const peer = named === undefined ? undefined : table.use(named);
  if (peer === undefined || (account !== undefined && account !== region.account)) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `The security group '${id ?? name ?? ""}' does not exist`,
    );
  }
  if (peer.vpcId !== group.vpcId) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `You have specified two resources that belong to different networks.`,
    );
  }
  return { kind: "group", id: peer.id };
}

/**
 * Groups the rules of one direction into permissions: one per protocol and port range, with all its
 * sources.
 */
export function permissionsOf(region: Region, rules: readonly SecurityGroupRule[]): IpPermission[] {
  const permissions = new Map<string, IpPermission>();
  for (const rule of rules) {
    const key = `${rule.protocol}|${rule.fromPort}|${rule.toPort}`;
    let permission = permissions.get(key);
    if (permission === undefined) {
      permission = {
        IpProtocol: rule.protocol,
        ...(rule.protocol === "-1" ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      };
      permissions.set(key, permission);
    }
    const { source, description: Description } = rule;
    switch (source.kind) {
      case "ipv4":
        permission.IpRanges?.push({ CidrIp: source.cidr, Description });
        break;
      case "ipv6":
        permission.Ipv6Ranges?.push({ CidrIpv6: source.cidr, Description });
        break;
      case "prefix-list":
        permission.PrefixListIds?.push({ PrefixListId: source.id, Description });
        break;
      case "group":
        permission.UserIdGroupPairs?.push({
          GroupId: source.id,
          UserId: region.account,
          Description,
        });
    }
  }
  return [...permissions.values()];
}
