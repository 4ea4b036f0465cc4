import { Header } from "tar/header";
import { Pax } from "tar/pax";

/** A member of a tar archive. Directories have no content. */
export interface TarMember {
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  /** Octal, four digits. */
  readonly mode: string;
  readonly content: Uint8Array;
}

const block = 512;

/** The members of an uncompressed tar archive. Undefined if it is none, or has members of other kinds. */
export function readTar(archive: Uint8Array): readonly TarMember[] | undefined {
  const bytes = Buffer.from(archive);
  const members: TarMember[] = [];
  let names: Pax | undefined;
  for (let at = 0; at + block <= bytes.length; ) {
    const header = new Header(bytes, at);
    const { cksumValid, nullBlock, type, mode = 0 } = header;
    // Not by the header itself, which would put its own beginning of a path before the whole one.
    const { path = header.path ?? "", size = header.size ?? 0 } = names ?? {};
    if (nullBlock) return members;
    const content = bytes.subarray(at + block, at + block + size);
    if (!cksumValid || content.length < size) return undefined;
    if (type === "ExtendedHeader") names = Pax.parse(content.toString(), names);
    else {
      const kind = kinds[type];
      if (kind === undefined) return undefined;
      names = undefined;
      const digits = (mode & 0o7777).toString(8).padStart(4, "0");
      members.push({ path: path.replace(/\/$/, ""), kind, mode: digits, content });
    }
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

const kinds: Readonly<Record<string, TarMember["kind"]>> = {
  File: "file",
  OldFile: "file",
  Link: "link",
  SymbolicLink: "link",
  Directory: "directory",
};
