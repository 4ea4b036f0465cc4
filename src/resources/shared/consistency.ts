import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { nameKey, stackKey } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "./context.ts";

/** What the call answers. Undefined if the object does not exist, or no longer. */
export async function unlessGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, "not-found")) return undefined;
    throw error;
  }
}

/** Retries a call that uses a new object while parts of AWS do not know the object yet. */
export function retryNotFound<T>(
  context: ResourceContext,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  return retry(call, {
    while: ["not-found"],
    reason: `AWS does not know ${what} everywhere yet`,
    deadline: consistencyDeadline,
    context,
  });
}

/**
 * Polls until AWS shows what was just written. `look` returns undefined while nothing is visible.
 * `missing` says what is not visible yet, or returns undefined when everything is.
 */
export function untilSeen<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  missing: (found: T) => string | undefined = () => undefined,
): Promise<T> {
  return waitFor({
    what: `AWS to show ${what}`,
    deadline: consistencyDeadline,
    // Most reads show a write at once or within seconds.
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<T>> => {
      const found = await look();
      if (found === undefined) return { pending: `${what} is not visible yet` };
      const reason = missing(found);
      return reason === undefined ? { done: found } : { pending: reason };
    },
    remedy: "Run the same command again to resume.",
  });
}

/** Polls until AWS no longer shows the object. */
export function untilGone(
  context: ResourceContext,
  what: string,
  look: () => Promise<string | undefined>,
  limits: { readonly deadline: number; readonly pace: number } = {
    deadline: consistencyDeadline,
    pace: 2_000,
  },
): Promise<void> {
  return waitFor({
    what: `${what} to be gone`,
    ...limits,
    context,
    probe: async (): Promise<Probe<void>> => {
      const pending = await look();
      return pending === undefined ? { done: undefined } : { pending };
    },
    remedy: "Run the same command again to resume.",
  });
}

/**
 * Called when a create finds its name taken. Waits until the existing object is visible with our tags:
 * then an interrupted create or another apply made it. Tags may lag behind the object, so an object
 * without them counts as not managed by this stack only after some time.
 *
 * @throws OutsideError if the object does not belong to this stack.
 */
export async function adopt<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  cause: unknown,
): Promise<T> {
  try {
    return await waitFor({
      what: `AWS to show who owns ${what}`,
      // An object and its tags are usually visible within seconds, at worst after a minute.
      deadline: 120_000,
      pace: 3_000,
      context,
      probe: async (): Promise<Probe<T>> => {
        const found = await look();
        return found === undefined
          ? { pending: "the name is taken; looking up the owner" }
          : { done: found };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    throw new OutsideError(
      `${what} already exists and does not carry the tags ${stackKey}=${context.stack} and ${nameKey}`,
      {
        remedy: foreignRemedy,
        cause,
        ...(cause instanceof Error && "code" in cause && { code: String(cause.code) }),
      },
    );
  }
}

/**
 * Creates an object and waits until AWS shows it. If its name is taken, an interrupted create made it.
 *
 * @throws OutsideError if the object of that name does not belong to this stack.
 */
export async function createOrAdopt<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  create: () => Promise<unknown>,
): Promise<T> {
  try {
    await create();
    return await untilSeen(context, what, look);
  } catch (error) {
    if (!isAwsError(error, "already-exists")) throw error;
    return adopt(context, what, look, error);
  }
}

const foreignRemedy = `If it belongs to this stack and lost its tags, put them back: ${stackKey} is the stack's name, ${nameKey} the address above. Otherwise delete it if nothing needs it, or choose another name for the stack, or for this section (name:).`;
