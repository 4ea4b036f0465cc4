/** The warm pool of a group. */
export interface WarmPool {
  readonly minSize: number;
  /** Undefined: the maximum size of the group. */
  readonly maxPrepared: number | undefined;
  readonly state: PoolState;
  /** Whether instances return to it when the group scales in. Undefined: nobody has set it. */
  readonly reuses: boolean | undefined;
  /** Set once its deletion has begun: it goes when its last instance is gone. */
  readonly deleting?: true;
}

export type PoolState = "Stopped" | "Running";

/** The states of an instance in a warm pool. */
export type WarmState =
  | "Warmed:Pending"
  | "Warmed:Pending:Wait"
  | "Warmed:Pending:Proceed"
  | "Warmed:Stopped"
  | "Warmed:Running"
  | "Warmed:Terminating"
  | "Warmed:Terminating:Wait"
  | "Warmed:Terminating:Proceed";
