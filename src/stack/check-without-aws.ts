import type { Finding } from "../spec/finding.ts";
import type { Stack } from "../spec/stack.ts";
import type { LocalFiles } from "./facts.ts";
import { definedResources } from "./sections.ts";

/** What is wrong with the resources of a stack file, as far as it shows without AWS. */
export function checkWithoutAws(stack: Stack, files: LocalFiles): readonly Finding[] {
  return definedResources(stack).flatMap(({ check }) => check?.(files) ?? []);
}
