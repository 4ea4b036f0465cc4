import { renderBuildScript } from "../../image/script.ts";
import { toRecipe } from "../../stack/recipe.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { readLocalFiles } from "../local-files.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { lookUpBase } from "../work.ts";

/** Prints the image's build script, exactly as the builder would run it. */
export async function image(session: Session, named: string | undefined): Promise<ExitCode> {
  const { io, options, view } = session;
  const stackFile = await openStackFile(session, named);
  view.warnings(stackFile.warnings);
  const files = await readLocalFiles(stackFile);
  const environment = await openEnvironment(session, stackFile.stack.region);
  const { release } = await lookUpBase(stackFile.stack.image, environment).finally(() =>
    environment.close(),
  );
  const { script } = renderBuildScript(toRecipe(stackFile.stack, release, files));
  io.stdout.write(options.json ? `${JSON.stringify({ script }, undefined, 2)}\n` : script);
  return EXIT.done;
}
