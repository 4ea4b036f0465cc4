import type { Problem } from "../engine/plan-format.ts";
import type { Live } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";

/**
 * Why the stack may not be destroyed at all. Whether AWS protects its group and load balancer now does not matter:
 * somebody may have removed the protection.
 */
export function deletionProblems(
  { stack, scaling }: Stack,
  live: readonly Live[],
): readonly Problem[] {
  if (scaling.protect !== true || live.length === 0) return [];
  return [
    {
      severity: "error",
      address: `auto-scaling-group/${stack}`,
      summary:
        "the stack file protects the group and its load balancer from deletion (scaling.protect)",
      remedy:
        "To destroy the stack, write protect: false, apply that, then run the same command again.",
    },
  ];
}
