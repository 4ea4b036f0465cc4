import type { Graph } from "./graph.ts";
import type { Action, FieldChange } from "./plan-format.ts";
import type { Address, Caution, DesiredResource, Live, Target } from "./resource.ts";
import type { Match } from "./subject.ts";
import type { Users } from "./users.ts";

/** What the plan does with one desired resource. */
export interface Decision {
  readonly resource: DesiredResource;
  /** Normalised. A value is unknown until another resource is created. */
  readonly fields: object;
  readonly match: Match;
  readonly target?: Target;
  readonly action: Exclude<Action, "delete">;
  /** The live object that the plan keeps, updates, replaces or resumes. */
  readonly id?: string;
  readonly because: string;
  readonly changes: readonly FieldChange[];
  /** Fields to update. */
  readonly changed: readonly string[];
  /**
   * The changed fields that drop a value which other objects may still need. Of a create, the fields that it sets only
   * in part.
   */
  readonly narrowing: readonly Narrowing[];
  /** The changed fields whose change has to wait until the object's users are ready. */
  readonly whenUsersCan: readonly string[];
  readonly caution?: Caution;
  /** Fields that differ but cannot be changed, and what to do instead. */
  readonly forbidden: readonly { readonly field: string; readonly instead: string }[];
  /** Whether other objects at the address are spare (`ResourceType.duplicates`). */
  readonly isSpare: boolean;
  /** Whether a replacement has to delete the old object first, because the name is taken. */
  readonly deleteFirst: boolean;
  /** Whether the name is why; otherwise, AWS allows only one such object at a time. */
  readonly keepsName: boolean;
}

/** A field that drops a value. */
export interface Narrowing {
  readonly field: string;
  /** It gets a new value, too. */
  readonly gains: boolean;
  /** See `FieldRule.directsRequests`. */
  readonly directsRequests: boolean;
  /** See `FieldRule.bringsRequests`. */
  readonly bringsRequests: boolean;
}

/** All decisions, and the dependencies between the objects. */
export interface Situation {
  readonly decisions: ReadonlyMap<Address, Decision>;
  readonly live: readonly Live[];
  readonly graph: Graph;
  readonly users: Users;
  /** Ids of objects that the plan neither changes nor deletes. */
  readonly retained: ReadonlySet<string>;
  /** Whether an object at the first address blocks the delete of one that it uses at the second. */
  readonly holds: (user: Address, used: Address) => boolean;
}
