import { gunzipSync, gzipSync } from "node:zlib";

/** EC2's limit of user data, before base64 (Amazon EC2 User Guide, "Run commands at launch"). */
const limitBytes = 16_384;

export interface UserData {
  /** The script, gzipped when that is smaller. */
  readonly userData: Uint8Array;
  readonly bytes: number;
  /** Larger than EC2 accepts as user data: the builder has to fetch it. */
  readonly over: boolean;
}

/** Packs a build script for EC2. Equal scripts give equal bytes. cloud-init unpacks them. */
export function renderUserData(script: string): UserData {
  const userData = pack(script);
  return { userData, bytes: userData.length, over: userData.length > limitBytes };
}

/** The build script in packed bytes. */
export function unpackScript(packed: Uint8Array): string {
  const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
  return new TextDecoder().decode(isGzip ? gunzipSync(packed) : packed);
}

function pack(script: string): Uint8Array {
  const plain = new TextEncoder().encode(script);
  const packed = gzipSync(plain, { level: 9, memLevel: 7 });
  // Byte 9 of a gzip header names the operating system that packed it (RFC 1952): 255 is
  // "unknown". zlib writes no modification time, so the bytes depend on the script alone.
  packed[9] = 255;
  return packed.length < plain.length ? packed : plain;
}
