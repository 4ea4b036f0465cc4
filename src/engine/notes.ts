import type { Decision } from "./decision.ts";
import type { Work } from "./draft.ts";
import type { PlannedWork } from "./plan.ts";
import type { Problem } from "./plan-format.ts";
import type { Address, Live, Note } from "./resource.ts";
import { canonicalJson } from "./values.ts";

/** The notes of live objects that a plan has to tell, by what becomes of each object. */
export function notedProblems(
  live: readonly Live[],
  decisions: ReadonlyMap<Address, Decision>,
  work: readonly Work[],
): readonly Problem[] {
  const deleted = new Set(
    work.flatMap(({ step, live: object }) => (step.verb === "delete" ? (object?.id ?? []) : [])),
  );
  return live.flatMap((object) => {
    const { changed = [], match } = decisions.get(object.address) ?? {};
    const fate = {
      deleted: deleted.has(object.id),
      spared: match?.spared.some(({ id }) => id === object.id) === true,
      changed,
    };
    return (object.notes ?? [])
      .filter((note) => isConcerned(note, fate))
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

interface Fate {
  readonly deleted: boolean;
  readonly spared: boolean;
  /** Fields. */
  readonly changed: readonly string[];
}

function isConcerned({ concerns }: Note, { deleted, spared, changed }: Fate): boolean {
  if (deleted) return concerns?.deletion === true;
  if (concerns === undefined) return true;
  if (spared && concerns.pruning === true) return true;
  return concerns.fields?.some((field) => changed.includes(field)) === true;
}
