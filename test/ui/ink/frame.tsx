import { renderToString } from "ink";
import type { ReactNode } from "react";
import { type Surroundings, SurroundingsContext } from "../../../src/ui/ink/surroundings.tsx";
import { TYPES } from "../types.ts";

/** The lines that a component puts on a screen of this size, without colour unless asked for. */
export function frameOf(node: ReactNode, surroundings: Partial<Surroundings> = {}): string[] {
  const columns = surroundings.columns ?? 80;
  const context = {
    columns,
    rows: 24,
    colour: false,
    links: false,
    now: () => 0,
    types: TYPES,
    ...surroundings,
  };
  return renderToString(<SurroundingsContext value={context}>{node}</SurroundingsContext>, {
    columns,
  }).split("\n");
}
