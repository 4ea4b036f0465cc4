/** The options that every command takes. */
export interface CommonOptions {
  readonly sandbox: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export interface PlanOptions {
  readonly check: boolean;
  readonly out?: string;
}

export interface StatusOptions {
  readonly check: boolean;
  readonly watch: boolean;
}

export interface ApplyOptions {
  readonly yes: boolean;
  readonly plan?: string;
}

export interface DestroyOptions {
  readonly yes: boolean;
}

export const GRAPH_FORMATS = ["mermaid", "dot", "svg"] as const;

export type GraphFormat = (typeof GRAPH_FORMATS)[number];
