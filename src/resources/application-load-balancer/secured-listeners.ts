import { sameValue } from "../../engine/values.ts";
import type { ListenerFields } from "./settings.ts";

/**
 * The listeners until AWS has issued the certificate, and the servers are ready. An HTTPS listener keeps its
 * certificate, or comes later. Until then, nothing that serves stops: not a listener on another port, and not a
 * redirect to an HTTPS listener that exists. A listener that will redirect to a later one serves by itself.
 */
export function withLiveCertificates(
  wanted: readonly ListenerFields[],
  live: readonly ListenerFields[],
): readonly ListenerFields[] {
  const isHeld = heldBy(live);
  if (!wanted.some(isHeld)) return wanted;
  const liveAt = (port: number) => live.find((each) => each.port === port);
  const serves = (port: number) => {
    const later = wanted.find((each) => each.port === port);
    return liveAt(port)?.certificate != null || (later !== undefined && !isHeld(later));
  };
  const forward = wanted.find((listener) => listener.forward !== null)?.forward ?? null;
  const first = wanted.flatMap((listener): readonly ListenerFields[] => {
    const { port, redirect } = listener;
    const before = liveAt(port);
    if (isHeld(listener)) {
      if (before === undefined) return [];
      const { certificate } = before;
      return certificate === null ? [before] : [{ ...listener, certificate }];
    }
    if (redirect?.protocol !== "HTTPS" || serves(Number(redirect.port))) return [listener];
    return [before !== undefined && leadsOn(before, live) ? before : plain(listener, forward)];
  });
  const left = live.filter(({ port }) => !wanted.some((each) => each.port === port));
  const all = [...first, ...left].sort((one, other) => one.port - other.port);
  return sameValue(all, wanted) ? wanted : withOneThatForwards(all, wanted.filter(isHeld));
}

/** Whether a listener has to wait: its certificate is not one that the load balancer has, and so may not be issued. */
function heldBy(live: readonly ListenerFields[]): (listener: ListenerFields) => boolean {
  const used = new Set(live.map(({ certificate }) => certificate));
  return ({ protocol, certificate }) => protocol === "HTTPS" && !used.has(certificate);
}

/** Whether a live listener redirects to an HTTPS listener that exists. */
function leadsOn({ redirect }: ListenerFields, live: readonly ListenerFields[]): boolean {
  return live.some(
    ({ port, certificate }) => String(port) === redirect?.port && certificate !== null,
  );
}

function plain(listener: ListenerFields, forward: ListenerFields["forward"]): ListenerFields {
  return { ...listener, redirect: null, forward };
}

/**
 * The load balancer checks only the servers of target groups that a listener names, and the group waits for these checks.
 * If all that forwards has to wait, the port of one of them serves without encryption so long, where browsers expect it
 * with encryption: nobody gets an answer there before.
 */
function withOneThatForwards(
  listeners: readonly ListenerFields[],
  held: readonly ListenerFields[],
): readonly ListenerFields[] {
  const [first] = held;
  if (first === undefined || listeners.some(({ forward }) => forward !== null)) return listeners;
  const open = { ...first, protocol: "HTTP", certificate: null, tls: null };
  return [...listeners.filter(({ port }) => port !== open.port), open].sort(
    (one, other) => one.port - other.port,
  );
}

/** The HTTPS listeners whose certificate is not the live one. AWS has to have issued it before. */
export function newCertificates(
  wanted: readonly ListenerFields[],
  live: readonly ListenerFields[],
): readonly string[] {
  const used = new Set(live.map(({ certificate }) => certificate));
  const named = wanted.flatMap(({ certificate }) => certificate ?? []);
  return [...new Set(named)].filter((certificate) => !used.has(certificate));
}
