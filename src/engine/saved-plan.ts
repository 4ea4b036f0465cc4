import { UserError } from "./errors.ts";
import type { PlannedWork } from "./plan.ts";
import type { Change, PlanDocument } from "./plan-format.ts";
import type { DesiredResource, Live } from "./resource.ts";
import { canonicalJson, isPlainObject } from "./values.ts";

/** What `plan --out` writes. It holds all wanted fields, user data with its files and commands too: keep the file private. */
export function serializePlan(planned: PlannedWork): string {
  const { document, desired, live } = planned;
  return `${JSON.stringify({ savedPlan: 1, document, desired, live }, undefined, 1)}\n`;
}

/**
 * Reads what `serializePlan` wrote.
 *
 * @throws UserError when the text is not a saved plan of this format.
 */
export function parseSavedPlan(text: string, file: string): PlannedWork {
  const remedy = "make it again with: reconcile plan --out";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not a saved plan: it is not JSON`, { remedy, cause });
  }
  if (!isPlainObject(value) || value["savedPlan"] === undefined) {
    throw new UserError(`${file} is not a saved plan`, { remedy });
  }
  const { savedPlan, document, desired, live } = value;
  if (savedPlan !== 1) {
    throw new UserError(`${file} was saved by another version of reconcile`, { remedy });
  }
  if (
    !isPlanDocument(document) ||
    !areAddressed<DesiredResource>(desired) ||
    !areAddressed<Live>(live) ||
    !live.every(({ notes }) => notes === undefined || areNotes(notes))
  ) {
    throw new UserError(`${file} is a damaged saved plan`, { remedy });
  }
  return { document, desired, live };
}

function isPlanDocument(value: unknown): value is PlanDocument {
  return (
    isPlainObject(value) &&
    ["stack", "region", "account"].every((name) => typeof value[name] === "string") &&
    ["changes", "steps", "problems"].every((name) => Array.isArray(value[name]))
  );
}

function areAddressed<Item extends DesiredResource | Live>(value: unknown): value is Item[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        isPlainObject(item) && typeof item["address"] === "string" && isPlainObject(item["fields"]),
    )
  );
}

function areNotes(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (note: unknown) =>
        isPlainObject(note) &&
        typeof note["summary"] === "string" &&
        typeof note["remedy"] === "string",
    )
  );
}

/** What would be done otherwise than when the plan was saved, in words; empty where nothing is. */
export function planDifference(saved: PlannedWork, now: PlannedWork): readonly string[] {
  const whole = (["stack", "region", "account"] as const)
    .filter((key) => saved.document[key] !== now.document[key])
    .map((key) => `${key}: ${saved.document[key]} then, ${now.document[key]} now`);
  const before = byKey(saved.document.changes);
  const after = byKey(now.document.changes);
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => canonicalJson(before.get(key)) !== canonicalJson(after.get(key)))
    .map((key) => {
      const address = (before.get(key) ?? after.get(key))?.address ?? key;
      return `${address}: ${say(before.get(key))} then, ${say(after.get(key))} now`;
    });
  const steps =
    canonicalJson(saved.document.steps) === canonicalJson(now.document.steps) ? [] : ["the steps"];
  return [...whole, ...changes, ...(changes.length === 0 ? steps : [])];
}

function byKey(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(
    changes.map((change) => [
      `${change.address} ${change.action === "delete" ? change.id : ""}`,
      change,
    ]),
  );
}

function say(change: Change | undefined): string {
  if (change === undefined) return "not there";
  return `${change.action} (${change.because})`;
}
