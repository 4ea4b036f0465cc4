import { openNetwork } from "../aws/connection.ts";
import { lookUpAccount } from "../aws/facts.ts";
import { shownEndpoint } from "../resources/shared/shown-endpoint.ts";
import { arnOfTopic } from "../resources/shared/topic-arn.ts";
import type { Stack } from "../spec/stack.ts";
import { topicsOf } from "../stack/notify.ts";
import { jsonText } from "../ui/text.ts";
import type { Environment } from "./environment.ts";
import { describeFailure } from "./failure.ts";
import { type ApplyOutcome, outcomeOf, plainError, type RunApply } from "./outcome-content.ts";
import { publishOutcome } from "./outcome-publish.ts";
import { isLoopback, postSigned, secretVariable } from "./outcome-webhook.ts";
import type { Session } from "./session.ts";

/** Milliseconds. Nobody waits longer for the command to end. */
const longest = 10_000;

/** What telling needs of the command, and of the AWS that it used. */
interface Teller {
  readonly io: Pick<Session["io"], "env">;
  readonly options: Pick<Session["options"], "profile">;
  readonly signal: AbortSignal;
  warn(line: string): void;
}

type Place = Pick<Environment, "clients" | "region" | "clock" | "sandbox">;

/**
 * Tells the stack's topics and URLs how an apply ended, unless somebody interrupted it, who knows. Never fails: a warning
 * names whoever it does not reach.
 */
export async function tellOutcome(
  stack: Stack,
  run: RunApply,
  session: Teller,
  environment: Place,
): Promise<void> {
  const outcome = outcomeOf(run);
  if (outcome !== undefined) await tell(stack, outcome, session, environment);
}

/** Tells them that an apply failed before its first step, if nobody interrupted it. */
export async function tellFailedPlan(
  stack: Stack,
  error: unknown,
  session: Teller,
  environment: Place,
): Promise<void> {
  if (session.signal.aborted) return;
  const { clients, region, clock } = environment;
  const failure = describeFailure(error, false);
  let account: string;
  try {
    account = await within(lookUpAccount(clients), longest / 2);
  } catch (cause) {
    session.warn(`nobody was told that the apply failed: ${wordsOf(cause)}`);
    return;
  }
  const outcome: ApplyOutcome = {
    formatVersion: 1,
    at: new Date(clock.now()).toISOString(),
    stack: stack.stack,
    region,
    account,
    outcome: "failed",
    summary: { create: 0, update: 0, replace: 0, delete: 0, keep: 0 },
    changes: [],
    error: plainError(failure),
  };
  await tell(stack, outcome, session, environment, longest / 2);
}

/** Everybody at the same time, so that one who does not answer holds up nobody else. */
async function tell(
  stack: Stack,
  outcome: ApplyOutcome,
  session: Teller,
  environment: Place,
  patience = longest,
): Promise<void> {
  const { clients } = environment;
  const { region, account } = outcome;
  const topics = topicsOf(stack).map((topic) =>
    typeof topic === "string" ? topic : arnOfTopic(region, account, stack.stack),
  );
  const publishing = topics.map(async (topic) => {
    try {
      await within(publishOutcome(clients, topic, outcome), patience);
    } catch (error) {
      session.warn(`the outcome was not published to ${topic}: ${wordsOf(error)}`);
    }
  });
  await Promise.all([...publishing, postAll(stack, outcome, session, environment, patience)]);
}

async function postAll(
  { notify }: Stack,
  outcome: ApplyOutcome,
  { io, options, warn }: Teller,
  { sandbox, clock }: Place,
  patience: number,
): Promise<void> {
  const urls = (notify?.to ?? []).filter(({ kind }) => kind === "https").map(({ value }) => value);
  if (urls.length === 0) return;
  const { [secretVariable]: secret = "" } = io.env;
  if (secret === "") {
    const where = urls.map(shownEndpoint).join(", ");
    warn(
      `the outcome was not sent to ${where}: ${secretVariable}, the key of its signature, is not set`,
    );
    return;
  }
  const sender = openNetwork(options.profile);
  const stop = new AbortController();
  const body = jsonText(outcome);
  await Promise.all(
    urls.map(async (url) => {
      if (sandbox !== undefined && !isLoopback(url)) {
        warn(
          `the outcome was not sent to ${shownEndpoint(url)}: in the sandbox, nothing leaves this machine`,
        );
        return;
      }
      try {
        const posting = postSigned({ url, body, secret, now: clock.now() }, sender, stop.signal);
        await within(posting, patience);
      } catch (error) {
        warn(`the outcome was not sent to ${shownEndpoint(url)}: ${wordsOf(error)}`);
      }
    }),
  );
  stop.abort();
  sender.destroy?.();
}

/** @throws Error if the work takes longer than so many milliseconds. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`no answer within ${milliseconds / 1000} s`));
    timer = setTimeout(late, milliseconds);
  });
  // It may fail after nobody waits for it any more.
  work.catch(() => {});
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
