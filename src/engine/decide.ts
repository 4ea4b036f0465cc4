import type { Decision, Narrowing } from "./decision.ts";
import { findDifference, writeOnlyFields } from "./difference.ts";
import type { Graph } from "./graph.ts";
import { type Match, matchLive } from "./match.ts";
import { physicalName } from "./physical-name.ts";
import type { FieldChange } from "./plan-format.ts";
import type {
  Address,
  AnyResourceType,
  Caution,
  DesiredResource,
  EngineContext,
  FieldRule,
  Live,
  Ref,
  Target,
} from "./resource.ts";
import type { Users } from "./users.ts";
import {
  canonicalJson,
  containsUnknown,
  fieldOf,
  refsIn,
  resolveRefs,
  sameValue,
  shortHash,
  typeOf,
  unknownValue,
} from "./values.ts";

/** Decides what to do with each desired resource, dependencies first. */
export function decide(
  stack: string,
  desired: readonly DesiredResource[],
  live: readonly Live[],
  graph: Graph,
  users: Users,
  types: ReadonlyMap<string, AnyResourceType<EngineContext>>,
): Map<Address, Decision> {
  const byAddress = new Map(desired.map((resource) => [resource.address, resource]));
  const found = Map.groupBy(live, (object) => object.address);
  const matches = new Map<Address, Match>();
  for (const address of graph.order) {
    const resource = byAddress.get(address) as DesiredResource;
    // A reference that closes a cycle never decides about a replacement.
    const known = resolveRefs(resource.fields, (ref) => outputBefore(ref, matches)) as object;
    matches.set(
      address,
      matchLive(resource, known, found.get(address) ?? [], typeFor(types, address)),
    );
  }
  const forced = heldReplacements(byAddress, matches, users, types);
  const decisions = new Map<Address, Decision>();
  for (const address of graph.order) {
    const resource = byAddress.get(address) as DesiredResource;
    const type = typeFor(types, address);
    const fields = resolveRefs(resource.fields, (ref) =>
      // In a cycle, the resource referred to may not be decided yet.
      forced.has(ref.ref) ? unknownValue : outputOf(ref, matches, decisions, types),
    ) as object;
    const match = matches.get(address) as Match;
    const target = targetOf(stack, resource, fields, type);
    const because = forced.get(address);
    decisions.set(address, decideOne(resource, match, fields, type, target, because));
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
  matches: ReadonlyMap<Address, Match>,
  decisions: ReadonlyMap<Address, Decision>,
  types: ReadonlyMap<string, AnyResourceType<EngineContext>>,
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
function heldReplacements(
  byAddress: ReadonlyMap<Address, DesiredResource>,
  matches: ReadonlyMap<Address, Match>,
  users: Users,
  types: ReadonlyMap<string, AnyResourceType<EngineContext>>,
): ReadonlyMap<Address, string> {
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
  types: ReadonlyMap<string, AnyResourceType<EngineContext>>,
): boolean {
  return (
    typeFor(types, resource.address).replace === "delete-first" ||
    resource.physicalName === previous.physicalName
  );
}

function decideOne(
  resource: DesiredResource,
  match: Match,
  fields: object,
  type: AnyResourceType<EngineContext>,
  target: Target | undefined,
  forcedBy: string | undefined,
): Decision {
  const base = { resource, fields, match, ...(target && { target }) };
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
      because: whyMade(resource, match, failed, fields, type),
      changes: creationOf(resource, fields, type, replaced),
      ...unchanged,
      forbidden: forbiddenIn(match.forcing, type),
      deleteFirst,
    };
  }
  if (forcedBy !== undefined) {
    return {
      ...base,
      match: { ...match, previous: current },
      action: "replace",
      id: current.id,
      because: forcedBy,
      changes: creationOf(resource, fields, type, current),
      ...unchanged,
      deleteFirst: true,
    };
  }
  const difference = findDifference(type.fields, fields, current.fields);
  const changed = difference.fields.filter((name) => type.fields[name]?.onChange === "update");
  return {
    ...base,
    action: changed.length > 0 ? "update" : "keep",
    id: current.id,
    because:
      changed.length > 0 ? reasons(changed, resource, fields, current, type) : whyKept(current),
    changes: [...difference.changes, ...writeOnlyFields(type.fields, fields, changed)],
    changed,
    narrowing: narrowingOf(changed, type, fields, current.fields),
    whenUsersCan: changed.filter((name) => type.fields[name]?.whenUsersCan),
    ...cautionOf(changed, type, fields, current.fields),
    forbidden: forbiddenIn(difference.fields, type),
    deleteFirst: false,
  };
}

