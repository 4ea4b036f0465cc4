import { addressOf, tagOf } from "./description.ts";
import type { StackFile } from "./stack-files.ts";

interface Rule {
  readonly id: string;
  readonly egress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: { readonly cidr?: string; readonly id?: string };
}

function rulesOf(group: object): readonly Rule[] {
  return Reflect.get(group, "rules") as readonly Rule[];
}

/** Ids of the rules that there are when a person has just done something. */
export function personsRules(groups: ReadonlyMap<string, object>): string[] {
  return [...groups.values()].flatMap((group) => rulesOf(group).map(({ id }) => id));
}

/** Ways in to the stack's groups that no file asks for. */
export function openings(
  groups: ReadonlyMap<string, object>,
  stack: string,
  files: readonly StackFile[],
  excepted: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  for (const group of groups.values()) {
    if (tagOf(group, "reconcile:stack") !== stack) continue;
    const address = addressOf(group);
    const name = address.replace(/^security-group\//, "");
    for (const rule of rulesOf(group)) {
      if (rule.egress || excepted.has(rule.id)) continue;
      const asked = files.some((file) =>
        file.securityGroups?.[name]?.ingress.some(
          ({ port, from }) =>
            rule.protocol === "tcp" &&
            rule.fromPort === port &&
            rule.toPort === port &&
            (rule.source.cidr === from || sourceName(groups, rule) === from),
        ),
      );
      if (!asked) found.push(`${address} ${JSON.stringify(rule)}`);
    }
  }
  return found;
}

function sourceName(groups: ReadonlyMap<string, object>, { source }: Rule): string | undefined {
  const group = groups.get(source.id ?? "");
  return group && addressOf(group).replace(/^security-group\//, "");
}
