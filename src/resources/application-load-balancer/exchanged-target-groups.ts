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

/**
 * Whether the live listeners are the wanted ones. A target group without a share of the requests means nothing to them:
 * it stays until it is deleted, so that its servers can finish their requests.
 */
export function sameListeners(
  wanted: readonly ListenerFields[],
  live: readonly ListenerFields[],
): boolean {
  const shown = live.map((listener) => {
    const own = wanted.find(({ port }) => port === listener.port)?.forward ?? [];
    const named = new Set(own.map(({ targetGroup }) => targetGroup));
    const forward = listener.forward?.filter(
      ({ targetGroup, weight }) => weight > 0 || named.has(targetGroup),
    );
    return { ...listener, forward: forward ?? null };
  });
  return sameValue(wanted, shown);
}

/**
 * The wanted listeners, each with the target groups from which it takes the requests. A server that is deregistered from
 * a target group that no listener names has no time to finish its requests ("unused").
 *
 * @param isOwn Whether a target group is the stack's, which deletes it later.
 */
export function withFormerTargetGroups(
  wanted: readonly ListenerFields[],
  live: readonly ListenerFields[],
  isOwn: (targetGroup: string) => boolean,
): readonly ListenerFields[] {
  return wanted.map((listener) => {
    const { forward } = listener;
    if (forward === null) return listener;
    const named = new Set(forward.map(({ targetGroup }) => targetGroup));
    const before = live.find(({ port }) => port === listener.port)?.forward ?? [];
    const former = before
      .filter(({ targetGroup }) => !named.has(targetGroup) && isOwn(targetGroup))
      .map(({ targetGroup }) => ({ targetGroup, weight: 0 }));
    return former.length === 0 ? listener : { ...listener, forward: [...forward, ...former] };
  });
}
