import { createHash } from "node:crypto";
import { UserError } from "./errors.ts";
import type { PlannedWork } from "./plan.ts";
import type { Change } from "./plan-format.ts";
import { type FieldsOfTypes, isPlannedWork, unknownTypes } from "./plan-shape.ts";
import { canonicalJson, isPlainObject } from "./values.ts";

/** Of what is saved; 1 had no sum. */
const FORMAT = 2;

/**
 * What `plan --out` writes. It holds all wanted fields, user data with its files and commands too: keep the
 * file private. Its sum tells a file that was cut off, merged or edited from the one that was looked at;
 * it is no signature, since whoever can write the file can write the sum.
 */
export function serializePlan(planned: PlannedWork): string {
  const saved = partsOf(planned);
  return `${JSON.stringify({ savedPlan: FORMAT, sha256: sumOf(saved), ...saved }, undefined, 1)}\n`;
}

/**
 * Reads what `serializePlan` wrote.
 *
 * @param types The fields of every type of resource that there is.
 * @throws UserError when the text is not a saved plan of this format, whatever else it is.
 */
export function parseSavedPlan(text: string, file: string, types: FieldsOfTypes): PlannedWork {
  const remedy = AGAIN;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not a saved plan: it is not JSON`, { remedy, cause });
  }
  if (!isPlainObject(value) || value["savedPlan"] === undefined) {
    throw new UserError(`${file} is not a saved plan`, { remedy });
  }
  const { savedPlan, sha256, document, desired, live } = value;
  const saved = { document, desired, live };
  if (savedPlan !== FORMAT) {
    throw new UserError(`${file} was saved by another version of reconcile`, { remedy });
  }
  const sum = sumOf(saved);
  if (sum === undefined || sum !== sha256) {
    throw new UserError(
      `${file} is a damaged saved plan: it is not what was saved, which its SHA-256 sum tells`,
      { remedy },
    );
  }
  if (!isPlannedWork(saved)) throw damagedPlan(file);
  const [unknown] = unknownTypes(saved, types);
  if (unknown !== undefined) {
    throw new UserError(`${file} was saved by another version of reconcile: ${unknown}`, {
      remedy,
    });
  }
  return saved;
}

const AGAIN = "make it again with: reconcile plan --out";

/** For a plan whose insides are none, whatever its sum says. */
export function damagedPlan(file: string, cause?: unknown): UserError {
  return new UserError(`${file} is a damaged saved plan`, { remedy: AGAIN, cause });
}

function partsOf({ document, desired, live }: PlannedWork): PlannedWork {
  return { document, desired, live };
}

/** Undefined for what nests deeper than can be followed, which no plan does. */
function sumOf(saved: Readonly<Record<keyof PlannedWork, unknown>>): string | undefined {
  try {
    return createHash("sha256").update(JSON.stringify(saved)).digest("hex");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
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
  if (change === undefined) return "not planned";
  return `${change.action} (${change.because})`;
}
