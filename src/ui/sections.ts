import type { Change } from "../engine/plan-format.ts";

/** The section of the stack file of a resource, by the first half of its address. */
const SECTIONS: Readonly<Record<string, string>> = {
  "key-pair": "keyPair",
  "security-group": "securityGroups",
  image: "image",
  "load-balancer": "loadBalancer",
  "launch-template": "scaling",
  "auto-scaling-group": "scaling",
};

export interface Section {
  readonly name: string;
  readonly changes: readonly Change[];
}

/**
 * Groups changes by section of the stack file. Changes have the order of the graph, so the position of a
 * section is that of its first change.
 */
export function sectionsOf(changes: readonly Change[]): readonly Section[] {
  const bySection = Map.groupBy(changes, ({ address }) => sectionOf(address));
  return [...bySection].map(([name, members]) => ({ name, changes: members }));
}

function sectionOf(address: string): string {
  const type = address.slice(0, address.indexOf("/"));
  return SECTIONS[type] ?? type;
}
