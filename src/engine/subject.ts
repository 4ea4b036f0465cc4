import type { AnyResourceType, DesiredResource, EngineContext, Live, Target } from "./resource.ts";

/** A desired resource, and what is known of it before the plan decides what to do with it. */
export interface Subject {
  readonly resource: DesiredResource;
  readonly type: AnyResourceType<EngineContext>;
  /** Normalised. A value is unknown until another resource is created. */
  readonly fields: object;
  readonly match: Match;
  readonly target?: Target;
  /** Why it has to be replaced although none of its own fields demands that. */
  readonly forcedBy?: string;
}

/** How the objects found at one address relate to the desired resource. */
export interface Match {
  /** The object that matches the desired resource, or will once it is finished. */
  readonly current?: Live;
  /** The complete object that a new one replaces. */
  readonly previous?: Live;
  /** Fields in which `previous` differs and that only a replacement can change. */
  readonly forcing: readonly string[];
  /**
   * Earlier generations that the plan keeps, newest first: those within the resource's `keep`, then
   * the spared ones.
   */
  readonly kept: readonly Live[];
  /** Objects beyond `keep` that are not deleted because of a note. */
  readonly spared: readonly Live[];
  /** All other objects at the address, unless AWS is already deleting them. */
  readonly surplus: readonly Live[];
  /** Several complete objects that all match the desired resource. */
  readonly duplicates: readonly Live[];
  /** Complete objects that all match, beside the current one, of a type whose duplicates are spare. They are surplus. */
  readonly twins: readonly Live[];
  /** An object that AWS is deleting, if no other exists. */
  readonly deleting?: Live;
}
