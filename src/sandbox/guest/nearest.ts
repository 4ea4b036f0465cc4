/** The entry of `known` that `name` is probably a typo of. Undefined when there is none. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return known.find((candidate) => isOneSlipAway(name, candidate));
}

/** One letter added, missing or different, or two letters swapped. */
function isOneSlipAway(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  const swapped = `${rest[1] ?? ""}${rest[0] ?? ""}${rest.slice(2)}`;
  return (
    one.length > 3 &&
    (rest.slice(1) === otherRest ||
      rest === otherRest.slice(1) ||
      rest.slice(1) === otherRest.slice(1) ||
      (rest.length > 1 && swapped === otherRest))
  );
}
