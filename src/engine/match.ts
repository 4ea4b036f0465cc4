import type { Live } from "./resource.ts";
import type { Match, Subject } from "./subject.ts";
import { byUse, NOT_USED, type Uses } from "./uses.ts";
import { fieldOf, sameValue, unknownValue } from "./values.ts";

/**
 * Assigns a role to each object at one address. `fields` are the desired fields, normalised, with
 * all known references resolved. `named` are the ids that other live objects name: such an object comes before newer
 * ones, because it is the one in use, as an image to which the servers went back.
 */
export function matchLive(
  sought: Pick<Subject, "resource" | "fields" | "type">,
  found: readonly Live[],
  named: ReadonlySet<unknown> = new Set(),
  uses: Uses = NOT_USED,
): Match {
  const usable = found.filter((live) => live.status !== "deleting" && live.status !== "failed");
  const isSpare = sought.type.duplicates === "spare";
  const matching = usable
    .filter((live) => differencesThatReplace(sought, live).length === 0)
    .sort(isSpare ? (one, other) => byState(one, other) || byUse(uses)(one, other) : byUsefulness);
  const complete = matching.filter((live) => live.status !== "partial");
  const current = matching[0];
  const others = usable.filter((live) => live !== current).sort(newestFirst);
  const finished = others
    .filter((live) => live.status !== "partial")
    .sort((one, other) => Number(named.has(other.id)) - Number(named.has(one.id)));
  const previous = current === undefined || current.status === "partial" ? finished[0] : undefined;
  const keep = sought.resource.keep ?? 0;
  const spared = finished.slice(keep).filter(isSpared);
  const kept = [...finished.slice(0, keep), ...spared];
  const deleting =
    usable.length === 0 ? found.find((live) => live.status === "deleting") : undefined;
  return {
    ...(current && { current }),
    ...(previous && { previous }),
    ...(deleting && { deleting }),
    forcing: previous ? differencesThatReplace(sought, previous) : [],
    kept,
    spared,
    surplus: found.filter(
      (live) =>
        live.status !== "deleting" && live !== current && live !== previous && !kept.includes(live),
    ),
    duplicates: complete.length > 1 && !isSpare ? complete : [],
    twins: isSpare ? complete.filter((live) => live !== current) : [],
  };
}

function isSpared({ notes = [] }: Live): boolean {
  return notes.some(({ concerns }) => concerns?.pruning === true);
}

/** The differences that only a replacement resolves: fields, or the fixed name. */
function differencesThatReplace(
  { resource, fields, type }: Pick<Subject, "resource" | "fields" | "type">,
  live: Live,
): readonly string[] {
  const differing = Object.entries(type.fields)
    .filter(([, rule]) => rule.onChange === "replace" && !rule.writeOnly)
    .filter(([name, rule]) => {
      const wanted = fieldOf(fields, name);
      if (wanted === unknownValue) return true;
      const seen = fieldOf(live.fields, name);
      return !(rule.equal?.(wanted, seen, fields) ?? sameValue(wanted, seen));
    })
    .map(([name]) => name);
  const renamed =
    resource.physicalName !== undefined && resource.physicalName !== live.physicalName;
  return renamed ? [...differing, "name"] : differing;
}

const usefulness = { ready: 0, settling: 1, partial: 2, failed: 3, deleting: 4 };

function byUsefulness(one: Live, other: Live): number {
  return byState(one, other) || newestFirst(one, other);
}

function byState(one: Live, other: Live): number {
  return usefulness[one.status] - usefulness[other.status];
}

function newestFirst(one: Live, other: Live): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1);
}
