import { applyPlan } from "../engine/apply.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { Live } from "../engine/live.ts";
import type { Planning } from "../engine/plan.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import type { Login } from "../stack/login.ts";
import type { Environment } from "./environment.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { describeFailure } from "./failure.ts";
import { finalOutputs } from "./final-outputs.ts";
import { contextOf } from "./resource-context.ts";
import type { Session } from "./session.ts";

/**
 * Applies the plan and reports each event to the view.
 *
 * @param login How to log in to the servers, for the outputs.
 * @param contentOf Reads what a build fetches beside its script, by its SHA-256.
 * @param check Verifies the result after all steps are done.
 * @param heard Receives each event, too.
 */
export async function carryOut(
  planning: Planning,
  session: Session,
  environment: Environment,
  {
    login,
    contentOf,
    check,
    heard,
  }: {
    readonly login?: Login | undefined;
    readonly contentOf?: ResourceContext["contentOf"];
    readonly check?: () => Promise<void>;
    readonly heard?: ((event: EngineEvent) => void) | undefined;
  },
): Promise<ExitCode> {
  const { stack } = planning.document;
  const result = await applyPlan(planning, {
    types: resourceTypes,
    contextFor: (report) => ({
      ...contextOf(stack, session, environment, report),
      found: planning.live,
      ...(contentOf && { contentOf }),
    }),
    clock: environment.clock,
    signal: session.signal,
    emit: (event) => {
      session.view.event(event);
      heard?.(event);
    },
    apiCalls: environment.apiCalls,
    ...(check && { check }),
    outputs: (live) =>
      finalOutputs(
        [...live.values(), ...retainedLive(planning)],
        { stack, login, retained: planning.retained },
        session,
        environment,
      ),
  });
  // The events contain AWS's errors. Only a bug in reconcile needs a stack trace as well.
  for (const { error } of result.failures) {
    const failure = describeFailure(error, false);
    if (failure.kind === "bug") session.view.failure(failure);
  }
  if (result.interrupted) return EXIT.interrupted;
  return result.ok ? EXIT.done : EXIT.error;
}

/** The objects that the stack file only keeps. No step touches them. */
function retainedLive({ live, retained }: Planning): readonly Live[] {
  const addresses = new Set(retained.map(({ address }) => address));
  return live.filter(({ address }) => addresses.has(address));
}
