import { typeOf } from "./address.ts";
import type { Decision, Narrowing } from "./decision.ts";
import { findDifference, writeOnlyFields } from "./difference.ts";
import type { Graph } from "./graph.ts";
import { matchLive } from "./match.ts";
import { namedIds } from "./named-ids.ts";
import type { FieldChange } from "./plan-format.ts";
import { reasons, whyKept, whyMade } from "./reasons.ts";
import type {
  Address,
  AnyResourceType,
  Caution,
  DesiredResource,
  EngineContext,
  FieldRule,
  Live,
  Ref,
} from "./resource.ts";
import type { Match, Subject } from "./subject.ts";
import { targetOf } from "./target.ts";
import { type TypesByName, typeFor } from "./types-by-name.ts";
import type { Users } from "./users.ts";
import { usesAmong } from "./uses.ts";
import { fieldOf, resolveRefs, sameValue, unknownValue } from "./values.ts";

/** Decides what to do with each desired resource, dependencies first. */
export function decide({
  stack,
  region,
  desired,
  live,
  graph,
  users,
  types,
}: {
  readonly stack: string;
  readonly region: string;
  readonly desired: readonly DesiredResource[];
  readonly live: readonly Live[];
  readonly graph: Graph;
  readonly users: Users;
  readonly types: TypesByName<EngineContext>;
}): Map<Address, Decision> {
  const byAddress = new Map(desired.map((resource) => [resource.address, resource]));
  const found = Map.groupBy(live, (object) => object.address);
  const named = namedIds(live);
  const uses = usesAmong(live, users, types);
  const matches = new Map<Address, Match>();
  for (const address of graph.order) {
    const resource = byAddress.get(address) as DesiredResource;
    // A reference that closes a cycle never decides about a replacement.
    const known = resolveRefs(resource.fields, (ref) => outputBefore(ref, matches)) as object;
    const type = typeFor(types, address);
    matches.set(
      address,
      matchLive({ resource, fields: known, type }, found.get(address) ?? [], named, uses),
    );
  }
  const forced = heldReplacements({ byAddress, matches, users, types });
  const spare = new Set([...matches.values()].flatMap(({ twins }) => twins.map(({ id }) => id)));
  const decisions = new Map<Address, Decision>();
  const before = { matches, decisions, types };
  for (const address of graph.order) {
    const resource = byAddress.get(address) as DesiredResource;
    const type = typeFor(types, address);
    const fields = resolveRefs(resource.fields, (ref) =>
      // In a cycle, the resource referred to may not be decided yet.
      forced.has(ref.ref) ? unknownValue : outputOf(ref, before),
    ) as object;
    const match = matches.get(address) as Match;
    const target = targetOf({ stack, region, resource, fields, type });
    const forcedBy = forced.get(address);
    const subject = { resource, type, fields, match };
    decisions.set(
      address,
      decideOne({
        ...subject,
        spare,
        ...(target && { target }),
        ...(forcedBy !== undefined && { forcedBy }),
      }),
    );
  }
  return decisions;
}

/** The value of an output if its owner is not recreated. Updates are decided later. */
function outputBefore(ref: Ref, matches: ReadonlyMap<Address, Match>): unknown {
  const current = matches.get(ref.ref)?.current;
  if (current === undefined || current.status === "partial") return unknownValue;
  return fieldOf(current.outputs, ref.output);
}

function outputOf(
  ref: Ref,
  {
    matches,
    decisions,
    types,
  }: {
    readonly matches: ReadonlyMap<Address, Match>;
    readonly decisions: ReadonlyMap<Address, Decision>;
    readonly types: TypesByName<EngineContext>;
  },
): unknown {
  const decision = decisions.get(ref.ref);
  if (
    decision?.action === "update" &&
    typeFor(types, ref.ref).changedByUpdate.includes(ref.output)
  ) {
    return unknownValue;
  }
  return outputBefore(ref, matches);
}

/**
 * A delete-first replacement is impossible while other objects block the delete (a load balancer
 * blocks that of its security group). Those objects are recreated as well.
 */
function heldReplacements({
  byAddress,
  matches,
  users,
  types,
}: {
  readonly byAddress: ReadonlyMap<Address, DesiredResource>;
  readonly matches: ReadonlyMap<Address, Match>;
  readonly users: Users;
  readonly types: TypesByName<EngineContext>;
}): ReadonlyMap<Address, string> {
  const forced = new Map<Address, string>();
  for (const [address, match] of matches) {
    const { previous } = match;
    if (
      previous === undefined ||
      !deletesFirst(byAddress.get(address) as DesiredResource, previous, types)
    )
      continue;
    const holders = users.of(previous.id);
    for (const [other, otherMatch] of matches) {
      const id = completeOf(otherMatch)?.id;
      if (id === undefined || !holders.has(id)) continue;
      if (!typeFor(types, other).holds.includes(typeOf(address))) continue;
      forced.set(
        other,
        `it uses ${address}, which keeps its name and has to be deleted before it is recreated`,
      );
    }
  }
  return forced;
}

/** The object in use now, whether the plan keeps or replaces it. */
function completeOf({ current, previous }: Match): Live | undefined {
  return current === undefined || current.status === "partial" ? previous : current;
}

function deletesFirst(
  resource: DesiredResource,
  previous: Live,
  types: TypesByName<EngineContext>,
): boolean {
  return (
    typeFor(types, resource.address).replace === "delete-first" ||
    resource.physicalName === previous.physicalName
  );
}

