import type { Problem } from "../engine/plan-format.ts";
import type { Address } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";

/** A resource that a section of the stack file defines. */
export interface DefinedResource {
  /** Known without any facts. */
  readonly address: Address;
  /** The name that the stack file gives it. */
  readonly physicalName?: string;
  /** How many earlier generations to keep beside the current one. */
  readonly keep?: number;
  /**
   * Whether the stack needs it at all, if the stack file alone does not say so. A plan looks for such an object only
   * when it is needed, or when the stack has ever had one. Pure.
   */
  isNeeded?(facts: Facts): boolean;
  /** Pure. */
  compile(facts: Facts): CompiledFields;
}

export interface CompiledFields {
  /** The resource's fields. Any value may be a reference. */
  readonly fields: object;
  readonly problems?: readonly Problem[];
}

/** The resources of one section; without facts, those that the stack file alone shows. Pure. */
export type SectionCompiler = (
  stack: Stack,
  facts?: Pick<Facts, "network">,
) => readonly DefinedResource[];

/** The physical name of a section's resource, if the stack file gives it one. */
export function physicalNameOf({ name }: { readonly name?: string }): { physicalName?: string } {
  return name === undefined ? {} : { physicalName: name };
}
