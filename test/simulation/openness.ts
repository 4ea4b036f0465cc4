import { addressOf, tagOf } from "./description.ts";
import { usualRange } from "./network-files.ts";
import { ownNetworkOf } from "./networks.ts";
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

/** Ways in to the stack's groups that no file asks for. `addresses` of all groups that ever were the stack's, by id. */
export function openings(
  groups: ReadonlyMap<string, object>,
  stack: string,
  addresses: ReadonlyMap<string, string>,
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
            (rule.source.cidr === from ||
              addresses.get(rule.source.id ?? "") === `security-group/${from}`),
        ),
      );
      if (!asked && !isForEndpoints(name, rule, files)) {
        found.push(`${address} ${JSON.stringify(rule)}`);
      }
    }
  }
  return found;
}

/** The way from a network of the stack's own to its interface endpoints, which have a group of their own. */
function isForEndpoints(
  name: string,
  { source, ...rule }: Rule,
  files: readonly StackFile[],
): boolean {
  const isHttps = rule.protocol === "tcp" && rule.fromPort === 443 && rule.toPort === 443;
  const isAsked = files.some((file) => ownNetworkOf(file)?.endpoints?.includes("ssm"));
  return name === "vpc-endpoints" && isAsked && isHttps && source.cidr === usualRange;
}

/**
 * The ways in, by group, that every file asks for and that are there: none of them may be away for a
 * moment, whatever else changes.
 */
export function waysIn(
  groups: ReadonlyMap<string, object>,
  stack: string,
  files: readonly StackFile[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [id, group] of groups) {
    if (tagOf(group, "reconcile:stack") !== stack) continue;
    const name = addressOf(group).replace(/^security-group\//, "");
    for (const { egress, fromPort, toPort, source } of rulesOf(group)) {
      const asked = files.every((file) =>
        file.securityGroups?.[name]?.ingress.some(
          ({ port, from }) => fromPort === port && toPort === port && source.cidr === from,
        ),
      );
      if (!egress && asked) found.add(`${id} port ${fromPort} from ${source.cidr}`);
    }
  }
  return found;
}

/** What the stack's groups are, by id; another stack's may have the same addresses. */
export function addressesOfGroups(
  groups: ReadonlyMap<string, object>,
  stack: string,
): readonly (readonly [string, string])[] {
  return [...groups].flatMap(([id, group]) => {
    const address = tagOf(group, "reconcile:name");
    return address === undefined || tagOf(group, "reconcile:stack") !== stack
      ? []
      : [[id, address]];
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
  addresses: ReadonlyMap<string, string>,
  files: readonly StackFile[],
): string[] {
  const found: string[] = [];
  const own = (records: ReadonlyMap<string, object>) =>
    [...records].filter(([, record]) => tagOf(record, "reconcile:stack") === stack);
  const demand = (what: string, ids: unknown, allowed: (id: string) => boolean) => {
    for (const id of ids as readonly string[]) {
      if (groups.has(id) && !allowed(id)) found.push(`${what} stands behind ${id}`);
    }
  };
  const asks = (lists: readonly (readonly string[] | undefined)[]) => (id: string) => {
    const name = addresses.get(id)?.replace(/^security-group\//, "");
    if (name !== undefined) return lists.some((list) => list?.includes(name));
    // Where the file names no group, AWS takes the network's default one.
    const isDefault = Reflect.get(groups.get(id) ?? {}, "name") === "default";
    return isDefault && lists.some((list) => list === undefined);
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
        ? (group) => addresses.get(group) === address
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
