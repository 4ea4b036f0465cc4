import { realpathSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { UserError } from "../engine/errors.ts";
import { codeOf, readLocalFile } from "./local-file.ts";
import { isInside } from "./read-bytes.ts";

/**
 * What a stack file may reach on this machine. It may come from someone else, in a pull request as a
 * rule, and is read where credentials are: so its files are those of its own folder, by the paths that
 * they really have.
 */

/** Not files of anyone's, but what the kernel tells: this process's environment, with its credentials. */
const OF_THE_SYSTEM = ["/proc", "/sys", "/dev"];

/**
 * The content of a file in the stack file's folder.
 *
 * @throws UserError when it is elsewhere, or can't be read.
 */
export async function readOwnFile(folder: string, path: string, most: number): Promise<Uint8Array> {
  const own = await requireOwnFolder(folder, path);
  const content = await readLocalFile(path, path, {
    most,
    judge: (real) => refuseElsewhere(path, real, own, folder),
  });
  return content;
}

/**
 * The content of a public key's file, which may be anywhere: what is in it goes nowhere, unless it is a
 * public key.
 *
 * @throws UserError when it is no file, or can't be read.
 */
export async function readPublicFile(path: string, most: number): Promise<Uint8Array> {
  return readLocalFile(path, path, { most, judge: (real) => refuseSystem(path, real) });
}

/**
 * Looks whether a file, there or not, is in the stack file's folder: links and `..` are followed.
 *
 * @throws UserError when it is elsewhere, or could not be made there.
 * @returns the folder's real path.
 */
export async function requireOwnFolder(folder: string, path: string): Promise<string> {
  const own = realpathSync(folder);
  refuseElsewhere(path, await realPathOf(path), own, folder);
  return own;
}

/** The path without links, of a file that may not be there yet, and of folders that may not. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) throw unfollowable(path, error);
    const link = await lstat(path).catch(() => undefined);
    if (link?.isSymbolicLink() === true) {
      throw new UserError(`${path}: it is a link that leads to nothing`, {
        remedy: "Remove the link, or make what it leads to.",
        cause: error,
      });
    }
    const above = dirname(path);
    return above === path ? path : join(await realPathOf(above), basename(path));
  }
}

function unfollowable(path: string, cause: unknown): UserError {
  const why =
    codeOf(cause) === "ELOOP" ? "it is a link that leads to itself" : "its path cannot be followed";
  return new UserError(`${path}: ${why} (${codeOf(cause) ?? String(cause)})`, { cause });
}

function refuseElsewhere(path: string, real: string, own: string, folder: string): void {
  refuseSystem(path, real);
  const leads = real === path ? "" : `, it leads to ${real}`;
  if (!isInside(own, real)) {
    throw new UserError(`${path}: it is not in the stack file's folder, ${folder}${leads}`, {
      remedy:
        "Put the file into that folder, and name it there. A stack file reaches nothing else: it may come from someone else, and be read where credentials are.",
    });
  }
  // What checks out the repository in CI often leaves a token in its configuration.
  if (real.slice(own.length).split(sep).includes(".git")) {
    throw new UserError(`${path}: it is Git's own file, which may hold credentials${leads}`, {
      remedy: "Name a file that is in the repository.",
    });
  }
}

function refuseSystem(path: string, real: string): void {
  const owner = OF_THE_SYSTEM.find((system) => isInside(system, real));
  if (owner === undefined) return;
  throw new UserError(
    `${path}: it is no regular file of yours, but the system's own, in ${owner}`,
    {
      remedy: "Put a file into the stack file's folder, and name it there.",
    },
  );
}
