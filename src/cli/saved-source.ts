import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { UserError } from "../engine/errors.ts";
import type { Planning } from "../engine/plan.ts";
import { planDifference } from "../engine/plan-difference.ts";
import type { PlanDocument } from "../engine/plan-format.ts";
import type { WishSource } from "../engine/prepare.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { earlierImages } from "../resources/shared/earlier-images.ts";
import { isEmptyStack } from "../resources/shared/empty-stack.ts";
import { typesIn } from "../stack/addresses.ts";
import type { LocalSource } from "../stack/facts.ts";
import { STANDARD_STREAM } from "./command-line.ts";
import type { Environment } from "./environment.ts";
import { readFileOrPipe, tooLarge } from "./local-file.ts";
import { requireSamePlaybook, requireSameSource, sumOfStored } from "./local-source.ts";
import { newKeyFiles } from "./new-key-files.ts";
import { readStream } from "./read-bytes.ts";
import { parseSavedPlan, type SavedPlan } from "./saved-plan.ts";
import type { Session } from "./session.ts";
import { requireOwnFolder } from "./stack-folder.ts";
import { VERSION } from "./version.ts";
import { wishOf } from "./wish.ts";

/** A plan of some hundred resources, with the content of all files, has a few MiB. */
const MOST_PLAN = 2 ** 25;

/**
 * Reads the saved plan of that name, or from standard input.
 *
 * @throws UserError if the file is not a saved plan, or if the plan is for another region than --region says.
 */
export async function readSavedPlan(session: Session, named: string): Promise<SavedPlan> {
  const { io, signal, options } = session;
  const limits = { most: MOST_PLAN, signal };
  const shown = named === STANDARD_STREAM ? "standard input" : named;
  const content =
    named === STANDARD_STREAM
      ? await readInput(io.stdin, shown, limits)
      : await readFileOrPipe(resolve(io.cwd, named), named, limits);
  const saved = parseSavedPlan(new TextDecoder().decode(content), shown, io.cwd);
  const { region } = saved.document;
  if (options.region === undefined || options.region === region) return saved;
  throw new UserError(`the plan was made for ${region}, not for ${options.region}`, {
    remedy: "Omit --region, or make a new plan for that region.",
  });
}

async function readInput(
  stdin: Readable,
  shown: string,
  limits: { readonly most: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { content, isTooLong } = await readStream(stdin, limits);
  if (isTooLong) throw tooLarge(shown, limits.most);
  return content;
}

/** The desired resources, derived from the saved plan's stack file as they were from the file itself. */
export function wishOfSaved(
  { stackFile, inputs }: SavedPlan,
  { clients, region, clock }: Environment,
  directory: string,
): WishSource {
  return {
    types: typesIn(stackFile.stack),
    async find(live) {
      const { lookUpAccount } = await import("../aws/facts.ts");
      const [account, found] = await Promise.all([lookUpAccount(clients), live]);
      const earlier = earlierImages(found);
      const isEmpty = isEmptyStack(found);
      const place = { account, region, now: clock.now(), earlier, isEmpty, directory };
      return wishOf(stackFile, inputs, place);
    },
  };
}

/**
 * Refuses a plan that differs from the saved one, a private key that this machine cannot put where the plan says, and
 * a source that has changed.
 *
 * @throws UserError with each difference.
 */
export async function requireSamePlan(
  saved: SavedPlan,
  { document, desired }: Planning,
  directory: string,
): Promise<void> {
  const differences = planDifference(saved.document, document);
  if (differences.length > 0) {
    const versions =
      saved.version === VERSION
        ? []
        : [`reconcile ${saved.version} saved the plan; this is reconcile ${VERSION}`];
    const lines = [...differences, ...versions].map((line) => `\n- ${line}`);
    throw new UserError(
      `an apply would not do what the saved plan shows, so nothing was changed:${lines.join("")}`,
      {
        remedy:
          "The live resources changed after the plan was saved, or somebody edited the file. Create a new plan, review it, and apply the new plan.",
      },
    );
  }
  const { folder } = saved.stackFile;
  for (const file of newKeyFiles(document, desired)) {
    if (!existsSync(folder)) {
      throw new UserError(
        `the plan writes a new private key to ${file}, but the directory ${folder} does not exist on this machine`,
        {
          remedy:
            "Run the command in the directory that corresponds to the one where the plan was made, or make a new plan here.",
        },
      );
    }
    await requireOwnFolder(folder, resolve(directory, file));
  }
  const { application, playbook } = saved.inputs.facts.files;
  if (application !== undefined && needsContent(application, document, desired)) {
    await requireSameSource(saved.stackFile, application);
  }
  if (playbook !== undefined && needsContent(playbook, document, desired)) {
    await requireSamePlaybook(saved.stackFile, playbook);
  }
}

/** Whether something is created from a source that the saved plan does not contain. */
function needsContent(
  source: LocalSource,
  { changes }: PlanDocument,
  desired: readonly DesiredResource[],
): boolean {
  const sha256 = sumOfStored(source);
  if (sha256 === undefined) return false;
  const created = new Set(
    changes
      .filter(({ action }) => action === "create" || action === "replace")
      .map(({ address }) => address),
  );
  return desired.some(
    ({ address, fields }) => created.has(address) && JSON.stringify(fields).includes(sha256),
  );
}
