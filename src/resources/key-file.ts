import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from "node:crypto";
import { constants, existsSync, promises } from "node:fs";
import { link, mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { encodePrivateKey, encodePublicKey, publicKeyIn } from "./open-ssh.ts";

/** Where private keys are kept. */
export interface KeyFiles {
  /** undefined where there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Readable by its owner alone; whole or not at all. False where there is a file already: it stays. */
  writeNew(path: string, content: string): Promise<boolean>;
}

/** Of the private key in a file, the public one in OpenSSH form; undefined where there is no file. */
export async function readPublicKey(files: KeyFiles, path: string): Promise<string | undefined> {
  const content = await files.read(path);
  return content === undefined ? undefined : derivePublicKey(content, path);
}

/**
 * The key that a file holds, made first where there is none. Two that make it at the same time end
 * with the same key. The private key goes nowhere but into the file.
 *
 * @returns the public key in OpenSSH form.
 */
export async function ensureKeyFile(files: KeyFiles, path: string): Promise<string> {
  const existing = await readPublicKey(files, path);
  if (existing !== undefined) return existing;
  const { privateKey } = generateKeyPairSync("ed25519");
  const written = await files.writeNew(path, encodePrivateKey(privateKey));
  const publicKey = written ? encodePublicKey(privateKey) : await readPublicKey(files, path);
  if (publicKey === undefined) throw new Error(`${path} was removed while it was read`);
  return publicKey;
}

function derivePublicKey(content: string, path: string): string {
  const embedded = publicKeyIn(content);
  if (embedded !== undefined) return embedded;
  let key: KeyObject;
  try {
    key = createPrivateKey(content);
  } catch (cause) {
    // Node's message may quote the input's structure; the cause is kept for us, the words are ours.
    throw new KeyFileError(
      `${path} holds no private key that can be read without a passphrase`,
      "Name another file under keyPair.generate, or give the public key alone with keyPair.publicKey.",
      cause,
    );
  }
  return encodePublicKey(createPublicKey(key));
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
    try {
      // A device such as /dev/zero has no end, and a pipe may have no writer.
      if (!(await stat(path)).isFile()) throw notAFile(path);
      return await readFile(path, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error instanceof KeyFileError ? error : unusable(path, error);
    }
  },
  async writeNew(path, content) {
    const unfinished = `${path}.${randomUUID()}.unfinished`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writePrivate(unfinished, content);
      // A hard link fails where the name is taken, and what it names is complete.
      await link(unfinished, path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw unusable(path, error);
    } finally {
      await unlink(unfinished).catch(() => {});
    }
  },
};

async function writePrivate(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    // On the disk itself before AWS hears of the key: a power cut must not lose it.
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Looks before the work whether the file could be made, its missing folders included.
 *
 * @throws KeyFileError when it could not.
 */
export async function requireMakeable(path: string): Promise<void> {
  if (existsSync(path)) return;
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    await promises.access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(path, error);
  }
}

function notAFile(path: string): KeyFileError {
  return new KeyFileError(
    `the key file ${path} is no regular file`,
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
