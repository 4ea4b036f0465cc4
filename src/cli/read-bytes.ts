import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { readlink, realpath, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { isAbsolute, relative, sep } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";

export interface Reading {
  /** Limit in bytes. Reading stops one byte after it. */
  readonly most: number;
  /** Also accepts a pipe, such as a shell's `<(…)`. */
  readonly pipes?: true;
  /** Gets a file's content part by part. It is then not kept. */
  readonly receive?: (part: Uint8Array) => void;
  /** Ends the wait for a pipe without a writer. */
  readonly signal?: AbortSignal;
  /**
   * Checks the real path of the opened file, and throws to refuse it. A check before opening would be
   * unsafe: a symbolic link could change in between.
   */
  readonly judge?: (realPath: string) => void;
}

export interface Bytes {
  readonly content: Uint8Array;
  readonly isPipe: boolean;
  readonly isTooLong: boolean;
}

/** Without these flags, opening a pipe without a writer, or a serial line, would block and ignore interrupts. */
const WITHOUT_WAITING =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

const CHUNK = 64 * 1024;

/**
 * The content of a file. Safe for every kind of file: a device such as /dev/zero has no end, and a pipe may
 * have no writer.
 *
 * @throws Error with the system's code; EISDIR for a directory, EFTYPE for any other kind of file that was not
 *   requested.
 */
export async function readBytes(path: string, reading: Reading): Promise<Bytes> {
  const { most, pipes, signal, judge, receive } = reading;
  const file = openSync(path, WITHOUT_WAITING);
  let isHandedOver = false;
  try {
    const found = fstatSync(file);
    if (pipes === true && found.isFIFO()) {
      isHandedOver = true;
      return { ...(await readPipe(file, most, signal)), isPipe: true };
    }
    if (!found.isFile()) throw notAFile(path, found);
    if (judge !== undefined) judge(await pathOf(file, path, found));
    return { ...readFile(file, most, receive), isPipe: false };
  } finally {
    if (!isHandedOver) closeSync(file);
  }
}

function notAFile(path: string, found: Stats): Error {
  const code = found.isDirectory() ? "EISDIR" : "EFTYPE";
  return Object.assign(new Error(`${code}: not a regular file, read '${path}'`), { code });
}

function readFile(file: number, most: number, receive?: Reading["receive"]) {
  const chunks: Uint8Array[] = [];
  const add = receive ?? ((part: Uint8Array) => void chunks.push(part));
  let length = 0;
  // The reported size is not reliable: for files in /proc it is always 0.
  while (length <= most) {
    const chunk = new Uint8Array(Math.min(CHUNK, most + 1 - length));
    const count = readSync(file, chunk);
    if (count === 0) break;
    add(chunk.subarray(0, count));
    length += count;
  }
  return { content: Buffer.concat(chunks), isTooLong: length > most };
}

/**
 * Everything that arrives on a stream, such as standard input, until it ends.
 *
 * @throws the signal's reason, if it is aborted while the stream is read.
 */
export async function readStream(
  stream: Readable,
  { most, signal }: Pick<Reading, "most"> & { readonly signal: AbortSignal },
): Promise<Omit<Bytes, "isPipe">> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const content: AsyncIterable<Uint8Array | string> = addAbortSignal(signal, stream);
    for await (const chunk of content) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      length += bytes.length;
      if (length > most) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return { content: Buffer.concat(chunks), isTooLong: length > most };
}

async function readPipe(file: number, most: number, signal: AbortSignal | undefined) {
  const pipe = new Socket({ fd: file, readable: true, writable: false, ...(signal && { signal }) });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const content: AsyncIterable<Uint8Array> = pipe;
    for await (const chunk of content) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > most) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return { content: Buffer.concat(chunks), isTooLong: length > most };
}

/** The real path of an opened file. Linux knows the path of a descriptor; other systems compare files. */
async function pathOf(file: number, path: string, found: Stats): Promise<string> {
  const told = await readlink(`/proc/self/fd/${file}`).catch(() => undefined);
  if (told !== undefined && isAbsolute(told)) return told;
  const real = await realpath(path);
  const there = await stat(real);
  if (there.dev === found.dev && there.ino === found.ino) return real;
  throw Object.assign(new Error(`ENOENT: replaced while it was read, open '${path}'`), {
    code: "ENOENT",
  });
}

/** Whether a path is the folder or inside it. Both have to be real paths. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
