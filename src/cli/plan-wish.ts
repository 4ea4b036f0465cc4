import { resolve } from "node:path";
import { unlessStopped } from "../aws/stop.ts";
import type { Planning } from "../engine/plan.ts";
import { prepare, type WishSource } from "../engine/prepare.ts";
import { silent } from "../engine/silent.ts";
import { resourceTypes } from "../resources/all.ts";
import { requireMakeable } from "../resources/shared/key-file.ts";
import type { Environment } from "./environment.ts";
import { newKeyFiles } from "./new-key-files.ts";
import { contextOf } from "./resource-context.ts";
import type { Session } from "./session.ts";

/**
 * Compares the desired resources with the account. Only reads, so an interrupt ends it at once: calls in
 * flight are abandoned, and nothing waits for an AWS that does not answer.
 *
 * @throws the signal's reason, if it is aborted.
 * @throws KeyFileError if a new key's file could not be created. An apply would find out too late.
 */
export async function planWish(
  stack: string,
  wish: WishSource,
  session: Session,
  environment: Environment,
): Promise<Planning> {
  const context = contextOf(stack, session, environment, silent);
  const { region } = environment;
  const planning = await unlessStopped(
    prepare({ wish, region, types: resourceTypes, context }),
    session.signal,
  );
  await requireKeyFiles(planning, session.io.cwd);
  return planning;
}

/** An existing key pair needs no file here, because the file may be on another machine. */
async function requireKeyFiles({ document, desired }: Planning, directory: string): Promise<void> {
  for (const file of newKeyFiles(document, desired))
    await requireMakeable(resolve(directory, file));
}
