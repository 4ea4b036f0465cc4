import type { BigIntStats } from "node:fs";
import type { ListedFile } from "./listing.ts";

/** A file of a directory, before its content is read. */
export interface FoundFile extends Omit<ListedFile, "sha256"> {
  /** Differs once the file is another one, or was written. */
  readonly stamp: string;
  /** Whether a .reconcileignore says that this very file belongs to it. */
  readonly isMeant: boolean;
}

/** Of a file that was looked up: differs once it is another file, or was written. */
export function stampOf({ dev, ino, mode, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, mode, size, mtimeNs].join(" ");
}
