import { unlessStopped } from "../../aws/stop.ts";
import { silent } from "../../engine/silent.ts";
import { usesPython } from "../../image/application-steps.ts";
import type { ImageCheck } from "../../image/recipe.ts";
import { renderBuildScript } from "../../image/script.ts";
import { fitUserData } from "../../image/user-data.ts";
import { lookUpEarlierImages } from "../../resources/shared/image-in-use.ts";
import type { Stack } from "../../spec/stack.ts";
import { withKeptVersions } from "../../stack/build-script.ts";
import { toRecipe } from "../../stack/recipe.ts";
import { jsonText, neutralize, neutralizeLines } from "../../ui/text.ts";
import { lookUpBase } from "../base-image.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { requireRight } from "../inputs.ts";
import { readLocalFiles } from "../local-files.ts";
import { contextOf } from "../resource-context.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";

interface ImageOptions {
  /** Print the promises instead of the script. */
  readonly checks: boolean;
}

/** Prints the image's build script, exactly as the builder runs it, or what the script verifies. */
export async function image(
  session: Session,
  named: string | undefined,
  wanted: ImageOptions,
): Promise<ExitCode> {
  const { io, options, view } = session;
  const stackFile = await openStackFile(session, named);
  view.warnings(stackFile.warnings);
  const { files, warnings } = await readLocalFiles(stackFile, session.signal);
  view.warnings(warnings);
  const { stack } = stackFile;
  const environment = await openEnvironment(session, stack.region);
  // The build keeps the versions of Python packages, which nothing else of the account decides.
  const { application } = stack;
  const hasVersions = !wanted.checks && application !== undefined && usesPython(application);
  const looking = Promise.all([
    lookUpBase(stack, environment, async () => new Map()),
    hasVersions
      ? lookUpEarlierImages(contextOf(stack.stack, session, environment, silent))
      : undefined,
  ]);
  const [{ baseImage, findings }, earlier] = await unlessStopped(looking, session.signal).finally(
    () => environment.close(),
  );
  requireRight(stackFile, findings);
  const recipe = toRecipe(stack, baseImage.release, files);
  const { script, checks } = renderBuildScript(withKeptVersions(recipe, earlier));
  if (!wanted.checks) io.stderr.write(await howItIsSent(script, stack));
  if (options.json) {
    io.stdout.write(`${jsonText(wanted.checks ? { checks } : { script }, 2)}\n`);
  } else {
    io.stdout.write(
      wanted.checks ? describeChecks(checks) : shownScript(script, io.stdout.isTTY === true),
    );
  }
  return EXIT.done;
}

/** A script that does not fit into user data is not what the builder starts with. */
async function howItIsSent(script: string, { artifacts }: Stack): Promise<string> {
  const { bytes, over } = await fitUserData(script);
  if (!over) return "";
  const bucket =
    artifacts === undefined ? "a bucket of the stack" : `the bucket ${artifacts.bucket}`;
  return `The script is too large for EC2's user data: ${bytes} bytes compressed, and EC2 accepts 16384. The builder starts with a small script that downloads it from ${bucket} and verifies its SHA-256.\n`;
}

/** Exactly as the builder runs it. Only a terminal gets no control characters. */
function shownScript(script: string, isScreen: boolean): string {
  return isScreen ? script.split("\t").map(neutralizeLines).join("\t") : script;
}

/** Each check with its promise, and how the build verifies it. */
function describeChecks(checks: readonly ImageCheck[]): string {
  // A few long ids, usually file paths, must not push everything else to the right.
  const width = Math.min(32, Math.max(...checks.map(({ id }) => id.length)));
  const blank = " ".repeat(width + 2);
  const lines = checks.flatMap(({ id, promise, how }) => [
    `${id.padEnd(width)}  ${neutralize(promise)}`,
    ...how.split("\n").map((line) => `${blank}${neutralize(line)}`),
  ]);
  return [
    `${checks.length} promises. The build verifies each one on the finished system, and what a boot can change again after a restart. If one is not kept, the build creates no image.`,
    "",
    ...lines,
    "",
  ].join("\n");
}
