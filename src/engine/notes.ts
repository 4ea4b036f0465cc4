import type { Decision } from "./decision.ts";
import type { PlannedWork } from "./plan.ts";
import type { Change, Problem } from "./plan-format.ts";
import type { Address, Live, Note } from "./resource.ts";
import { canonicalJson } from "./values.ts";

/** The notes of live objects that a plan has to tell, by what becomes of each object. */
export function notedProblems(
  live: readonly Live[],
  changes: readonly Change[],
  decisions: ReadonlyMap<Address, Decision>,
): readonly Problem[] {
  return live.flatMap((object) => {
    const change = changes.find(
      ({ address, id }) => address === object.address && id === object.id,
    );
    const changed = decisions.get(object.address)?.changed ?? [];
    return (object.notes ?? [])
      .filter((note) => isConcerned(note, change, changed))
      .map((note) => problemOf(object.address, note));
  });
}

/** As a plan or a status tells it. */
export function problemOf(address: Address, { severity, summary, remedy }: Note): Problem {
  return { severity: severity ?? "warning", address, summary, remedy };
}

/**
 * The problems of a plan but for its objects' notes, which are to be seen again where the plan is used
 * later: what a note told may have ended since.
 */
export function withoutNotes({ document, live }: PlannedWork): readonly Problem[] {
  const noted = new Set(
    live.flatMap(({ address, notes = [] }) =>
      notes.map((note) => canonicalJson(problemOf(address, note))),
    ),
  );
  return document.problems.filter((problem) => !noted.has(canonicalJson(problem)));
}

function isConcerned(
  { concerns }: Note,
  change: Change | undefined,
  changed: readonly string[],
): boolean {
  const goes = change?.action === "delete" || change?.action === "replace";
  if (goes) return concerns?.deletion === true;
  if (concerns === undefined) return true;
  return concerns.fields?.some((field) => changed.includes(field)) === true;
}
