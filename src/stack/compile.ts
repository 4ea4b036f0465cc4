import type { Problem } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import type { Retained } from "../engine/retained.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";
import { retainedIn } from "./retained.ts";
import { definedResources } from "./sections.ts";

export interface Compiled {
  readonly desired: readonly DesiredResource[];
  readonly retained: readonly Retained[];
  readonly problems: readonly Problem[];
}

/** Compiles the stack file and the facts into the desired resources. Pure. */
export function compile(stack: Stack, facts: Facts): Compiled {
  const needed = definedResources(stack, facts).filter(({ isNeeded }) => isNeeded?.(facts) ?? true);
  const compiled = needed.map(({ compile, isNeeded: _, ...resource }) => {
    const { fields, problems = [] } = compile(facts);
    const movable = facts.isEmpty === true ? { movable: true as const } : {};
    return { resource: { ...resource, ...movable, fields }, problems };
  });
  return {
    desired: compiled.map(({ resource }) => resource),
    retained: retainedIn(stack),
    problems: compiled.flatMap(({ problems }) => problems),
  };
}
