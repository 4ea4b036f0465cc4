import { resolve } from "node:path";
import type { Reporter } from "../engine/resource.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import { type KeyFiles, keyFilesIn } from "../resources/shared/key-file.ts";
import type { Environment } from "./environment.ts";
import type { Io } from "./io.ts";
import type { Session } from "./session.ts";

/** The context for the methods of the resource types. */
export function contextOf(
  stack: string,
  session: Session,
  environment: Environment,
  report: Reporter,
): ResourceContext {
  const { clients, clock, nameServers } = environment;
  const { signal, io } = session;
  const files = keyFilesOf(io, report);
  return { clients, clock, stack, signal, report, files, ...(nameServers && { nameServers }) };
}

/** The files on the disk, with a hint if Git would commit a new private key. */
function keyFilesOf(io: Io, report: Reporter): KeyFiles {
  const files = keyFilesIn(io.cwd);
  return {
    ...files,
    async writeNew(path, content) {
      const isNew = await files.writeNew(path, content);
      const { ignoreHint } = await import("./git-ignore.ts");
      const hint = isNew ? await ignoreHint(resolve(io.cwd, path), io) : undefined;
      if (hint !== undefined) report.noted(hint);
      return isNew;
    },
  };
}