/**
 * The fields that a plan shows for a create or a recreate: everything that differs from the old
 * object.
 */
function creationOf(
  { physicalName: name }: DesiredResource,
  fields: object,
  type: AnyResourceType<EngineContext>,
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
  changed: readonly string[],
  type: AnyResourceType<EngineContext>,
  fields: object,
  live: object,
): readonly Narrowing[] {
  return changed.flatMap((field) => {
    const rule = type.fields[field];
    const [wanted, seen] = [fieldOf(fields, field), fieldOf(live, field)];
    if (rule?.meanwhile === undefined || wanted === unknownValue) return [];
    const both = rule.meanwhile(wanted, seen);
    if (both === wanted) return [];
    return [{ field, gains: !(rule.equal?.(both, seen) ?? sameValue(both, seen)) }];
  });
}

function cautionOf(
  changed: readonly string[],
  type: AnyResourceType<EngineContext>,
  fields: object,
  live: object,
): { readonly caution?: Caution } {
  const caution = changed.length === 0 ? undefined : type.caution?.(fields, live);
  return caution === undefined ? {} : { caution };
}

function whyMade(
  resource: DesiredResource,
  match: Match,
  failed: Live | undefined,
  fields: object,
  type: AnyResourceType<EngineContext>,
): string {
  if (match.current !== undefined) {
    const state = match.current.statusReason ?? "it is unfinished";
    return `resuming an interrupted apply: ${state}`;
  }
  if (match.previous !== undefined) {
    return reasons(match.forcing, resource, fields, match.previous, type);
  }
  if (failed !== undefined) return `failed: ${failed.statusReason ?? "AWS gives no reason"}`;
  if (match.deleting !== undefined) return "the previous one is being deleted";
  return "does not exist yet";
}

/** The reason of a change: one phrase for each differing field. */
function reasons(
  names: readonly string[],
  resource: DesiredResource,
  fields: object,
  before: Live,
  type: AnyResourceType<EngineContext>,
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

function whyKept(current: Live): string {
  return current.status === "settling"
    ? (current.statusReason ?? "not healthy yet")
    : "nothing differs";
}

/**
 * The name and generation that a create gives an object. Undefined while they depend on an unknown
 * value.
 */
export function targetOf(
  stack: string,
  resource: DesiredResource,
  fields: object,
  type: AnyResourceType<EngineContext>,
): Target | undefined {
  const replacing = Object.entries(type.fields).filter(
    ([, rule]) => rule.onChange === "replace" && !rule.writeOnly,
  );
  const values = replacing.map(([name]) => [name, fieldOf(fields, name)]);
  if (containsUnknown(values)) return undefined;
  // The hash includes the stack, so that "a" with "b-c" and "a-b" with "c" get different names.
  const generation = shortHash(canonicalJson([stack, resource.address, values]));
  return {
    address: resource.address,
    generation,
    physicalName:
      resource.physicalName ??
      physicalName({
        stack,
        address: resource.address,
        generation: replacing.length > 0 ? generation : undefined,
        ...type.naming,
      }),
  };
}

/** @throws Error for an address of no known type: a bug of the compiler. */
export function typeFor<Context extends EngineContext>(
  types: ReadonlyMap<string, AnyResourceType<Context>>,
  address: Address,
): AnyResourceType<Context> {
  const type = types.get(typeOf(address));
  if (type === undefined) throw new Error(`no resource type for ${address}`);
  return type;
}
