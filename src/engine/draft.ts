import { reach } from "./graph.ts";
import type { Step, Verb } from "./plan-format.ts";
import type { Address, Live } from "./resource.ts";

/** A step with what it works on. */
export interface Work {
  readonly step: Step;
  /** What is deleted. */
  readonly live?: Live;
  /** Fields that an update sets. */
  readonly changed: readonly string[];
  /** Fields that are left to the update that follows: what they refer to may not be there yet. */
  readonly without: readonly string[];
  /** Fields of which this update takes nothing away: a later one does. */
  readonly keeping: readonly string[];
}

/** A step whose predecessors are still being found. */
export interface Draft extends Omit<Work, "step"> {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: Set<string>;
}

/** What is made or changed at each address. */
export type Writes = ReadonlyMap<Address, readonly Draft[]>;

/** The steps that make or change what is at this address. */
export function writesAt(writes: Writes, address: Address): readonly Draft[] {
  return writes.get(address) ?? [];
}

/** A step and others that had better be done before it. */
export interface Wait {
  readonly draft: Draft;
  readonly keys: readonly string[];
}

/** Of the address's own key, before nothing else and with nothing to change, save for `rest`. */
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

/** Adds these predecessors to those that there must be, save where that would close a circle. */
export function addWaits(drafts: readonly Draft[], waits: readonly Wait[]): void {
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

/** By key, the steps that wait for it. */
export function followersOf(drafts: readonly Draft[]): ReadonlyMap<string, string[]> {
  const followers = new Map<string, string[]>(drafts.map(({ key }) => [key, []]));
  for (const { key, after } of drafts) for (const before of after) followers.get(before)?.push(key);
  return followers;
}
