import { nearestWord } from "../explain/nearest.ts";
import { allOf, type Finding, type Path, quote } from "../finding.ts";
import { peersAt } from "../security-groups/flat-rules.ts";
import { groupsOfSections } from "../security-groups/groups-of-sections.ts";
import type { Peer } from "../shared/peer.ts";
import type { StackFile } from "../stack-file.ts";

const EVERYWHERE = /^(any|all|anywhere|everywhere|everyone|world|internet|public)$/;

/** Everything that names a group, in the order of the file. */
export function* unknownSecurityGroups(file: StackFile): Iterable<Finding> {
  const known = Object.keys(file.securityGroups);
  for (const { peer, path, isRule } of references(file)) {
    if (peer.kind !== "group" || known.includes(peer.value)) continue;
    yield {
      severity: "error",
      path,
      about: [["securityGroups", peer.value]],
      message: `this file defines no security group ${quote(peer.value)}`,
      help: unknownGroupHelp(peer.value, known, isRule),
    };
  }
}

function unknownGroupHelp(name: string, known: readonly string[], isRule: boolean): string {
  if (isRule && EVERYWHERE.test(name)) return "write 0.0.0.0/0 for every IPv4 address";
  const near = nearestWord(name, known);
  if (near !== undefined) return `did you mean ${near}?`;
  if (known.length === 0) return "define it under securityGroups";
  if (known.length === 1) return `the only group is ${known[0]}`;
  const shown = known.length > 10 ? [...known.slice(0, 10), "others"] : known;
  return `the groups are ${allOf(shown)}`;
}

interface Reference {
  readonly peer: Peer;
  readonly path: Path;
  readonly isRule: boolean;
}

function* references(file: StackFile): Iterable<Reference> {
  for (const [name, group] of Object.entries(file.securityGroups)) {
    for (const [direction, field] of [
      ["ingress", "from"],
      ["egress", "to"],
    ] as const) {
      for (const [index, rule] of group[direction].entries()) {
        for (const { peer, at } of peersAt(rule)) {
          const path = ["securityGroups", name, direction, index, field, ...at];
          yield { peer, path, isRule: true };
        }
      }
    }
  }
  for (const { group, path } of groupsOfSections(file)) yield { peer: group, path, isRule: false };
}
