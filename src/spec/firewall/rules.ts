import { nearestWord } from "../explain/nearest.ts";
import { type Finding, type Path, shown } from "../finding.ts";
import { capacityOf } from "./capacity.ts";
import { groupOfRule, RULE_GROUPS, type RuleGroup, ruleGroups, rulesOf } from "./rule-groups.ts";
import type { FirewallFile, WebAclFile } from "./schema.ts";

/** What the price of a request includes, in WCU ("AWS WAF Pricing"). */
const INCLUDED_CAPACITY = 1500;

/** Each group and range once, exceptions only of groups in `rules`, and something to judge requests by. */
export function* firewallRules(firewall: FirewallFile): Iterable<Finding> {
  if (firewall === "none") return;
  yield* nothingToDo(firewall);
  yield* repeated(["firewall", "rules"], firewall.rules);
  yield* repeated(["firewall", "block"], firewall.block);
  yield* repeated(["firewall", "allow"], firewall.allow);
  yield* blockedAndAllowed(firewall);
  yield* exceptions(firewall);
  yield* costlyCapacity(firewall);
}

function* nothingToDo({ rules, limit, block, allow }: WebAclFile): Iterable<Finding> {
  if (rules.length > 0 || limit !== undefined || block.length > 0) return;
  const about: readonly Path[] = [
    ["firewall", "limit"],
    ["firewall", "block"],
    ["firewall", "allow"],
  ];
  const help = "add groups to rules, or write limit or block; for no firewall write firewall: none";
  yield allow.length > 0
    ? {
        severity: "warning",
        path: ["firewall", "allow"],
        at: "key",
        about: [["firewall", "rules"], ...about],
        message: "nothing blocks requests, so allow has no effect: it shuts nobody else out",
        help,
      }
    : {
        severity: "error",
        path: ["firewall", "rules"],
        about,
        message: "the list is empty, and nothing else judges requests",
        help,
      };
}

function* repeated(path: Path, items: readonly string[]): Iterable<Finding> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item)) {
      yield {
        severity: "error",
        path: [...path, index],
        message: `${shown(item)} is already in the list`,
        help: "remove one of the two",
      };
    }
    seen.add(item);
  }
}

function* blockedAndAllowed({ block, allow }: WebAclFile): Iterable<Finding> {
  const blocked = new Set(block);
  for (const [index, range] of allow.entries()) {
    if (!blocked.has(range)) continue;
    yield {
      severity: "error",
      path: ["firewall", "allow", index],
      message: `${range} is in block, too`,
      help: "remove it from one of the two lists; a part of a blocked range may be in allow",
    };
  }
}

function* exceptions({ rules, except }: WebAclFile): Iterable<Finding> {
  for (const group of RULE_GROUPS) {
    const names = except[group];
    if (names === undefined) continue;
    const path = ["firewall", "except", group];
    if (!rules.includes(group)) {
      yield {
        severity: "error",
        path,
        at: "key",
        about: [["firewall", "rules"]],
        message: `${group} is not in rules, so none of its rules judges requests`,
        help: `add ${group} to rules, or remove it from except`,
      };
    }
    yield* repeated(path, names);
    for (const [index, name] of names.entries()) {
      yield* unknownRule(group, name, [...path, index]);
    }
  }
}

/** Only a warning: AWS may have added a rule of this name. */
function* unknownRule(group: RuleGroup, name: string, path: Path): Iterable<Finding> {
  const known = rulesOf(group);
  if (known.includes(name)) return;
  const home = groupOfRule(name);
  const near = nearestWord(name, known);
  yield {
    severity: "warning",
    path,
    message: `${shown(name)} is not a known rule of ${group}, and AWS ignores names that a group does not have`,
    help:
      home !== undefined
        ? `it is a rule of ${home}: write it there, or remove it`
        : near === undefined
          ? `compare it with the rules of ${ruleGroups[group].awsName} in AWS's list of managed rule groups`
          : `did you mean ${near}?`,
  };
}

function* costlyCapacity(firewall: WebAclFile): Iterable<Finding> {
  // A repeated group is an error itself.
  const capacity = capacityOf({ ...firewall, rules: [...new Set(firewall.rules)] });
  if (capacity <= INCLUDED_CAPACITY) return;
  const about: readonly Path[] = [
    ["firewall", "limit"],
    ["firewall", "block"],
    ["firewall", "allow"],
  ];
  yield {
    severity: "warning",
    path: ["firewall", "rules"],
    about,
    message: `the firewall needs ${capacity} WCU (AWS's unit of work for a request), and above ${INCLUDED_CAPACITY} AWS charges more for each request`,
    help: "remove groups that do not fit the application, or accept the price",
  };
}
