import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Io } from "./io.ts";

/** Far more than Git needs to answer. */
const MOST_MILLISECONDS = 5_000;

/**
 * A sentence for whoever has just got a file that no repository should hold; undefined where Git ignores the
 * file already, or where there is no repository.
 */
export async function ignoreHint(
  path: string,
  { env, cwd }: Pick<Io, "env" | "cwd">,
): Promise<string | undefined> {
  const folder = dirname(path);
  if (!isInRepository(folder) || !(await isUnignored(path, env))) return undefined;
  const shown = (file: string) => {
    const way = relative(cwd, file);
    return way.startsWith("..") ? file : `.${sep}${way}`;
  };
  // In the folder's own file, so that the line holds for this one file alone.
  const line = `/${basename(path).replaceAll(/[\\*?[\]!# ]/g, "\\$&")}`;
  return `Git does not ignore the private key ${shown(path)}. Add the line ${line} to ${shown(join(folder, ".gitignore"))}.`;
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, ".git"))) return true;
  const above = dirname(folder);
  return above !== folder && isInRepository(above);
}

/** `git check-ignore` ends with 1 where no pattern matches; without Git, or its consent, nothing is known. */
function isUnignored(path: string, env: Io["env"]): Promise<boolean> {
  const argv = ["check-ignore", "--quiet", "--no-index", "--", basename(path)];
  // The repository's configuration must not start a program.
  const safe = ["-c", "core.fsmonitor=false", ...argv];
  const { PATH, HOME, XDG_CONFIG_HOME } = env;
  return new Promise((resolve) => {
    execFile(
      "git",
      safe,
      { cwd: dirname(path), env: { PATH, HOME, XDG_CONFIG_HOME }, timeout: MOST_MILLISECONDS },
      (error) => resolve(error?.code === 1),
    );
  });
}

/** Makes a folder that is this program's alone, and that Git ignores with everything in it. */
export function makeIgnoredFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A symbolic link leads to a folder of other files, which Git must not ignore.
    if (lstatSync(folder).isSymbolicLink()) return;
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // It exists already; or nothing can be written there, which whoever writes there next says better.
  }
}
