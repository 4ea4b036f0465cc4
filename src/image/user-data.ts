import { gzipSync } from "node:zlib";

/** EC2's limit of user data, before base64 (Amazon EC2 User Guide, "Run commands at launch"). */
const limitBytes = 16_384;

export interface UserData {
  /** The user data for RunInstances, before base64: the script, gzipped when that is smaller. */
  readonly userData: Uint8Array;
  readonly bytes: number;
  /** Larger than EC2 accepts. Nothing should be created. */
  readonly over: boolean;
  /**
   * The largest parts, with the bytes that the user data would save without each. Empty unless
   * over.
   */
  readonly largest: readonly { readonly part: string; readonly bytes: number }[];
}

/** Packs a build script for EC2. Equal scripts give equal bytes. cloud-init unpacks them. */
export function renderUserData(script: string): UserData {
  const userData = pack(script);
  const bytes = userData.length;
  const over = bytes > limitBytes;
  return { userData, bytes, over, largest: over ? largestParts(script, bytes) : [] };
}

function pack(script: string): Uint8Array {
  const plain = new TextEncoder().encode(script);
  const packed = gzipSync(plain, { level: 9, memLevel: 7 });
  // Byte 9 of a gzip header names the operating system that packed it (RFC 1952): 255 is
  // "unknown". zlib writes no modification time, so the bytes depend on the script alone.
  packed[9] = 255;
  return packed.length < plain.length ? packed : plain;
}

function largestParts(script: string, total: number): UserData["largest"] {
  const lines = script.split("\n");
  const begin = lines.indexOf("# reconcile-body");
  const end = lines.indexOf("# reconcile-end");
  return lines
    .map((line, index) => ({ line, index }))
    .filter(({ index }) => index > begin && index < end)
    .map(({ line, index }) => ({
      part: nameOf(line),
      bytes: total - pack(lines.toSpliced(index, 1).join("\n")).length,
    }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 5);
}

/** The function of the call and its first argument: `write_text_file /etc/motd`. */
function nameOf(line: string): string {
  const [, name = line, argument = ""] = /^(\w+)(?: '([^']{0,80}))?/.exec(line) ?? [];
  return `${name} ${argument}`.trim();
}
