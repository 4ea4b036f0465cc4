import { typeOf } from "./address.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { Work } from "./draft.ts";
import { buildGraph } from "./graph.ts";
import { lowerToSteps } from "./lower.ts";
import { notedProblems } from "./notes.ts";
import type { Action, Change, PlanDocument, Problem, Summary } from "./plan-format.ts";
import type {
  Address,
  AnyResourceType,
  DesiredResource,
  EngineContext,
  Live,
  ResourceTypes,
} from "./resource.ts";
import { type Retained, type RetainedObjects, retainedAmong, retainedChanges } from "./retained.ts";
import type { Match } from "./subject.ts";
import { type TypesByName, typeFor } from "./types-by-name.ts";
import { indexUsers } from "./users.ts";
import { canonicalJson } from "./values.ts";

export interface PlanInput<Context extends EngineContext> {
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  /** Empty for a destroy. */
  readonly desired: readonly DesiredResource[];
  readonly live: readonly Live[];
  /** Objects that stay although none of the desired resources is one of them. */
  readonly retained?: readonly Retained[];
  readonly types: ResourceTypes<Context>;
  /** Problems found before planning: warnings of the stack file, facts that prevent an apply. */
  readonly problems?: readonly Problem[];
}

/** A plan and the data it was computed from. Plain data: it can be saved and compared. */
export interface PlannedWork {
  readonly document: PlanDocument;
  readonly desired: readonly DesiredResource[];
  readonly live: readonly Live[];
}

/** A plan and how it is carried out. */
export interface Planning extends PlannedWork {
  readonly decisions: ReadonlyMap<Address, Decision>;
  readonly work: readonly Work[];
  /** Objects that stay although none of the desired resources is one of them. */
  readonly retained: readonly Retained[];
}

/** Compares the desired resources with the live ones. Pure and deterministic. */
export function makePlan<Context extends EngineContext>(input: PlanInput<Context>): Planning {
  const types: TypesByName<EngineContext> = new Map(
    input.types.map((type) => [type.name, type as AnyResourceType<EngineContext>]),
  );
  const desired = input.desired.map((resource) => ({
    ...resource,
    fields: typeFor(types, resource.address).normalize(resource.fields),
  }));
  const present = input.live.map((object) => {
    const type = types.get(typeOf(object.address));
    return type === undefined ? object : { ...object, fields: type.normalize(object.fields) };
  });
  const everything = input.desired.length === 0;
  const live = everything ? present : present.filter((object) => isWanted(object, types));
  const graph = buildGraph(desired, types);
  const users = indexUsers(live);
  const decisions = decide({
    stack: input.stack,
    region: input.region,
    desired,
    live,
    graph,
    users,
    types,
  });
  // A saved plan brings the problems of its time along. Planning finds the same ones again.
  const { retained: wishes = [] } = input;
  const retained = retainedAmong(live, everything ? [] : wishes, (object) =>
    isInUse(object, decisions),
  );
  const changes = [...decisions.values()].flatMap((each) => changesOf(each, retained.ids));
  changes.push(...removals(live, decisions, retained, everything), ...retainedChanges(retained));
  const holds = (user: Address, used: Address) =>
    types.get(typeOf(user))?.holds.includes(typeOf(used)) === true;
  const work = lowerToSteps({ decisions, live, graph, users, holds, retained: retained.ids });
  const problems = distinct([
    ...(input.problems ?? []),
    ...problemsOf(decisions),
    ...notedProblems(present, decisions, work),
  ]);
  const document: PlanDocument = {
    formatVersion: 1,
    stack: input.stack,
    region: input.region,
    account: input.account,
    summary: summarize(changes),
    changes,
    steps: work.map(({ step }) => step),
    problems,
  };
  return {
    document,
    desired: input.desired,
    live: input.live,
    decisions,
    work,
    retained: wishes,
  };
}

/**
 * Only a destroy plans anything for objects that no stack file defines: it deletes them with the
 * stack.
 */
function isWanted({ address }: Live, types: TypesByName<EngineContext>): boolean {
  return types.get(typeOf(address))?.wanted !== "never";
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [canonicalJson(problem), problem])).values()];
}

/** Counts changes by action. */
export function summarize(changes: readonly Change[]): Summary {
  const count = (action: Action) => changes.filter((change) => change.action === action).length;
  return {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    keep: count("keep"),
  };
}

/** Whether a desired resource is, and stays, this object. */
function isInUse({ address, id }: Live, decisions: ReadonlyMap<Address, Decision>): boolean {
  const decision = decisions.get(address);
  if (decision === undefined) return false;
  const { match, action } = decision;
  return action !== "replace" && match.current?.id === id;
}

