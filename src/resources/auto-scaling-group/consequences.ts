import { typeOf } from "../../engine/address.ts";
import type { DesiredFields } from "../../engine/desired.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { Several } from "../../engine/worded.ts";
import { lost, service } from "../shared/consequence.ts";
import { demandConsequences } from "./demand-consequences.ts";
import type { AutoScalingGroupFields, Rollout } from "./fields.ts";
import { knownRollout } from "./known-rollout.ts";

type Wanted = DesiredFields<AutoScalingGroupFields> | undefined;

/** Which instances a change terminates or replaces, in which order, and how much capacity stays. */
export function consequences(
  change: Change,
  document: PlanDocument,
  fields: Wanted,
  live: readonly Live[] = [],
): readonly Consequence[] {
  const { address, action } = change;
  const demand = action === "delete" ? [] : demandConsequences(change, fields);
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
          `${all.words} of ${address} ${all.are} terminated once the instances of the new group are healthy, also those that are protected from scale-in. Everything on the disks is lost.`,
        ),
        service(
          `The new group has none of the scaling policies, scheduled actions, lifecycle hooks and notifications that somebody gave to the old one. It has those of the stack file.`,
        ),
        ...demand,
      ];
    }
    return [
      lost(
        `${all.words} of ${address} ${all.are} terminated before the new group is created. The service is down until the new instances are healthy.`,
      ),
      ...demand,
    ];
  }
  if (action !== "update") return demand;
  const shrinking = ofShrinking(change, live);
  const newTemplate = change.fields.filter(
    ({ path, known }) =>
      isOtherSource(path) ||
      (head(path) === "launchTemplate" && (known || !onlyTagsDiffer(document))),
  );
  if (newTemplate.length === 0)
    return [...shrinking, ...demand, ...ofLeavingSubnets(change, fields)];
  const rollout = knownRollout(fields);
  // Some may run the new version already. A group of several versions has none to roll back to.
  const mixed = newTemplate.some(
    ({ path, before }) => isOtherSource(path) || before instanceof Several,
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
  return [...shrinking, ...demand, service(`${replaced}${spared}`), ...leaving];
}

/**
 * Auto Scaling balances zones, not subnets. A plan does not show the zones of the subnets, so it cannot tell
 * whether some instances are replaced or all of them.
 */
function ofLeavingSubnets(change: Change, fields: Wanted): readonly Consequence[] {
  const subnets = change.fields.find(({ path }) => path === "subnets");
  if (subnets === undefined) return [];
  const { before, after } = subnets;
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const left: readonly unknown[] = before.filter((subnet: unknown) => !after.includes(subnet));
  if (left.length === 0) return [];
  const rollout = knownRollout(fields);
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
    (change) => typeOf(change.address) === "launch-template" && change.action !== "keep",
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
function ofShrinking(
  { address, fields, id }: Change,
  live: readonly Live[],
): readonly Consequence[] {
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
        `${desired.gone} ${desired.gone === 1 ? "instance" : "instances"} of ${address} ${are} terminated, and everything on the disks is lost. ${desired.after} remain${desired.after === 1 ? "s" : ""}.`,
      ),
    ];
  }
  const most = fewer("max");
  const capacity = (live.find((each) => each.id === id)?.fields as Partial<AutoScalingGroupFields>)
    ?.desired;
  if (most === undefined || typeof capacity !== "number" || capacity <= most.after) return [];
  const gone = capacity - most.after;
  return [
    service(
      `${address} has ${capacity} instances, and its new maximum is ${most.after}: ${gone} ${gone === 1 ? "is" : "are"} terminated at once, and everything on the disks is lost. To keep them, write max: ${capacity} in the stack file.`,
    ),
  ];
}

function how(rollout: Rollout | undefined, are: "is" | "are"): string {
  if (rollout === undefined)
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
function orBack(rollout: Rollout | undefined): string {
  if (rollout === undefined) return "";
  return rollout.rollback
    ? " If the new instances do not become healthy, the group rolls back to its current version."
    : " If the new instances do not become healthy, the rollout stops halfway: the stack file turns rollback off.";
}

/** All instances of a group, as the subject of a sentence. */
function instancesOf(fields: Wanted): { readonly words: string; readonly are: "is" | "are" } {
  const { desired, min } = fields ?? {};
  if (typeof desired !== "number") {
    // Without a desired capacity in the stack file, the group may have grown.
    const least = typeof min === "number" && min > 0 ? ` (at least ${min})` : "";
    return { words: `All instances${least}`, are: "are" };
  }
  if (desired === 1) return { words: "The one instance", are: "is" };
  return { words: desired === 2 ? "Both instances" : `All ${desired} instances`, are: "are" };
}
