import type { FieldChange } from "./plan-format.ts";
import type { FieldRule } from "./resource.ts";
import { containsUnknown, fieldOf, isPlainObject, sameValue, unknownValue } from "./values.ts";
import { KNOWN_AFTER_APPLY } from "./worded.ts";

/** The fields in which two sides differ, and their differences as a plan shows them. */
export interface Difference {
  readonly fields: readonly string[];
  readonly changes: readonly FieldChange[];
}

type Rules = Readonly<Record<string, FieldRule<unknown>>>;

/**
 * Compares field by field; a wanted field that is undefined is not managed, and a write-only one is
 * no difference. Without `before`, all wanted fields are new.
 */
export function findDifference(rules: Rules, wanted: object, before?: object): Difference {
  const fields: string[] = [];
  const changes: FieldChange[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    const after = fieldOf(wanted, name);
    if (after === undefined || rule.writeOnly) continue;
    const seen = before && fieldOf(before, name);
    if (before && !containsUnknown(after)) {
      if (rule.equal?.(after, seen, wanted) ?? sameValue(after, seen)) continue;
    }
    fields.push(name);
    const shownAfter = rule.shown?.(wanted, wanted, before) ?? after;
    const shownBefore = before && (rule.shown?.(before, wanted) ?? seen);
    const sides = { before: shownBefore, after: shownAfter };
    changes.push(...describe(name, rule, { ...sides, exists: before !== undefined }));
  }
  return { fields, changes };
}

/**
 * The write-only fields that an action uses, as a plan shows them. AWS does not return them, so
 * there is nothing to compare.
 *
 * @param users `create`, or the fields that an update changes.
 */
export function writeOnlyFields(
  rules: Rules,
  wanted: object,
  users: readonly string[],
): readonly FieldChange[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = fieldOf(wanted, name);
    const isUsed = rule.usedBy?.some((user) => users.includes(user)) === true;
    if (!isUsed || value === undefined || value === null) return [];
    const after = rule.shown?.(wanted, wanted) ?? value;
    return describe(name, rule, { before: undefined, after, exists: false });
  });
}

/** A field on both sides. `exists`: whether the object exists that it is compared with. */
interface Sides {
  readonly before: unknown;
  readonly after: unknown;
  readonly exists: boolean;
}

function describe(
  path: string,
  rule: FieldRule<unknown>,
  { before, after, exists }: Sides,
): readonly FieldChange[] {
  const common = {
    path,
    forcesReplace: exists && rule.onChange === "replace",
    sensitive: rule.sensitive === true,
  };
  const known = !containsUnknown(after);
  if (rule.sensitive) return [{ ...common, known }];
  if (isPlainObject(after) && isPlainObject(before) && rule.equal === undefined) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((key) => containsUnknown(after[key]) || !sameValue(after[key], before[key]))
      .flatMap((key) =>
        describe(`${path}.${key}`, rule, { before: before[key], after: after[key], exists }),
      );
  }
  return [
    {
      ...common,
      known,
      ...(before !== undefined && { before }),
      ...(known ? after !== undefined && { after } : partlyKnown(after)),
    },
  ];
}

/** What can be shown of a value that contains unknowns: everything but them. */
function partlyKnown(value: unknown): { after?: unknown } {
  return value === unknownValue ? {} : { after: showUnknown(value) };
}

function showUnknown(value: unknown): unknown {
  if (value === unknownValue) return KNOWN_AFTER_APPLY;
  if (Array.isArray(value)) return value.map(showUnknown);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, showUnknown(part)]));
}
