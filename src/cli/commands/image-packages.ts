import { unlessStopped } from "../../aws/stop.ts";
import { UserError } from "../../engine/errors.ts";
import { silent } from "../../engine/silent.ts";
import { billOfMaterials, billPath } from "../../image/packages.ts";
import { lookUpImageInUse } from "../../resources/shared/image-in-use.ts";
import { jsonText } from "../../ui/text.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { contextOf } from "../resource-context.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";

/** Prints the bill of materials of the image in use, without a server that runs it. */
export async function imagePackages(
  session: Session,
  named: string | undefined,
): Promise<ExitCode> {
  const { io, view, signal } = session;
  const stackFile = await openStackFile(session, named);
  view.warnings(stackFile.warnings);
  const { stack, region } = stackFile.stack;
  const environment = await openEnvironment(session, region);
  const looking = lookUpImageInUse(contextOf(stack, session, environment, silent));
  const found = await unlessStopped(looking, signal).finally(() => environment.close());
  if (found === undefined) {
    throw new UserError(`the stack ${stack} has no image yet`, {
      remedy: "Run `reconcile apply` to build it.",
    });
  }
  const { image, packages } = found;
  if (packages === undefined) {
    throw new UserError(`no list of the packages of ${image.id} is stored with it`, {
      remedy: `If its build was by this version of reconcile, the list is in the image: ${billPath}. Otherwise, run \`reconcile apply\`: it builds a new image, which has the list, unless image.use names an earlier one.`,
    });
  }
  io.stdout.write(`${jsonText(billOfMaterials(packages, image), 2)}\n`);
  return EXIT.done;
}
