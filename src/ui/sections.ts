import type { Change } from "../engine/plan-format.ts";

/** The section of the stack file that a resource comes from, by the first half of its address. */
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
 * Changes by section of the stack file. Changes come in the order of the graph, so a section stands
 * where its first change does.
 */
export function sectionsOf(changes: readonly Change[]): readonly Section[] {
  const bySection = Map.groupBy(changes, ({ address }) => sectionOf(address));
  return [...bySection].map(([name, members]) => ({ name, changes: members }));
}

function sectionOf(address: string): string {
  const type = address.slice(0, address.indexOf("/"));
  return SECTIONS[type] ?? type;
}
