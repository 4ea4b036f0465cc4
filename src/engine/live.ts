import type { Address } from "./address.ts";

/**
 * - `ready`: complete; the plan compares its fields.
 * - `settling`: complete, but not healthy yet (a group short of instances). An apply waits for it.
 * - `partial`: an interrupted create left it unfinished. `create` resumes it.
 * - `deleting`: AWS is deleting it. Its name may still be taken.
 * - `failed`: unusable. The plan deletes and recreates it.
 */
export type LiveStatus = "ready" | "settling" | "partial" | "deleting" | "failed";

/** One object found in the account, in the shape of the desired fields. */
export interface Live<P extends object = object, O extends object = object> {
  readonly id: string;
  readonly address: Address;
  /**
   * The object's name in AWS, which distinguishes a replacement from the old object. For an
   * unfinished object: its final name.
   */
  readonly physicalName: string;
  readonly status: LiveStatus;
  /** What the object waits for, or why it failed, in AWS's words. */
  readonly statusReason?: string;
  readonly notes?: readonly Note[];
  /** Milliseconds since the epoch; 0 if AWS does not report it. */
  readonly createdAt: number;
  readonly fields: P;
  readonly outputs: O;
  /** Ids of the live objects that this one uses. Deletes are ordered by them, not by the stack file. */
  readonly uses: readonly string[];
  /** The record of used types that the object carries (`used-types.ts`). */
  readonly usedTypes?: readonly string[];
  /** The types with `sweep: "if-used"` whose objects it uses now, whatever the record says. */
  readonly usesTypes?: readonly string[];
}

/**
 * A fact about a live object that is not one of its fields but that users have to know: a suspended
 * process, a server that a rollout skips, deletion protection. A note is not a difference, and no step
 * results from it. `discover` adds notes to the object, a plan reports them as problems at the object's
 * address, and `status` shows those that concern no change.
 */
export interface Note {
  readonly summary: string;
  readonly remedy: string;
  /** `error`: an apply or destroy that the note concerns does not start. Default: a warning. */
  readonly severity?: "error";
  /**
   * The plans that report the note. `deletion`: plans that delete the object; a replacement does,
   * too, unless it keeps the old object. `fields`: plans that change one of these fields.
   * `pruning`: plans that would delete an earlier generation because it is beyond `keep`. With such
   * a note the object stays, because AWS would refuse to delete it and nothing needs its name.
   * `status`: status shows it, too. Default: every plan that does not delete the object, changed or unchanged, and
   * status.
   */
  readonly concerns?: {
    readonly deletion?: true;
    readonly pruning?: true;
    readonly fields?: readonly string[];
    readonly status?: true;
  };
}
