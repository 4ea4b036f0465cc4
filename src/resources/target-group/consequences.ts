import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Caution } from "../../engine/resource.ts";
import { service } from "../shared/consequence.ts";
import type { TargetGroupFields } from "./live.ts";

/** A shorter drain may cut requests. */
export function consequences({ fields }: Change): readonly Consequence[] {
  const drain = fields.find(({ path }) => path === "drain");
  if (drain === undefined) return [];
  const { before, after } = drain;
  if (typeof before !== "number" || typeof after !== "number" || after >= before) return [];
  return [
    service(
      `A server that leaves has ${after} s to finish its requests, instead of ${before} s. AWS cuts longer ones.`,
    ),
  ];
}

/** Warns that running servers may not pass another health check. */
export function cautionOf(
  { healthCheck: wanted }: TargetGroupFields,
  { healthCheck: live }: TargetGroupFields,
): Caution | undefined {
  if (wanted.path === live.path && wanted.status === live.status) return undefined;
  return {
    summary: `from this change on, the load balancer checks the servers' health at ${wanted.path} and expects status ${wanted.status}. Servers that answer otherwise count as unhealthy, and the group replaces them.`,
    remedy:
      "To avoid downtime, apply in two steps: first make the servers answer the new check, then change it.",
  };
}
