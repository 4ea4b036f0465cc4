import { UserError } from "../engine/errors.ts";

/** The archive is in memory while it is stored, and every builder downloads and unpacks it. */
export const MOST_BYTES = 250 * 2 ** 20;

/** Every plan reads each of them, which takes some seconds for so many. An application's own code has far fewer. */
export const MOST_FILES = 50_000;

/** A private key has a few KiB, and a file of certificates some more. */
export const LARGEST_KEY_FILE = 64 * 1024;

/** NAME_MAX of Linux's file systems. Others allow 255 characters of several bytes each. */
const LONGEST_NAME = 255;

/** A quarter of Linux's PATH_MAX, so that build commands have room below the application's folder. */
const LONGEST_PATH = 1024;

const MIB = 2 ** 20;

/** Counts what a directory contains, and refuses one that is too large as soon as that is known. */
export class Limits {
  readonly #folder: string;
  readonly #shares = new Map<string, { files: number; bytes: number }>();
  #files = 0;
  #bytes = 0;
  #folders = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get bytes(): number {
    return this.#bytes;
  }

  countFolder(): void {
    this.#folders += 1;
    if (this.#folders <= MOST_FILES) return;
    throw this.#tooMany("folders", "files");
  }

  countFile(path: string, bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    const [top = ""] = path.split("/");
    const share = this.#shares.get(top) ?? { files: 0, bytes: 0 };
    this.#shares.set(top, { files: share.files + 1, bytes: share.bytes + bytes });
    if (this.#files > MOST_FILES) throw this.#tooMany("files", "files");
    if (this.#bytes <= MOST_BYTES) return;
    throw new UserError(
      `${this.#folder}: the files are larger than ${MOST_BYTES / MIB} MiB in total`,
      { remedy: this.#remedy("bytes") },
    );
  }

  #tooMany(what: string, by: "files" | "bytes"): UserError {
    return new UserError(
      `${this.#folder}: it contains more than ${MOST_FILES.toLocaleString("en")} ${what}`,
      { remedy: this.#remedy(by) },
    );
  }

  #remedy(by: "files" | "bytes"): string {
    const [largest] = [...this.#shares].toSorted(([, one], [, other]) => other[by] - one[by]);
    const example = largest === undefined ? "" : ` Most of it is in ${largest[0]}.`;
    return `Name the folder of the application alone, or write what it does not need into ${this.#folder}/.reconcileignore.${example}`;
  }
}

/** Why a path cannot be used on the servers; undefined if it can. */
export function pathProblem(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    return `its name has more than ${LONGEST_NAME} bytes, which Linux does not allow`;
  }
  if (Buffer.byteLength(path) > LONGEST_PATH) return `its path has more than ${LONGEST_PATH} bytes`;
  return undefined;
}
