import { realpathSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { UserError } from "../engine/errors.ts";
import { codeOf } from "../engine/system-error.ts";
import { readLocalFile } from "./local-file.ts";
import { isInside } from "./read-bytes.ts";

/**
 * Which files of this machine a stack file may read. The stack file may come from somebody else, usually in
 * a pull request, and is read where credentials are. So it may only read files of its own folder, with all
 * symbolic links resolved.
 */

/** Files of the kernel. One of them is the environment of this process, with its credentials. */
const OF_THE_SYSTEM = ["/proc", "/sys", "/dev"];

/**
 * The content of a file in the stack file's folder.
 *
 * @param receive Gets the content part by part instead.
 * @throws UserError if it is in another folder, or cannot be read.
 */
export async function readOwnFile(
  folder: string,
  path: string,
  most: number,
  receive?: (part: Uint8Array) => void,
): Promise<Uint8Array> {
  const own = await requireOwnFolder(folder, path);
  const content = await readLocalFile(path, path, {
    most,
    judge: (real) => refuseElsewhere({ path, real, what: "file" }, own, folder),
    ...(receive && { receive }),
  });
  return content;
}

/**
 * The content of a public key's file, which may be in any folder. Only a valid public key is used, and
 * errors never quote the file.
 *
 * @throws UserError if it is not a file, or cannot be read.
 */
export async function readPublicFile(path: string, most: number): Promise<Uint8Array> {
  return readLocalFile(path, path, { most, judge: (real) => refuseSystem(path, real) });
}

/**
 * Checks that a path is in the stack file's folder, with symbolic links and `..` resolved. The file need not
 * exist.
 *
 * @throws UserError if it is in another folder, or could not be created.
 * @returns the folder's real path.
 */
export async function requireOwnFolder(
  folder: string,
  path: string,
  what: "file" | "directory" = "file",
): Promise<string> {
  const own = realpathSync(folder);
  refuseElsewhere({ path, real: await realPathOf(path), what }, own, folder);
  return own;
}

/** The path with symbolic links resolved. The file and its folders need not exist. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) throw unfollowable(path, error);
    const link = await lstat(path).catch(() => undefined);
    if (link?.isSymbolicLink() === true) {
      throw new UserError(`${path}: it is a symbolic link to a file that does not exist`, {
        remedy: "Remove the link, or create its target.",
        cause: error,
      });
    }
    const above = dirname(path);
    return above === path ? path : join(await realPathOf(above), basename(path));
  }
}

function unfollowable(path: string, cause: unknown): UserError {
  const why =
    codeOf(cause) === "ELOOP" ? "it is a symbolic link to itself" : "its path cannot be resolved";
  return new UserError(`${path}: ${why} (${codeOf(cause) ?? String(cause)})`, { cause });
}

interface Sought {
  readonly path: string;
  /** The path with symbolic links resolved. */
  readonly real: string;
  readonly what: "file" | "directory";
}

function refuseElsewhere({ path, real, what }: Sought, own: string, folder: string): void {
  refuseSystem(path, real, what);
  const leads = real === path ? "" : ` (a symbolic link to ${real})`;
  if (!isInside(own, real)) {
    throw new UserError(
      `${path}: the ${what} is not in the stack file's folder, ${folder}${leads}`,
      {
        remedy: `Put the ${what} into that folder and name it there. A stack file from somebody else must not read other files, such as credentials.`,
      },
    );
  }
  // In CI, the checkout step often leaves a token in the configuration of the repository.
  if (real.slice(own.length).split(sep).includes(".git")) {
    throw new UserError(`${path}: the ${what} belongs to Git and may contain credentials${leads}`, {
      remedy: `Name a ${what} of the repository itself.`,
    });
  }
}

function refuseSystem(path: string, real: string, what: Sought["what"] = "file"): void {
  const owner = OF_THE_SYSTEM.find((system) => isInside(system, real));
  if (owner === undefined) return;
  throw new UserError(`${path}: the ${what} belongs to the system, in ${owner}`, {
    remedy: `Put a ${what} into the stack file's folder and name it there.`,
  });
}