function changesOf(decision: Decision, retained: ReadonlySet<string>): readonly Change[] {
  const { resource, match } = decision;
  const change: Change = {
    address: resource.address,
    action: decision.action,
    ...(decision.id !== undefined && { id: decision.id }),
    because: decision.because,
    fields: decision.changes,
  };
  const replaced = decision.action === "replace" ? decision.id : undefined;
  const surplus = match.duplicates.length > 0 ? [] : match.surplus;
  return [
    change,
    ...surplus
      .filter((object) => object.id !== replaced && !retained.has(object.id))
      .map((object) => removal(object, whySurplus(object, match))),
  ];
}

function whySurplus(object: Live, { twins }: Match): string {
  if (twins.includes(object)) return "two applies at once made it twice, and the other one stays";
  if (object.status === "failed") return `failed: ${object.statusReason ?? "AWS gives no reason"}`;
  if (object.status === "partial") return "left over from an interrupted apply";
  return "an earlier generation that is no longer kept";
}

function removals(
  live: readonly Live[],
  decisions: ReadonlyMap<Address, Decision>,
  { ids: retained }: RetainedObjects,
  everything: boolean,
): readonly Change[] {
  return live
    .filter(({ address, id }) => !decisions.has(address) && !retained.has(id))
    .map((object) => {
      if (object.status === "deleting") return removal(object, "already being deleted");
      return removal(
        object,
        everything ? "the stack is being destroyed" : "no longer in the stack file",
      );
    });
}

function removal(object: Live, because: string): Change {
  return { address: object.address, action: "delete", id: object.id, because, fields: [] };
}

function problemsOf(decisions: ReadonlyMap<Address, Decision>): readonly Problem[] {
  const all = [...decisions.values()];
  return [
    ...forbiddenProblems(all),
    ...all.flatMap((decision) => [
      ...duplicateProblem(decision),
      ...downtimeProblem(decision),
      ...cautionProblem(decision),
    ]),
  ];
}

function duplicateProblem({ resource, match }: Decision): readonly Problem[] {
  if (match.duplicates.length === 0) return [];
  const ids = match.duplicates.map((object) => object.id).join(" and ");
  return [
    {
      severity: "error",
      address: resource.address,
      summary: `${ids} carry the tags of ${resource.address}, and only one object may`,
      remedy:
        "Remove the tags reconcile:stack and reconcile:name from the one that does not belong to the stack, or delete it.",
    },
  ];
}

/** One for all resources that may not change in the same way: a stack that cannot move would say it of each. */
function forbiddenProblems(decisions: readonly Decision[]): readonly Problem[] {
  const found = decisions.flatMap(({ resource: { address }, forbidden }) =>
    forbidden.map((each) => ({ address, ...each })),
  );
  const alike = Map.groupBy(found, ({ field, instead }) => canonicalJson([field, instead]));
  return [...alike.values()].flatMap((each) =>
    each.slice(0, 1).map(({ address, field, instead }) => ({
      severity: "error" as const,
      address,
      summary: `${field} of ${listed(each.map((one) => one.address))} differs from the stack file, and it cannot be changed in place`,
      remedy: instead,
    })),
  );
}

/** "a, b and c". */
function listed(addresses: readonly Address[]): string {
  const others = addresses.slice(0, -1).join(", ");
  return others === "" ? addresses.join() : `${others} and ${addresses.at(-1)}`;
}

function cautionProblem({ resource, caution }: Decision): readonly Problem[] {
  if (caution === undefined) return [];
  return [{ severity: "warning", address: resource.address, ...caution }];
}

function downtimeProblem(decision: Decision): readonly Problem[] {
  if (decision.action !== "replace" || !decision.deleteFirst) return [];
  if (!decision.keepsName) {
    // Nobody is served by what may move.
    if (decision.resource.movable === true) return [];
    return [
      {
        severity: "warning",
        address: decision.resource.address,
        summary: `${decision.resource.address} is deleted before the new one is created. The resources that use it work without it until the new one exists.`,
        remedy: "Apply at a time when that harms nobody.",
      },
    ];
  }
  return [
    {
      severity: "warning",
      address: decision.resource.address,
      summary: `${decision.resource.address} keeps its name, so the old one is deleted before the new one is created. The resources that use it work without it until the new one exists.`,
      remedy:
        decision.resource.physicalName === undefined
          ? "Remove the fixed name (name:) of the resource that it uses. The new resources are then created before the old ones are deleted."
          : "Remove its fixed name (name:). The new one is then created before the old one is deleted.",
    },
  ];
}
