/**
 * The word a person most likely meant, or nothing when no candidate is close. Case, hyphens and
 * underscores are ignored, so that `instance_type` finds `instanceType`.
 */
export function nearestWord(typed: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(typed);
  // Longer input is not a misspelling of a field, and the comparison's cost grows with its square.
  if (wanted.length > 64) return undefined;
  let nearest: string | undefined;
  // A third of the word may be wrong: "listners" is found, "foo" for "to" is not.
  let limit = Math.floor(Math.max(wanted.length, 2) / 3) + 1;
  for (const candidate of candidates) {
    const known = plain(candidate);
    const away = distance(wanted, known);
    if (away < limit && away < known.length - 1) {
      nearest = candidate;
      limit = away;
    }
  }
  return nearest;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, "");
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
