import type { Change, PlanDocument } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { plural } from "./text.ts";

/** What a plan does to the users of the stack, beyond the resources that it names. */
export interface Consequence {
  /** `lost`: cannot be undone. `service`: something is unavailable or replaced during the update. */
  readonly kind: "lost" | "service";
  readonly text: string;
}

/**
 * What a plan replaces and how, what is unavailable during the update, and what cannot be undone. Losses
 * come first.
 *
 * @param desired The desired resources, if known. They give a group's capacity and its rollout settings.
 */
export function consequencesOf(
  document: PlanDocument,
  desired: readonly DesiredResource[] = [],
): readonly Consequence[] {
  const fields = new Map(desired.map((resource) => [resource.address, recordOf(resource.fields)]));
  const found = document.changes.flatMap((change) =>
    consequencesOfChange(change, fields.get(change.address) ?? {}, document),
  );
  return [
    ...found.filter(({ kind }) => kind === "lost"),
    ...found.filter(({ kind }) => kind !== "lost"),
  ];
}

function consequencesOfChange(
  change: Change,
  fields: Fields,
  document: PlanDocument,
): readonly Consequence[] {
  if (change.action === "keep") return ofWaiting(change, document);
  switch (typeOf(change)) {
    case "auto-scaling-group":
      return ofGroup(change, fields, document);
    case "instance":
      return [lost(`${change.address} is terminated, and everything on its disks is lost.`)];
    case "load-balancer":
      return ofLoadBalancer(change);
    case "image":
      return ofImage(change, document);
    case "key-pair":
      return ofKeyPair(change, document);
    default:
      return [];
  }
}

/** A resource that matches the stack file and is not healthy yet. An apply changes nothing and waits. */
function ofWaiting({ address, because }: Change, { steps }: PlanDocument): readonly Consequence[] {
  if (!steps.some((step) => step.address === address && step.verb === "update")) return [];
  return [service(`${address} is not healthy yet (${because}). An apply waits until it is.`)];
}

function ofGroup(change: Change, fields: Fields, document: PlanDocument): readonly Consequence[] {
  const { address, action } = change;
  if (action === "delete") {
    return [
      lost(`All instances of ${address} are terminated, and everything on their disks is lost.`),
    ];
  }
  const all = instancesOf(fields);
  if (action === "replace") {
    if (!isDeletedFirst(change, document)) {
      return [
        lost(
          `${all.words} of ${address} ${all.are} terminated once the instances of the new group are healthy. Everything on the disks is lost.`,
        ),
      ];
    }
    return [
      lost(
        `${all.words} of ${address} ${all.are} terminated before the new group is created. The service is down until the new instances are healthy.`,
      ),
    ];
  }
  if (action !== "update") return [];
  const newTemplate = change.fields.filter(
    ({ path, known }) =>
      isOtherSource(path) ||
      (head(path) === "launchTemplate" && (known || !onlyTagsDiffer(document))),
  );
  if (newTemplate.length === 0)
    return [...ofShrinking(change), ...ofLeavingSubnets(change, fields)];
  const rollout = recordOf(fields["rollout"]);
  // Some may run the new version already. A group of several versions has none to roll back to.
  const mixed = newTemplate.some(
    ({ path, before }) => isOtherSource(path) || / and /.test(String(before)),
  );
  // Only the live group shows which servers a rollout skips, so a warning names them.
  const spared = document.problems.some(
    (problem) => problem.address === address && /\bi-[0-9a-f]{8,17}\b/.test(problem.summary),
  )
    ? " Servers that a warning names are not replaced."
    : "";
  const replaced = mixed
    ? `Instances of ${address} that run another version are replaced, ${how(rollout, "are")}`
    : `${all.words} of ${address} ${all.are} replaced, ${how(rollout, all.are)}${orBack(rollout)}`;
  // Replaced instances start in the new subnets anyway.
  const leaving = mixed ? ofLeavingSubnets(change, fields) : [];
  return [...ofShrinking(change), service(`${replaced}${spared}`), ...leaving];
}

/**
 * Auto Scaling balances zones, not subnets. A plan does not show the zones of the subnets, so it cannot tell
 * whether some instances are replaced or all of them.
 */
function ofLeavingSubnets(change: Change, fields: Fields): readonly Consequence[] {
  const subnets = change.fields.find(({ path }) => path === "subnets");
  if (subnets === undefined) return [];
  const { before, after } = subnets;
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const left: readonly unknown[] = before.filter((subnet) => !after.includes(subnet));
  if (left.length === 0) return [];
  const rollout = recordOf(fields["rollout"]);
  return [
    service(
      `Instances of ${change.address} in ${left.join(" and ")} are replaced by instances in other subnets. If the group keeps using the zone of a removed subnet, or does not rebalance zones, all its instances are replaced, ${how(rollout, "are")}`,
    ),
  ];
}

/** A field that names another launch source than the launch template alone. */
function isOtherSource(path: string): boolean {
  return path === "mixedInstancesPolicy" || path === "launchConfiguration";
}

function isDeletedFirst({ address }: Change, { steps }: PlanDocument): boolean {
  const create = steps.find((step) => step.verb === "create" && step.address === address);
  const deletes = steps.filter((step) => step.verb === "delete" && step.address === address);
  return deletes.some(({ key }) => create?.after.includes(key));
}

