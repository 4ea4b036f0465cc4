import type { Decision, Situation } from "./decision.ts";
import { deletesOf, orderDeletes } from "./deletes.ts";
import {
  addWaits,
  type Draft,
  followersOf,
  newDraft,
  type Work,
  type Writes,
  writesAt,
} from "./draft.ts";
import type { Graph } from "./graph.ts";
import type { Verb } from "./plan-format.ts";
import type { Address } from "./resource.ts";
import { orderNarrowings, takeApart, waitsForUsers } from "./take-apart.ts";
import { fieldOf, refsIn } from "./values.ts";

/**
 * Lowers decisions to creates, updates and deletes, each with its predecessors:
 *
 * - a create or update comes after those of the resources that it refers to;
 * - a value that other objects still use is removed after they have changed;
 * - a delete comes after the changes and deletes of the object's users, as the account shows them;
 * - an earlier generation is deleted only after all dependents of the new one are done;
 * - if a name is still taken, the delete comes first.
 */
export function lowerToSteps(input: Situation): readonly Work[] {
  const writes = new Map<Address, readonly Draft[]>();
  for (const decision of input.decisions.values()) {
    writes.set(decision.resource.address, writesOf(decision, input.graph));
  }
  const narrowings = takeApart(input, writes);
  const readiness = waitsForUsers(input, writes);
  const deletes = deletesOf(input);
  orderWrites(input.decisions, input.graph, writes);
  for (const { draft } of narrowings) {
    writes.set(draft.address, [...writesAt(writes, draft.address), draft]);
  }
  const orderly = orderDeletes(
    input,
    deletes,
    writes,
    new Set(narrowings.map(({ draft }) => draft.key)),
  );
  const all = [...[...writes.values()].flat(), ...deletes.map(({ draft }) => draft)];
  addWaits(all, [...orderly, ...orderNarrowings(narrowings, deletes), ...readiness]);
  refuseCircle(all);
  return all.map(({ key, verb, address, after, ...work }) => ({
    step: { key, verb, address, after: [...after] },
    ...work,
  }));
}

/** @throws Error if steps wait for one another. That is a bug, reported before any step runs. */
function refuseCircle(drafts: readonly Draft[]): void {
  const missing = new Map(drafts.map(({ key, after }) => [key, after.size]));
  const followers = followersOf(drafts);
  const open = drafts.filter(({ after }) => after.size === 0).map(({ key }) => key);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    missing.delete(key);
    for (const next of followers.get(key) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) open.push(next);
    }
  }
  if (missing.size > 0)
    throw new Error(`steps wait for one another: ${[...missing.keys()].join(", ")}`);
}

function writesOf(decision: Decision, graph: Graph): readonly Draft[] {
  const { address } = decision.resource;
  if (decision.match.duplicates.length > 0) return [];
  const detached = graph.detached.get(address) ?? [];
  const draft = (verb: Verb, rest?: Partial<Draft>) => newDraft(verb, address, rest);
  // Comes last: it may refer to resources that are created only after this one.
  const completion = (changed: readonly string[], first: Draft | undefined) =>
    changed.length === 0
      ? []
      : [
          draft("update", {
            key: `update ${address} ${changed.join(" ")}`,
            changed,
            ...(first && { after: new Set([first.key]) }),
          }),
        ];
  switch (decision.action) {
    case "create":
    case "replace": {
      const create = draft("create", { without: detached });
      return [create, ...completion(detached, create)];
    }
    case "update": {
      const last = decision.changed.filter((field) => detached.includes(field));
      const waiting = decision.whenUsersCan.filter((field) => !last.includes(field));
      const direct = decision.changed.filter((field) => ![...last, ...waiting].includes(field));
      const made: Draft[] = [];
      for (const changed of [direct, waiting].filter(({ length }) => length > 0)) {
        const [first] = made;
        const second = first && {
          key: `update ${address} ${changed.join(" ")}`,
          after: new Set([first.key]),
        };
        made.push(draft("update", { changed, without: last, ...second }));
      }
      return [...made, ...completion(last, made.at(-1))];
    }
    case "keep":
      return decision.match.current?.status === "settling" ? [draft("update")] : [];
  }
}

function orderWrites(
  decisions: ReadonlyMap<Address, Decision>,
  graph: Graph,
  writes: Writes,
): void {
  for (const { resource } of decisions.values()) {
    const { address } = resource;
    for (const draft of writesAt(writes, address)) {
      for (const need of graph.needs.get(address) ?? []) {
        const circle = graph.component.get(need) === graph.component.get(address);
        for (const write of writesAt(writes, need)) {
          if (!circle || !isCompletion(write, graph)) draft.after.add(write.key);
        }
      }
      for (const field of draft.changed) {
        for (const ref of refsIn(fieldOf(resource.fields, field))) {
          for (const write of writesAt(writes, ref.ref)) {
            if (!isCompletion(write, graph)) draft.after.add(write.key);
          }
        }
      }
    }
  }
}

/** Whether the step sets fields that close a cycle. No step within the cycle may wait for it. */
function isCompletion(draft: Draft, graph: Graph): boolean {
  const detached = graph.detached.get(draft.address) ?? [];
  return draft.changed.some((field) => detached.includes(field));
}
