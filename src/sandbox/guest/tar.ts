/** A member of a tar archive. Directories have no content. */
export interface TarMember {
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  /** Octal, four digits. */
  readonly mode: string;
  readonly content: Uint8Array;
}

const block = 512;

/**
 * The members of an uncompressed tar archive (POSIX.1-1988 ustar, with the paths of POSIX.1-2001 pax headers). Undefined
 * if it is none.
 */
export function readTar(archive: Uint8Array): readonly TarMember[] | undefined {
  const members: TarMember[] = [];
  let longPath: string | undefined;
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return members;
    const size = readOctal(header, 124, 12);
    if (text(header, 257, 5) !== "ustar" || size === undefined) return undefined;
    const content = archive.subarray(at + block, at + block + size);
    if (content.length < size) return undefined;
    const type = text(header, 156, 1);
    if (type === "x") longPath = paxPath(content);
    else {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      const path = longPath ?? (prefix === "" ? name : `${prefix}/${name}`);
      longPath = undefined;
      const kind = kinds[type];
      if (kind === undefined) return undefined;
      const mode = ((readOctal(header, 100, 8) ?? 0o644) & 0o7777).toString(8).padStart(4, "0");
      members.push({ path: path.replace(/\/$/, ""), kind, mode, content });
    }
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

const kinds: Readonly<Record<string, TarMember["kind"]>> = {
  "": "file",
  "0": "file",
  "1": "link",
  "2": "link",
  "5": "directory",
};

function text(header: Uint8Array, from: number, length: number): string {
  return new TextDecoder().decode(header.subarray(from, from + length)).replace(/\0.*$/s, "");
}

function readOctal(header: Uint8Array, from: number, length: number): number | undefined {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Records of the form `25 path=a/long/path\n`, whose length counts bytes. */
function paxPath(content: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(text(content, at, 20), 10);
    if (!(length > 0)) break;
    const [, value] = /^\d+ path=(.*)\n$/s.exec(text(content, at, length)) ?? [];
    path = value ?? path;
    at += length;
  }
  return path;
}
