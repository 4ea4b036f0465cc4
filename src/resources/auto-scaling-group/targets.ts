import type { ResourceContext } from "../shared/context.ts";
import type { Registrations } from "../shared/registrations.ts";
import { isTargetGroup, type Sources } from "./sources.ts";

/** What a group's target groups tell about it. */
export interface Targets {
  /** The servers' port. null: without target groups, or if they differ. */
  readonly port: number | null;
  /** The ARNs of the load balancers that forward to them. */
  readonly loadBalancers: readonly string[];
  /** The ARNs of those that no load balancer forwards to. */
  readonly idle: readonly string[];
}

/** The sources that no longer exist, or that no load balancer forwards to. */
export function goneAmong(
  registrations: readonly Registrations[],
  { idle }: Pick<Targets, "idle">,
): Sources {
  const gone = registrations.filter(({ isGone }) => isGone).map(({ id }) => id);
  return {
    loadBalancers: gone.filter((id) => !isTargetGroup(id)),
    targetGroups: [...new Set([...gone.filter(isTargetGroup), ...idle])],
  };
}

/** Few stacks have target groups, so the code for them is loaded for them alone. */
export async function targetsOf(
  context: ResourceContext,
  { targetGroups: arns }: Sources,
): Promise<Targets> {
  if (arns.length === 0) return { port: null, loadBalancers: [], idle: [] };
  const { describeTargetGroups } = await import("../target-group/live.ts");
  const found = (await describeTargetGroups(context)).filter(({ TargetGroupArn = "" }) =>
    arns.includes(TargetGroupArn),
  );
  const [port, ...others] = new Set(found.map(({ Port }) => Port));
  return {
    port: others.length === 0 ? (port ?? null) : null,
    loadBalancers: [...new Set(found.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))],
    idle: found
      .filter(({ LoadBalancerArns = [] }) => LoadBalancerArns.length === 0)
      .flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
  };
}
