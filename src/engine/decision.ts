import type { Graph } from "./graph.ts";
import type { Match } from "./match.ts";
import type { Action, FieldChange } from "./plan-format.ts";
import type { Address, Caution, DesiredResource, Live, Target } from "./resource.ts";
import type { Users } from "./users.ts";

/** What becomes of one wanted resource. */
export interface Decision {
  readonly resource: DesiredResource;
  /** Normalised; unknown where another resource must be made first. */
  readonly fields: object;
  readonly match: Match;
  readonly target?: Target;
  readonly action: Exclude<Action, "delete">;
  /** The live object that is kept, updated, replaced or gone on with. */
  readonly id?: string;
  readonly because: string;
  readonly changes: readonly FieldChange[];
  /** Fields to update. */
  readonly changed: readonly string[];
  /** Those of them that lose something that others may still need. */
  readonly narrowing: readonly Narrowing[];
  /** Those of them for whose change its users must be ready. */
  readonly whenUsersCan: readonly string[];
  readonly caution?: Caution;
  /** Fields that differ and may not, with what to do instead. */
  readonly forbidden: readonly { readonly field: string; readonly instead: string }[];
  /** A replacement whose name is still taken. */
  readonly deleteFirst: boolean;
}

/** A field that loses something; `gains` something, too. */
export interface Narrowing {
  readonly field: string;
  readonly gains: boolean;
}

/** What is to become of everything, and how it hangs together. */
export interface Situation {
  readonly decisions: ReadonlyMap<Address, Decision>;
  readonly live: readonly Live[];
  readonly graph: Graph;
  readonly users: Users;
  /** Whether nothing at the second address can be deleted while something at the first uses it. */
  readonly holds: (user: Address, used: Address) => boolean;
}
