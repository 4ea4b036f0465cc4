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
 * What will be replaced and how, what is unavailable meanwhile, and what cannot be undone; what
 * needs saying most comes first.
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
    consequencesOfChange(change, fields.get(change.address) ?? {}),
  );
  return [
    ...found.filter(({ kind }) => kind === "lost"),
    ...found.filter(({ kind }) => kind !== "lost"),
  ];
}

function consequencesOfChange(change: Change, fields: Fields): readonly Consequence[] {
  switch (change.address.slice(0, change.address.indexOf("/"))) {
    case "auto-scaling-group":
      return ofGroup(change, fields);
    case "load-balancer":
      return ofLoadBalancer(change);
    case "image":
      return ofImage(change);
    case "key-pair":
      return ofKeyPair(change);
    default:
      return [];
  }
}

function ofGroup(change: Change, fields: Fields): readonly Consequence[] {
  const { address, action } = change;
  const all = countOf(fields);
  if (action === "delete") {
    return [lost(`All instances of ${address} are terminated, with everything on their disks.`)];
  }
  if (action === "replace") {
    return [
      lost(
        `${all} of ${address} are terminated; nothing is served until the new ones are healthy.`,
      ),
    ];
  }
  const newTemplate = change.fields.some(({ path }) => path.split(".")[0] === "launchTemplate");
  if (action !== "update" || !newTemplate) return [];
  return [service(`${all} of ${address} are replaced, ${how(recordOf(fields["rollout"]))}`)];
}

function how(rollout: Fields): string {
  const { minHealthy, maxHealthy, rollback } = rollout;
  if (typeof minHealthy !== "number" || typeof maxHealthy !== "number") {
    return "a few at a time, as the file's rollout says.";
  }
  const order =
    minHealthy >= 100
      ? "each only after its successor is in service: all capacity stays"
      : minHealthy <= 0
        ? "all of them at once: nothing is served meanwhile"
        : `a few at a time: at least ${minHealthy} % of the capacity stays in service`;
  const most = maxHealthy > 100 ? `, and up to ${maxHealthy} % run meanwhile` : "";
  const back =
    rollback === true
      ? " If the new ones do not get healthy, the group goes back to what it runs now."
      : " If the new ones do not get healthy, the group stays half way: the file turns the rollback off.";
  return `${order}${most}.${back}`;
}

function countOf(fields: Fields): string {
  const { desired, min } = fields;
  const count = typeof desired === "number" ? desired : min;
  if (typeof count !== "number") return "All instances";
  // Without a wish of its own the group may have grown since.
  const atLeast = typeof desired === "number" ? "" : "at least ";
  return count === 1 ? `The ${atLeast}one instance` : `All ${atLeast}${plural(count, "instance")}`;
}

function ofLoadBalancer({ address, action }: Change): readonly Consequence[] {
  if (action === "delete") {
    return [lost(`${address} goes, and its URL with it: a new one gets another name.`)];
  }
  if (action !== "replace") return [];
  return [service(`${address} is made anew, so the URL changes; the old one stops answering.`)];
}

function ofImage({ address, action, id }: Change): readonly Consequence[] {
  const which = id === undefined ? address : id;
  if (action === "delete") {
    return [lost(`Image ${which} and its snapshots are deleted: no way back to it.`)];
  }
  return [];
}

function ofKeyPair({ address, action }: Change): readonly Consequence[] {
  if (action === "delete" || action === "replace") {
    return [
      service(
        `Servers started from then on no longer take the key of ${address} that is there now.`,
      ),
    ];
  }
  return [];
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