/** @param subject With the ids of the twins of all resources, which the plan deletes. */
function decideOne(subject: Subject & { readonly spare: ReadonlySet<string> }): Decision {
  const { resource, type, fields, match, target, forcedBy, spare } = subject;
  const isSpare = type.duplicates === "spare";
  const base = { resource, fields, match, isSpare, ...(target && { target }) };
  const { current, previous } = match;
  const failed = match.surplus.find((object) => object.status === "failed");
  if (current === undefined || current.status === "partial") {
    const replaced = previous ?? failed;
    const deleteFirst =
      previous !== undefined &&
      (type.replace === "delete-first" ||
        target?.physicalName === previous.physicalName ||
        forcedBy !== undefined);
    return {
      ...base,
      action: replaced === undefined ? "create" : "replace",
      ...((replaced ?? current) && { id: (replaced ?? (current as Live)).id }),
      because: whyMade(subject, failed),
      changes: creationOf(subject, replaced),
      ...unchanged,
      narrowing: completionsOf(subject),
      // What an apply at the same time made in the other one of two networks goes with it. It is no move.
      forbidden: forbiddenIn(
        resource.movable === true
          ? []
          : match.forcing.filter(
              (field) => !spare.has(String(fieldOf(previous?.fields ?? {}, field))),
            ),
        type,
      ),
      deleteFirst,
      keepsName: type.replace !== "delete-first",
    };
  }
  if (forcedBy !== undefined) {
    return {
      ...base,
      match: { ...match, previous: current },
      action: "replace",
      id: current.id,
      because: forcedBy,
      changes: creationOf(subject, current),
      ...unchanged,
      narrowing: completionsOf(subject),
      deleteFirst: true,
      keepsName: true,
    };
  }
  const difference = findDifference(type.fields, fields, current.fields);
  const changed = difference.fields.filter((name) => type.fields[name]?.onChange === "update");
  return {
    ...base,
    action: changed.length > 0 ? "update" : "keep",
    id: current.id,
    because: changed.length > 0 ? reasons(subject, changed, current) : whyKept(current),
    changes: [...difference.changes, ...writeOnlyFields(type.fields, fields, changed)],
    changed,
    narrowing: narrowingOf(subject, changed, current.fields),
    whenUsersCan: changed.filter((name) => type.fields[name]?.whenUsersCan),
    ...cautionOf(subject, changed, current.fields),
    forbidden: forbiddenIn(difference.fields, type),
    deleteFirst: false,
    keepsName: true,
  };
}

/**
 * The fields that a plan shows for a create or a recreate: everything that differs from the old
 * object.
 */
function creationOf(
  { resource: { physicalName: name }, fields, type }: Subject,
  replaced: Live | undefined,
): readonly FieldChange[] {
  const naming: FieldChange = {
    path: "name",
    known: true,
    sensitive: false,
    forcesReplace: replaced !== undefined,
    ...(replaced && { before: replaced.physicalName }),
    after: name,
  };
  return [
    ...(name === undefined || name === replaced?.physicalName ? [] : [naming]),
    ...findDifference(type.fields, fields, replaced?.fields).changes,
    ...writeOnlyFields(type.fields, fields, ["create"]),
  ];
}

function forbiddenIn(
  differing: readonly string[],
  type: AnyResourceType<EngineContext>,
): Decision["forbidden"] {
  return differing.flatMap((field) => {
    const { onChange, instead } = type.fields[field] ?? {};
    if (instead !== undefined) return [{ field, instead }];
    if (onChange !== "forbid") return [];
    return [
      { field, instead: "Put the account's value in the stack file, or destroy the stack first." },
    ];
  });
}

const unchanged = { changed: [], narrowing: [], whenUsersCan: [], forbidden: [] } as const;

function narrowingOf(
  { type, fields }: Subject,
  changed: readonly string[],
  live: object,
): readonly Narrowing[] {
  return changed.flatMap((field) => {
    const rule = type.fields[field];
    const [wanted, seen] = [fieldOf(fields, field), fieldOf(live, field)];
    if (rule?.meanwhile === undefined || wanted === unknownValue) return [];
    const both = rule.meanwhile(wanted, seen);
    if (both === wanted) return [];
    const gains = !(rule.equal?.(both, seen, fields) ?? sameValue(both, seen));
    return [{ field, gains, ...requestsOf(rule) }];
  });
}

function requestsOf(rule: FieldRule<unknown>) {
  return {
    directsRequests: rule.directsRequests === true,
    bringsRequests: rule.bringsRequests === true,
  };
}

/** The fields that a create sets only in part. */
function completionsOf({ type, fields }: Subject): readonly Narrowing[] {
  return Object.entries(type.fields).flatMap(([field, rule]) => {
    const wanted = fieldOf(fields, field);
    if (rule.atCreate === undefined || wanted === unknownValue) return [];
    if (rule.atCreate(wanted) === wanted) return [];
    return [{ field, gains: true, ...requestsOf(rule) }];
  });
}

function cautionOf(
  { type, fields }: Subject,
  changed: readonly string[],
  live: object,
): { readonly caution?: Caution } {
  const caution = changed.length === 0 ? undefined : type.caution?.(fields, live);
  return caution === undefined ? {} : { caution };
}
