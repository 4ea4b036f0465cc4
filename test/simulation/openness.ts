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

/** Ways in to the stack's groups that no file asks for. `names` are the files' names of groups, by id. */
export function openings(
  groups: ReadonlyMap<string, object>,
  stack: string,
  names: ReadonlyMap<string, string>,
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
            (rule.source.cidr === from || names.get(rule.source.id ?? "") === from),
        ),
      );
      if (!asked) found.push(`${address} ${JSON.stringify(rule)}`);
    }
  }
  return found;
}

/** As the stack's files call its groups, by id; another stack's may have the same names. */
export function namesOfGroups(
  groups: ReadonlyMap<string, object>,
  stack: string,
): readonly (readonly [string, string])[] {
  return [...groups].flatMap(([id, group]) => {
    const name = /^security-group\/(.*)$/.exec(addressOf(group))?.[1];
    return name === undefined || tagOf(group, "reconcile:stack") !== stack ? [] : [[id, name]];
  });
}

interface Records {
  readonly groups: ReadonlyMap<string, object>;
  readonly instances: ReadonlyMap<string, object>;
  readonly balancers: ReadonlyMap<string, object>;
}

/**
 * The stack's instances and load balancers that stand behind other groups than a file says, and
 * those that somebody can log in to though no file asks for a key.
 */
export function exposures(
  { groups, instances, balancers }: Records,
  stack: string,
  names: ReadonlyMap<string, string>,
  files: readonly StackFile[],
): string[] {
  const found: string[] = [];
  const own = (records: ReadonlyMap<string, object>) =>
    [...records].filter(([, record]) => tagOf(record, "reconcile:stack") === stack);
  const demand = (what: string, ids: unknown, allowed: (group: object) => boolean) => {
    for (const id of ids as readonly string[]) {
      const group = groups.get(id);
      if (group !== undefined && !allowed(group)) found.push(`${what} stands behind ${id}`);
    }
  };
  const asks = (lists: readonly (readonly string[] | undefined)[]) => (group: object) => {
    const name = names.get(String(Reflect.get(group, "id")));
    if (name !== undefined) return lists.some((list) => list?.includes(name));
    // Where the file names no group, AWS takes the network's default one.
    return lists.some((list) => list === undefined) && Reflect.get(group, "name") === "default";
  };
  for (const [id, instance] of own(instances)) {
    if (Reflect.get(instance, "state") === "terminated") continue;
    const address = tagOf(instance, "reconcile:name");
    if (address === undefined) continue; // a person took it off
    const builds = address.startsWith("image/");
    const what = `${address} (${id})`;
    demand(
      what,
      Reflect.get(instance, "groupIds"),
      builds
        ? (group) => addressOf(group) === address
        : asks(files.map(({ scaling }) => scaling.securityGroups)),
    );
    const key: unknown = Reflect.get(instance, "keyName");
    if (key !== undefined && (builds || files.every(({ keyPair }) => keyPair === undefined))) {
      found.push(`${what} lets in whoever has the key ${key}`);
    }
  }
  const balanced = files.flatMap(({ loadBalancer }) => loadBalancer ?? []);
  for (const [id, balancer] of own(balancers)) {
    const asked = asks(balanced.map(({ securityGroups }) => securityGroups));
    demand(`the load balancer ${id}`, Reflect.get(balancer, "securityGroups"), asked);
  }
  return found;
}
