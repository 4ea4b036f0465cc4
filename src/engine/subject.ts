import type { Match } from "./match.ts";
import type { AnyResourceType, DesiredResource, EngineContext, Target } from "./resource.ts";

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
