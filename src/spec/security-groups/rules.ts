import type { Finding, Path } from "../finding.ts";
import type { Peer } from "../shared/peer.ts";
import { isEverywhere } from "./admits.ts";
import { flatRules, peersAt } from "./flat-rules.ts";
import type { RuleFile, SecurityGroupFile, SecurityGroupsFile } from "./schema.ts";

/**
 * Quotas of a VPC: 60 inbound and 60 outbound rules in a group, of IPv4 and of IPv6 each, unless AWS
 * raised it; 1000 at the very most.
 */
const USUAL_RULES = 60;
const MOST_RULES = 1000;

/** The firewalls: each rule must make sense, appear once, and not let in everybody. */
export function* securityGroupRules(groups: SecurityGroupsFile): Iterable<Finding> {
  for (const [name, group] of Object.entries(groups)) {
    const path = ["securityGroups", name];
    for (const direction of ["ingress", "egress"] as const) {
      const written = group[direction].map((rule, index) => ({
        rule,
        path: [...path, direction, index],
      }));
      for (const { rule, path: rulePath } of written) yield* portsOfRule(rule, rulePath);
      yield* repeated(group, direction, path);
      yield* tooMany(group, direction, path);
    }
    yield* openToTheWorld(group, path);
  }
  yield* sameNames(groups);
}

/** Two groups of one name would be one group in AWS, which each apply would change back and forth. */
function* sameNames(groups: SecurityGroupsFile): Iterable<Finding> {
  const seen = new Map<string, string>();
  for (const [key, { name }] of Object.entries(groups)) {
    if (name === undefined) continue;
    // "Names are case-insensitive and must be unique within the VPC" ("CreateSecurityGroup").
    const other = seen.get(name.toLowerCase());
    if (other === undefined) {
      seen.set(name.toLowerCase(), key);
      continue;
    }
    yield {
      severity: "error",
      path: ["securityGroups", key, "name"],
      message: `the group ${other} already has that name. AWS ignores case in group names`,
      help: "give one of the groups another name, or remove its name field",
    };
  }
}

function* portsOfRule(rule: RuleFile, path: Path): Iterable<Finding> {
  const { port, protocol } = rule;
  const error = (message: string, help: string): Finding => ({
    severity: "error",
    path: [...path, "port"],
    about: [[...path, "protocol"]],
    message,
    help,
  });
  if (port === undefined) {
    if (protocol === "tcp" || protocol === "udp") {
      yield {
        ...error(
          "the rule has no port",
          "add port: 80, a range such as 8000-8010, or all for every port",
        ),
      };
    }
    return;
  }
  if (protocol === "all" && port !== "all") {
    yield error(
      "protocol all has no ports: this rule would open every port",
      "remove the port field, or use protocol tcp or udp",
    );
  }
  if (protocol === "icmp" && port !== "all" && (port.from !== port.to || port.to > 255)) {
    yield error(
      "with icmp, port is the ICMP type: one number from 0 to 255",
      "for ping, write port: 8",
    );
  }
  if (protocol === "icmp") yield* icmpOverIpv6(rule, path);
}

function* icmpOverIpv6(rule: RuleFile, path: Path): Iterable<Finding> {
  const field = "from" in rule ? "from" : "to";
  if (!peersAt(rule).some(({ peer }) => peer.kind === "cidr6")) return;
  yield {
    severity: "error",
    path: [...path, field],
    message: "icmp is for IPv4 only, but this rule has an IPv6 address",
    help: "use protocol: all for that address, or remove the address",
  };
}

/** AWS stores a rule once, and rejects a second rule with the same ports and source. */
function* repeated(
  group: SecurityGroupFile,
  direction: "ingress" | "egress",
  path: Path,
): Iterable<Finding> {
  const seen = new Map<string, number>();
  for (const { rule, index } of flatRules(group, direction)) {
    const { protocol, fromPort, toPort, peer } = rule;
    const identity = JSON.stringify([protocol, fromPort, toPort, peer.kind, peer.value]);
    const first = seen.get(identity);
    if (first === undefined) {
      seen.set(identity, index);
      continue;
    }
    const common = {
      severity: "error",
      path: [...path, direction, index],
      help: "remove one of the two: AWS distinguishes rules only by their ports and address",
    } as const;
    const item = [...path, direction, first];
    yield first === index
      ? { ...common, message: `this rule lists ${peer.value} twice` }
      : {
          ...common,
          about: [item],
          item,
          message: `this rule opens the same ports ${direction === "ingress" ? "from" : "to"} ${peer.value} as`,
        };
  }
}

function* tooMany(
  group: SecurityGroupFile,
  direction: "ingress" | "egress",
  path: Path,
): Iterable<Finding> {
  const kind = direction === "ingress" ? "inbound" : "outbound";
  const peers = flatRules(group, direction).map(({ rule }) => rule.peer.kind);
  // A group counts once in both families ("Security group size", VPC User Guide). A prefix list is of
  // one of them, and counts as many rules as it may have entries: only AWS knows either.
  const without = (other: Peer["kind"]) =>
    peers.filter((peer) => peer !== other && peer !== "prefix-list").length;
  const [ipv4, ipv6] = [without("cidr6"), without("cidr4")];
  const [count, family] = ipv6 > ipv4 ? [ipv6, "IPv6"] : [ipv4, "IPv4"];
  if (count <= USUAL_RULES) return;
  const isBeyond = count > MOST_RULES;
  yield {
    severity: isBeyond ? "error" : "warning",
    path: [...path, direction],
    at: "key",
    message: `the group has ${count} ${kind} ${family} rules, but AWS allows ${isBeyond ? `at most ${MOST_RULES}` : `only ${USUAL_RULES} unless it raised the quota for this account`}`,
    help: "merge CIDRs, use a prefix list, or split the group: a server can use several groups",
  };
}

function* openToTheWorld(group: SecurityGroupFile, path: Path): Iterable<Finding> {
  const told = new Set<number>();
  for (const { rule, index } of flatRules(group, "ingress")) {
    const isSsh =
      rule.protocol === "all" ||
      (rule.protocol === "tcp" && rule.fromPort <= 22 && rule.toPort >= 22);
    if (!isEverywhere(rule.peer) || !isSsh || told.has(index)) continue;
    told.add(index);
    yield {
      severity: "warning",
      path: [...path, "ingress", index],
      message: `this rule opens SSH (port 22) to the whole world (${rule.peer.value})`,
      help: "allow only your bastion or office instead, such as 203.0.113.10/32",
    };
  }
}
