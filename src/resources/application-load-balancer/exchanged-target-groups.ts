import { sameValue } from "../../engine/values.ts";
import type { ListenerFields } from "./settings.ts";

/**
 * The wanted listeners while the servers change from one target group to another: each listener that forwards to
 * another target group keeps the requests where they are, and names the new target group without a share. The load
 * balancer checks only the servers of target groups that a listener names ("Health checks for target groups").
 */
export function withLiveTargetGroups(
  wanted: readonly ListenerFields[],
  live: readonly ListenerFields[],
): readonly ListenerFields[] {
  const both = wanted.map((listener) => {
    const before = live.find(({ port }) => port === listener.port);
    return withLiveTargetGroup(listener, before);
  });
  return sameValue(both, wanted) ? wanted : both;
}

function withLiveTargetGroup(
  wanted: ListenerFields,
  live: ListenerFields | undefined,
): ListenerFields {
  const serving = (live?.forward ?? []).filter(({ weight }) => weight > 0);
  if (wanted.forward === null || serving.length === 0) return wanted;
  const named = new Set(serving.map(({ targetGroup }) => targetGroup));
  const added = wanted.forward.filter(({ targetGroup }) => !named.has(targetGroup));
  if (added.length < wanted.forward.length) return wanted;
  return { ...wanted, forward: [...serving, ...added.map((each) => ({ ...each, weight: 0 }))] };
}
