import { Header } from "tar/header";
import { Pax } from "tar/pax";
import type { ListedFile } from "./listing.ts";

const BLOCK = 512;

/** Two blocks of zeros (POSIX pax, "ustar Interchange Format"). */
export const ARCHIVE_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** Everything that has no meaning for an application is the same for each file. */
const FIXED = { uid: 0, gid: 0, mtime: new Date(0) };

/**
 * The header of a file in the archive. A name that is long or not ASCII has a header of its own before it, in
 * pax's format.
 */
export function headerOf({ path, kind, bytes, target }: Omit<ListedFile, "sha256">): Uint8Array {
  const isLink = kind === "link";
  const header = new Header({
    ...FIXED,
    path,
    mode: kind === "file" ? 0o644 : 0o755,
    size: isLink ? 0 : bytes,
    type: isLink ? "SymbolicLink" : "File",
    uname: "",
    gname: "",
    ...(target !== undefined && { linkpath: target }),
  });
  const block = Buffer.alloc(BLOCK);
  const needsPax = header.encode(block);
  if (!needsPax) return block;
  const names = { path, ...(target !== undefined && { linkpath: target }) };
  return Buffer.concat([new Pax({ ...FIXED, ...names }).encode(), block]);
}

/** The zeros between a content and the next header. */
export function paddingAfter(bytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (bytes % BLOCK)) % BLOCK);
}
