import type { Action } from "../../engine/plan-format.ts";

export interface GraphNode {
  /** The address, or the address with the id where one address has several objects. */
  readonly key: string;
  readonly address: string;
  readonly action: Action;
}

/** What stands on what. */
export interface GraphEdge {
  /** Must be there first. */
  readonly from: string;
  readonly to: string;
}

/** The resources of a stack, what a plan does to each, and which needs which. Plain data. */
export interface ResourceGraph {
  readonly stack: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
