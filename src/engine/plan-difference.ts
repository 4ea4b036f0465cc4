import type { Change, PlanDocument, Step } from "./plan-format.ts";
import { canonicalJson } from "./values.ts";

/**
 * The differences between a saved plan and a plan that is made now, in words. Empty if they are the same, field
 * for field. Problems are not compared, because a warning may no longer apply.
 */
export function planDifference(saved: PlanDocument, now: PlanDocument): readonly string[] {
  const whole = (["stack", "region", "account"] as const)
    .filter((key) => saved[key] !== now[key])
    .map((key) => `${key}: ${saved[key]} in the saved plan, ${now[key]} now`);
  const changes = changeDifferences(saved.changes, now.changes);
  const rest =
    canonicalJson({ ...saved, problems: [] }) === canonicalJson({ ...now, problems: [] })
      ? []
      : stepDifferences(saved.steps, now.steps);
  return [...whole, ...changes, ...(changes.length === 0 && whole.length === 0 ? rest : [])];
}

function changeDifferences(saved: readonly Change[], now: readonly Change[]): readonly string[] {
  const before = byKey(saved);
  const after = byKey(now);
  const different = [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => canonicalJson(before.get(key)) !== canonicalJson(after.get(key)))
    .map((key) => {
      const [was, is] = [before.get(key) ?? [], after.get(key) ?? []];
      const address = (was[0] ?? is[0])?.address ?? key;
      const fields = fieldDifferences(was, is);
      if (fields.length > 0) return `${address}: ${fields.join(", ")}`;
      return `${address}: ${say(was)} in the saved plan, ${say(is)} now`;
    });
  if (different.length > 0 || canonicalJson(saved) === canonicalJson(now)) return different;
  return ["the order of the changes differs"];
}

/** Two changes share a key only if somebody edited the file. */
function byKey(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  return Map.groupBy(
    changes,
    (change) => `${change.address} ${change.action === "delete" ? change.id : ""}`,
  );
}

/** The fields that differ, if everything else in the two changes is the same. */
function fieldDifferences(was: readonly Change[], is: readonly Change[]): readonly string[] {
  const [one, other] = [was[0], is[0]];
  if (one === undefined || other === undefined || was.length + is.length > 2) return [];
  if (canonicalJson({ ...one, fields: [] }) !== canonicalJson({ ...other, fields: [] })) return [];
  const paths = [...one.fields, ...other.fields].map(({ path }) => path);
  return [...new Set(paths)]
    .filter((path) => canonicalJson(at(one, path)) !== canonicalJson(at(other, path)))
    .map((path) => `${path} differs from the saved plan`);
}

function at({ fields }: Change, path: string): Change["fields"] {
  return fields.filter((field) => field.path === path);
}

function stepDifferences(saved: readonly Step[], now: readonly Step[]): readonly string[] {
  return canonicalJson(saved) === canonicalJson(now)
    ? ["the summary differs"]
    : ["the steps, or their order, differ"];
}

function say([change, ...more]: readonly Change[]): string {
  if (change === undefined) return "no change";
  const id = change.id === undefined ? "" : ` ${change.id}`;
  // The document's `keep` is "unchanged" wherever a person reads.
  const action = change.action === "keep" ? "unchanged" : change.action;
  return `${action}${id} (${change.because})${more.length === 0 ? "" : ", and others"}`;
}
