import type { FieldRule, Live } from "./resource.ts";
import type { Subject } from "./subject.ts";
import { containsUnknown, fieldOf, refsIn } from "./values.ts";

/** Why a resource is created, recreated or resumed. `failed`: a failed object at its address. */
export function whyMade(subject: Subject, failed: Live | undefined): string {
  const { match } = subject;
  if (match.current !== undefined) {
    const { statusReason: state } = match.current;
    // Somebody may have undone a part by hand, so what it lacks does not tell that an apply was interrupted.
    return state === undefined ? "resuming an interrupted apply" : `unfinished: ${state}`;
  }
  if (match.previous !== undefined) {
    return reasons(subject, match.forcing, match.previous);
  }
  if (failed !== undefined) return `failed: ${failed.statusReason ?? "AWS gives no reason"}`;
  if (match.deleting !== undefined) return "the previous one is being deleted";
  return "does not exist yet";
}

/** The reason of a change: one phrase for each differing field. */
export function reasons(
  { resource, fields, type }: Subject,
  names: readonly string[],
  before: Live,
): string {
  const major = names.filter((name) => type.fields[name]?.minor !== true);
  const wordless: string[] = [];
  const worded = (major.length > 0 ? major : names).flatMap((name) => {
    const after = fieldOf(fields, name);
    const words = containsUnknown(after)
      ? `${name} changes with ${ownersOf(fieldOf(resource.fields, name))}`
      : becauseOf(type.fields[name], fieldOf(before.fields, name), after);
    if (words === undefined) wordless.push(name);
    return words ?? [];
  });
  // Several fields may share one reason.
  return [...new Set(worded), ...differWords(wordless)].join("; ");
}

/** "packages, run and verify differ"; the fields show the differences. */
function differWords(names: readonly string[]): readonly string[] {
  const [last, ...others] = names.toReversed();
  if (last === undefined) return [];
  if (others.length > 0) return [`${others.toReversed().join(", ")} and ${last} differ`];
  // A field of many values has a plural's name: "subnets differ".
  return [`${last} ${last.endsWith("s") ? "differ" : "differs"}`];
}

/** A rule's words quote values, so they are not used for a secret. */
function becauseOf(
  rule: FieldRule<unknown> | undefined,
  before: unknown,
  after: unknown,
): string | undefined {
  return rule?.sensitive ? undefined : rule?.because?.(before, after);
}

function ownersOf(value: unknown): string {
  return [...new Set(refsIn(value).map(({ ref }) => ref))].join(" and ");
}

/** Why a resource needs no change. */
export function whyKept(current: Live): string {
  return current.status === "settling"
    ? (current.statusReason ?? "not healthy yet")
    : "nothing differs";
}
