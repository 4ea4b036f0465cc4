import { reach } from "./graph.ts";
import type { Step, Verb } from "./plan-format.ts";
import type { Address, Live } from "./resource.ts";

/** A step and its inputs. */
export interface Work {
  readonly step: Step;
  /** The object to delete. */
  readonly live?: Live;
  /** Fields that an update sets. */
  readonly changed: readonly string[];
  /** Fields that a later update sets, because the resources that they refer to may not exist yet. */
  readonly without: readonly string[];
  /** Fields from which this update removes nothing. A later update does. */
  readonly keeping: readonly string[];
}

/** A step whose predecessors are still being collected. */
export interface Draft extends Omit<Work, "step"> {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: Set<string>;
}

/** The creates and updates by address. */
export type Writes = ReadonlyMap<Address, readonly Draft[]>;

/** The creates and updates at this address. */
export function writesAt(writes: Writes, address: Address): readonly Draft[] {
  return writes.get(address) ?? [];
}

/** A step, and the keys of steps that should complete before it. */
export interface Ordering {
  readonly draft: Draft;
  readonly keys: readonly string[];
}

/** A step with the default key, no predecessors and no changed fields, except for `rest`. */
export function newDraft(verb: Verb, address: Address, rest: Partial<Draft> = {}): Draft {
  return {
    key: `${verb} ${address}`,
    verb,
    address,
    after: new Set(),
    changed: [],
    without: [],
    keeping: [],
    ...rest,
  };
}

/** Adds these predecessors to the required ones, except where that would close a cycle. */
export function addWaits(drafts: readonly Draft[], waits: readonly Ordering[]): void {
  if (waits.length === 0) return;
  const followers = followersOf(drafts);
  for (const { draft, keys } of waits) {
    const downstream = reach(draft.key, followers);
    for (const key of keys) {
      if (key === draft.key || downstream.has(key) || draft.after.has(key)) continue;
      if (!followers.has(key)) continue;
      draft.after.add(key);
      followers.get(key)?.push(draft.key);
    }
  }
}

/** For each step's key, the keys of the steps that wait for it. */
export function followersOf(drafts: readonly Draft[]): ReadonlyMap<string, string[]> {
  const followers = new Map<string, string[]>(drafts.map(({ key }) => [key, []]));
  for (const { key, after } of drafts) for (const before of after) followers.get(before)?.push(key);
  return followers;
}
