import { generateKeyPairSync } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  promises,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { codeOf } from "../../engine/system-error.ts";
import { encodePrivateKey, encodePublicKey } from "./open-ssh-key.ts";
import { publicKeyOf } from "./private-key.ts";
import { removeLeftovers, unfinishedName } from "./unfinished-file.ts";

/** Reads and writes private key files. */
export interface KeyFiles {
  /** Returns undefined if the file does not exist. */
  read(path: string): Promise<string | undefined>;
  /**
   * Writes a file that only its owner can read, completely or not at all. Returns false, and
   * changes nothing, if the file exists.
   */
  writeNew(path: string, content: string): Promise<boolean>;
  /** Removes unfinished files of processes that were killed during `writeNew`. */
  removeLeftovers(path: string): Promise<void>;
}

/**
 * The public key, in OpenSSH format, of the private key in a file. Undefined if the file does not
 * exist.
 */
export async function readPublicKey(files: KeyFiles, path: string): Promise<string | undefined> {
  const content = await files.read(path);
  if (content === undefined) return undefined;
  const derived = publicKeyOf(content);
  if ("publicKey" in derived) return derived.publicKey;
  throw new KeyFileError(`${path} holds ${derived.instead}`, derived.remedy, derived.cause);
}

/**
 * Returns the key in a file, and creates the file first if it does not exist. Two processes that do
 * so at the same time end with the same key. The private key is written to this file only.
 *
 * @returns the public key in OpenSSH form.
 */
export async function ensureKeyFile(files: KeyFiles, path: string): Promise<string> {
  await files.removeLeftovers(path);
  const existing = await readPublicKey(files, path);
  if (existing !== undefined) return existing;
  const { privateKey } = generateKeyPairSync("ed25519");
  const written = await files.writeNew(path, encodePrivateKey(privateKey));
  const publicKey = written ? encodePublicKey(privateKey) : await readPublicKey(files, path);
  if (publicKey === undefined) throw new Error(`${path} was removed while it was read`);
  return publicKey;
}

/** The key file cannot be used. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.remedy = remedy;
  }
}

export const keyFilesOnDisk: KeyFiles = {
  async read(path) {
    let file: number;
    try {
      file = openSync(path, WITHOUT_WAITING);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw unusable(path, error);
      refuseDanglingLink(path);
      return undefined;
    }
    try {
      const found = fstatSync(file);
      // A device such as /dev/zero has no end, and a pipe may have no writer.
      if (!found.isFile() || found.size > MOST_BYTES) throw notAFile(path);
      return readFileSync(file, "utf8");
    } catch (error) {
      throw error instanceof KeyFileError ? error : unusable(path, error);
    } finally {
      closeSync(file);
    }
  },
  async writeNew(path, content) {
    const unfinished = unfinishedName(path);
    // Synchronous, so that no signal interrupts before the private key is in its final place.
    try {
      mkdirSync(dirname(path), { recursive: true });
      writePrivate(unfinished, content);
      // A hard link fails if the name is taken, and it always names a complete file.
      linkSync(unfinished, path);
      return true;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw unusable(path, error);
      refuseDanglingLink(path);
      return false;
    } finally {
      rmSync(unfinished, { force: true });
    }
  },
  async removeLeftovers(path) {
    removeLeftovers(path);
  },
};

/** The same, with relative paths that start from a directory. */
export function keyFilesIn(directory: string): KeyFiles {
  return {
    read: (path) => keyFilesOnDisk.read(resolve(directory, path)),
    writeNew: (path, content) => keyFilesOnDisk.writeNew(resolve(directory, path), content),
    removeLeftovers: (path) => keyFilesOnDisk.removeLeftovers(resolve(directory, path)),
  };
}

/** Opening a pipe without a writer would block, and no interrupt would end it. */
const WITHOUT_WAITING =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** The largest RSA key files have about 13 KB. */
const MOST_BYTES = 2 ** 16;

function writePrivate(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    // Flushed to the disk before AWS gets the key, so that a power cut does not lose it.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Checks in advance whether the file could be created, including missing folders.
 *
 * @throws KeyFileError if it could not.
 */
export async function requireMakeable(path: string): Promise<void> {
  if (existsSync(path)) return;
  try {
    refuseDanglingLink(path);
    let folder = dirname(path);
    while (!existsSync(folder) && dirname(folder) !== folder) {
      refuseDanglingLink(folder);
      folder = dirname(folder);
    }
    if (!statSync(folder).isDirectory()) throw notADirectory();
    await promises.access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw error instanceof KeyFileError ? error : unusable(path, error);
  }
}

/** A dangling link looks like a missing file to a reader, and like an existing one to a writer. */
function refuseDanglingLink(path: string): void {
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() !== true || existsSync(path)) return;
  throw new KeyFileError(
    `the key file ${path} cannot be used: ${path} is a symbolic link to a file that does not exist`,
    "Remove the link, or name another file under keyPair.generate.",
  );
}

/**
 * Says who else may use an existing private key; undefined if nobody may. ssh refuses such a key as
 * "UNPROTECTED PRIVATE KEY FILE" (ssh(1), IDENTITY FILES).
 */
export function exposure(path: string): string | undefined {
  // Windows uses access lists, which the mode does not show.
  if (process.platform === "win32") return undefined;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return undefined;
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o7777).toString(8).padStart(4, "0");
    return `other users of this machine may use this private key (mode ${mode}), so ssh refuses it`;
  }
  const me = process.getuid?.();
  if (me === 0 || found.uid === me) return undefined;
  return `this private key belongs to another user of this machine (uid ${found.uid}), who may use it`;
}

function notADirectory(): Error {
  return Object.assign(new Error("ENOTDIR"), { code: "ENOTDIR" });
}

function notAFile(path: string): KeyFileError {
  return new KeyFileError(
    `the key file ${path} is not a regular file, or it is too large for a key`,
    "Name another file under keyPair.generate. If it does not exist, a key is created there.",
  );
}

function unusable(path: string, error: unknown): KeyFileError {
  const code = codeOf(error) ?? "unknown error";
  const words = REASONS[code];
  return new KeyFileError(
    `the key file ${path} cannot be used: ${words === undefined ? code : `${words} (${code})`}`,
    "Check the directory's permissions and free space, or name another file under keyPair.generate.",
    error,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the current user may not read or write it",
  EPERM: "the current user may not read or write it",
  ENOTDIR: "a part of its path is a file, not a folder",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
};
