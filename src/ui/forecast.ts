import type { PlanDocument } from "../engine/plan-format.ts";
import type { PresentedTypes } from "../engine/presentation.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { secondsLeft, type TimedStep } from "./durations.ts";
import { typeAt } from "./types.ts";

/** The usual duration of a plan in seconds: that of its longest chain of dependent steps. */
export function forecastSeconds(
  document: PlanDocument,
  types: PresentedTypes,
  desired: readonly DesiredResource[] = [],
): number {
  const planned = { document, types, desired };
  const steps = document.steps.map(
    (step): TimedStep => ({ ...step, state: "waiting", ...timingOf(step, planned) }),
  );
  return secondsLeft(new Map(steps.map((step) => [step.key, step])), 0);
}

/** "about 9 minutes". A forecast to the second would be false precision. */
export function aboutWords(seconds: number): string {
  if (seconds < 45) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return "about a minute";
  if (minutes < 90) return `about ${minutes} minutes`;
  const hours = Math.round(seconds / 1800) / 2;
  return `about ${hours} hours`;
}

/** A sentence with the estimated duration of a plan. */
export function forecastWords(
  seconds: number,
  sandbox: { readonly speed: number } | undefined,
): string {
  if (sandbox === undefined) return `Estimated time: ${aboutWords(seconds)}.`;
  const here = Math.max(1, Math.round(seconds / sandbox.speed));
  const real = here < 90 ? `about ${here} s` : aboutWords(here);
  return `Estimated time: ${aboutWords(seconds)} on the sandbox's clock, ${real} on yours.`;
}

/** What is known of a plan when its steps are timed. */
export interface Planned {
  readonly document: PlanDocument | undefined;
  readonly types: PresentedTypes;
  readonly desired: readonly DesiredResource[];
}

/** For a type that is not known: a few calls and a short wait. */
const OTHER_SECONDS = 10;

/** The usual duration of a step, and its slow part: of an update, the differences tell. */
export function timingOf(
  { verb, address }: Pick<TimedStep, "verb" | "address">,
  { document, types, desired }: Planned,
): Pick<TimedStep, "usual" | "slowPart" | "tellsShare"> {
  const type = typeAt(address, types);
  const usual = type?.usualSeconds[verb] ?? OTHER_SECONDS;
  const change = document?.changes.find(
    (one) => verb === "update" && one.address === address && one.action === "update",
  );
  const wanted = desired.find((resource) => resource.address === address)?.fields;
  const slow = change === undefined ? undefined : type?.slowPart?.(change, wanted);
  if (slow === undefined) return { usual };
  const { name, seconds, tellsShare } = slow;
  return { usual: seconds, slowPart: name, ...(tellsShare && { tellsShare }) };
}
