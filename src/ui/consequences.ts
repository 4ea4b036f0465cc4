import type { Change, PlanDocument } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { plural } from "./text.ts";

/** What a plan does to those who use the stack, beyond the resources it names. */
export interface Consequence {
  /** `lost`: cannot be undone. `service`: what is unavailable, or replaced under way. */
  readonly kind: "lost" | "service";
  readonly text: string;
}

/**
 * What will be replaced and how, what is unavailable meanwhile or by now, and what cannot be undone;
 * what needs saying most comes first.
 *
 * @param desired The wanted resources, where they are known: they tell how many instances a group has
 *   and how it rolls out.
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
      return [lost(`${change.address} is terminated, with everything on its disks.`)];
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

/** As the file says, and not well yet: an apply changes nothing of it, and waits. */
function ofWaiting({ address, because }: Change, { steps }: PlanDocument): readonly Consequence[] {
  if (!steps.some((step) => step.address === address && step.verb === "update")) return [];
  return [service(`${address} is not healthy yet (${because}): an apply waits until it is.`)];
}

function ofGroup(change: Change, fields: Fields, document: PlanDocument): readonly Consequence[] {
  const { address, action } = change;
  if (action === "delete") {
    return [lost(`All instances of ${address} are terminated, with everything on their disks.`)];
  }
  const all = instancesOf(fields);
  if (action === "replace") {
    if (!isDeletedFirst(change, document)) {
      return [
        lost(
          `${all.words} of ${address} ${all.are} terminated, with everything on the disks, once the new group's are healthy.`,
        ),
      ];
    }
    return [
      lost(
        `${all.words} of ${address} ${all.are} terminated; nothing is served until the new ones are healthy.`,
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
  // Some may be of the wanted version already; and of several versions there is none to go back to.
  const mixed = newTemplate.some(
    ({ path, before }) => isOtherSource(path) || / and /.test(String(before)),
  );
  // What is set apart is told by a warning, as only the live group shows it.
  const spared = document.problems.some(
    (problem) => problem.address === address && /\bi-[0-9a-f]{8,17}\b/.test(problem.summary),
  )
    ? " But the servers that a warning names stay as they are."
    : "";
  const replaced = mixed
    ? `Instances of ${address} that run something else are replaced, ${how(rollout, "are")}`
    : `${all.words} of ${address} ${all.are} replaced, ${how(rollout, all.are)}${orBack(rollout)}`;
  // What is replaced anyway goes to the new subnets.
  const leaving = mixed ? ofLeavingSubnets(change, fields) : [];
  return [...ofShrinking(change), service(`${replaced}${spared}`), ...leaving];
}

/**
 * Auto Scaling evens out zones, not subnets: which of the two a left subnet means depends on the zones
 * of both, which a plan does not show.
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
      `Instances of ${change.address} in ${left.join(" and ")} are replaced by others elsewhere. Where the group stays in the zone of a subnet that it leaves, or does not rebalance zones, all its instances are replaced, ${how(rollout, "are")}`,
    ),
  ];
}

/** What the group launches from in place of its template alone. */
function isOtherSource(path: string): boolean {
  return path === "mixedInstancesPolicy" || path === "launchConfiguration";
}

function isDeletedFirst({ address }: Change, { steps }: PlanDocument): boolean {
  const create = steps.find((step) => step.verb === "create" && step.address === address);
  const deletes = steps.filter((step) => step.verb === "delete" && step.address === address);
  return deletes.some(({ key }) => create?.after.includes(key));
}

/** New tags of a launch template make no version of it: the group goes on with the one that it runs. */
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

/** Fewer instances: which ones go is decided by AWS. */
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
        `${plural(desired.gone, "instance")} of ${address} ${are} terminated, with everything on the disks; ${desired.after} stay${desired.after === 1 ? "s" : ""}.`,
      ),
    ];
  }
  const most = fewer("max");
  if (most === undefined) return [];
  return [
    service(
      `Instances of ${address} beyond ${most.after} are terminated, with everything on their disks.`,
    ),
  ];
}

function how(rollout: Fields, are: "is" | "are"): string {
  if (!isKnown(rollout)) return "a few at a time, as the file's rollout says.";
  const { minHealthy, maxHealthy } = rollout;
  const each = are === "is" ? "" : "each ";
  const order =
    minHealthy >= 100
      ? `${each}only after its successor is in service: all capacity stays`
      : minHealthy <= 0
        ? "all of them at once: nothing is served meanwhile"
        : `a few at a time: at least ${minHealthy} % of the capacity stays in service`;
  const most = maxHealthy > 100 ? `, and up to ${maxHealthy} % run meanwhile` : "";
  return `${order}${most}.`;
}

/** What comes of a rollout that fails. */
function orBack(rollout: Fields): string {
  if (!isKnown(rollout)) return "";
  return rollout["rollback"] === true
    ? " If the new ones do not get healthy, the group goes back to what it runs now."
    : " If the new ones do not get healthy, the group stays half way: the file turns the rollback off.";
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
    // Without a wish of its own the group may have grown since.
    const least = typeof min === "number" && min > 0 ? ` (at least ${min})` : "";
    return { words: `All instances${least}`, are: "are" };
  }
  if (desired === 1) return { words: "The one instance", are: "is" };
  return { words: desired === 2 ? "Both instances" : `All ${desired} instances`, are: "are" };
}

function ofLoadBalancer({ address, action }: Change): readonly Consequence[] {
  if (action === "delete") {
    return [lost(`${address} goes, and its URL with it: a new one gets another name.`)];
  }
  if (action !== "replace") return [];
  return [service(`${address} is made anew, so the URL changes; the old one stops answering.`)];
}

function ofImage(change: Change, { steps }: PlanDocument): readonly Consequence[] {
  const { address, action, id } = change;
  // What an interrupted build left, a builder or snapshots, is no image that anybody could go back to.
  if (id === undefined || !id.startsWith("ami-")) return [];
  const goes =
    action === "delete" ||
    (action === "replace" && steps.some(({ key }) => key === `delete ${address} ${id}`));
  if (!goes) return [];
  return [lost(`Image ${id} and its snapshots are deleted: no way back to it.`)];
}

function ofKeyPair(change: Change, { changes }: PlanDocument): readonly Consequence[] {
  const { address, action } = change;
  if (action === "replace") {
    return [service(`New servers take the new key of ${address}, and no longer the one of now.`)];
  }
  if (action !== "delete") return [];
  const stays = (type: string) =>
    changes.some((other) => typeOf(other) === type && other.action !== "delete");
  // Another key of the stack stays, or no server does that could want one.
  if (stays("key-pair") || !stays("auto-scaling-group")) return [];
  return [service(`${address} goes: new servers take no key, so nobody can log in to them.`)];
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
