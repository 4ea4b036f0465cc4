import type { Decision } from "./decision.ts";
import type { Work } from "./draft.ts";
import type { Problem } from "./plan-format.ts";
import type { Address, Live, Note } from "./resource.ts";

/** The notes of live objects that concern this plan, depending on what it does with each object. */
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

/** A note as a problem, the way plan and status show it. */
export function problemOf(address: Address, { severity, summary, remedy }: Note): Problem {
  return { severity: severity ?? "warning", address, summary, remedy };
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