/** New tags of a launch template create no version. The group keeps its current one. */
function onlyTagsDiffer({ changes }: PlanDocument): boolean {
  const templates = changes.filter(
    (change) => typeOf(change) === "launch-template" && change.action !== "keep",
  );
  return (
    templates.length > 0 &&
    templates.every(
      ({ action, fields }) =>
        action === "update" && fields.every(({ path }) => head(path) === "tags"),
    )
  );
}

function head(path: string): string {
  return path.split(".")[0] ?? path;
}

/** A smaller group. AWS decides which instances it terminates. */
function ofShrinking({ address, fields }: Change): readonly Consequence[] {
  const fewer = (name: string) => {
    const { before, after } = fields.find(({ path }) => path === name) ?? {};
    return typeof before === "number" && typeof after === "number" && after < before
      ? { after, gone: before - after }
      : undefined;
  };
  const desired = fewer("desired");
  if (desired !== undefined) {
    const are = desired.gone === 1 ? "is" : "are";
    return [
      service(
        `${plural(desired.gone, "instance")} of ${address} ${are} terminated, and everything on the disks is lost. ${desired.after} remain${desired.after === 1 ? "s" : ""}.`,
      ),
    ];
  }
  const most = fewer("max");
  if (most === undefined) return [];
  return [
    service(
      `Instances of ${address} beyond ${most.after} are terminated, and everything on their disks is lost.`,
    ),
  ];
}

function how(rollout: Fields, are: "is" | "are"): string {
  if (!isKnown(rollout))
    return "a few at a time, as the rollout settings of the stack file define.";
  const { minHealthy, maxHealthy } = rollout;
  const each = are === "is" ? "" : "each ";
  const order =
    minHealthy >= 100
      ? `${each}only after its successor is in service. Full capacity stays in service.`
      : minHealthy <= 0
        ? "all at once. The service is down during the update."
        : `a few at a time. At least ${minHealthy} % of the capacity stays in service.`;
  const most =
    maxHealthy > 100 ? ` During the update, up to ${maxHealthy} % of the capacity runs.` : "";
  return `${order}${most}`;
}

/** What the group does if the rollout fails. */
function orBack(rollout: Fields): string {
  if (!isKnown(rollout)) return "";
  return rollout["rollback"] === true
    ? " If the new instances do not become healthy, the group rolls back to its current version."
    : " If the new instances do not become healthy, the rollout stops halfway: the stack file turns rollback off.";
}

function isKnown(
  rollout: Fields,
): rollout is Fields & { readonly minHealthy: number; readonly maxHealthy: number } {
  return typeof rollout["minHealthy"] === "number" && typeof rollout["maxHealthy"] === "number";
}

/** All instances of a group, as the subject of a sentence. */
function instancesOf(fields: Fields): { readonly words: string; readonly are: "is" | "are" } {
  const { desired, min } = fields;
  if (typeof desired !== "number") {
    // Without a desired capacity in the stack file, the group may have grown.
    const least = typeof min === "number" && min > 0 ? ` (at least ${min})` : "";
    return { words: `All instances${least}`, are: "are" };
  }
  if (desired === 1) return { words: "The one instance", are: "is" };
  return { words: desired === 2 ? "Both instances" : `All ${desired} instances`, are: "are" };
}

function ofLoadBalancer({ address, action }: Change): readonly Consequence[] {
  if (action === "delete") {
    return [
      lost(`${address} is deleted, and its URL with it. A new load balancer gets another URL.`),
    ];
  }
  if (action !== "replace") return [];
  return [service(`${address} is replaced, so the URL changes. The current URL stops working.`)];
}

function ofImage(change: Change, { steps }: PlanDocument): readonly Consequence[] {
  const { address, action, id } = change;
  // An interrupted build leaves a builder or snapshots. Nobody can roll back to those.
  if (id === undefined || !id.startsWith("ami-")) return [];
  const goes =
    action === "delete" ||
    (action === "replace" && steps.some(({ key }) => key === `delete ${address} ${id}`));
  if (!goes) return [];
  return [lost(`Image ${id} and its snapshots are deleted, so you cannot roll back to it.`)];
}

function ofKeyPair(change: Change, { changes }: PlanDocument): readonly Consequence[] {
  const { address, action } = change;
  if (action === "replace") {
    return [
      service(`New servers use the new key of ${address}; running servers keep the current one.`),
    ];
  }
  if (action !== "delete") return [];
  const stays = (type: string) =>
    changes.some((other) => typeOf(other) === type && other.action !== "delete");
  // The stack keeps another key, or it has no servers.
  if (stays("key-pair") || !stays("auto-scaling-group")) return [];
  return [service(`${address} is deleted. New servers get no key, so nobody can log in to them.`)];
}

function typeOf({ address }: Change): string {
  return address.slice(0, address.indexOf("/"));
}

function lost(text: string): Consequence {
  return { kind: "lost", text: `${text} This cannot be undone.` };
}

function service(text: string): Consequence {
  return { kind: "service", text };
}

type Fields = Readonly<Record<string, unknown>>;

function recordOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
