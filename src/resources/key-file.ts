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
import { dirname } from "node:path";
import { encodePrivateKey, encodePublicKey } from "./open-ssh.ts";
import { publicKeyOf } from "./private-key.ts";
import { removeLeftovers, unfinishedName } from "./unfinished-file.ts";

/** Where private keys are kept. */
export interface KeyFiles {
  /** undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Readable by its owner alone; whole or not at all. False where there is a file already: it stays. */
  writeNew(path: string, content: string): Promise<boolean>;
  /** What a process that was killed in the middle of `writeNew` has left there. */
  removeLeftovers(path: string): Promise<void>;
}

/** Of the private key in a file, the public one in OpenSSH form; undefined where there is no file. */
export async function readPublicKey(files: KeyFiles, path: string): Promise<string | undefined> {
  const content = await files.read(path);
  if (content === undefined) return undefined;
  const derived = publicKeyOf(content);
  if ("publicKey" in derived) return derived.publicKey;
  throw new KeyFileError(`${path} holds ${derived.instead}`, derived.remedy, derived.cause);
}

/**
 * The key that a file holds, made first where there is none. Two that make it at the same time end
 * with the same key. The private key goes nowhere but into the file.
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

/** The key's file is not what it must be. */
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
    // All at once for any signal: none is heard before the private key is in its place, and nowhere else.
    try {
      mkdirSync(dirname(path), { recursive: true });
      writePrivate(unfinished, content);
      // A hard link fails where the name is taken, and what it names is complete.
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

/** Opening a pipe that has no writer would wait where no interrupt arrives. */
const WITHOUT_WAITING =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** The largest RSA keys have some 13 KB. */
const MOST_BYTES = 2 ** 16;

function writePrivate(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    // On the disk itself before AWS hears of the key: a power cut must not lose it.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Looks before the work whether the file could be made, its missing folders included.
 *
 * @throws KeyFileError when it could not.
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

/** A link to nothing is not there for whoever reads it, and is in the way of whoever makes it. */
function refuseDanglingLink(path: string): void {
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() !== true || existsSync(path)) return;
  throw new KeyFileError(
    `the key file ${path} cannot be used: ${path} is a link that leads to nothing`,
    "Remove the link, or name another file under keyPair.generate.",
  );
}

/**
 * Who else may use a private key that is there, in words; undefined where nobody may. What ssh refuses as
 * "UNPROTECTED PRIVATE KEY FILE" (ssh(1), IDENTITY FILES).
 */
export function exposure(path: string): string | undefined {
  // Windows has access lists instead, which a mode does not tell.
  if (process.platform === "win32") return undefined;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return undefined;
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o7777).toString(8).padStart(4, "0");
    return `other users of this machine may use this private key (mode ${mode}), and ssh refuses it`;
  }
  const me = process.getuid?.();
  if (me === 0 || found.uid === me) return undefined;
  return `this private key belongs to another user of this machine (${found.uid}), who may use it`;
}

function notADirectory(): Error {
  return Object.assign(new Error("ENOTDIR"), { code: "ENOTDIR" });
}

function notAFile(path: string): KeyFileError {
  return new KeyFileError(
    `the key file ${path} is no regular file of a key's size`,
    "Name a file under keyPair.generate; where there is none, it is made.",
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
  EACCES: "this user may not read or write it",
  EPERM: "this user may not read or write it",
  ENOTDIR: "a part of its path is a file, not a folder",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
