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

/** zopfli packs these scripts into some 2.6 % less than zlib. */
const mostGain = 1.04;

/** Whether the script may fit, if it is packed by `packTightly`. */
export function mayFit({ bytes }: UserData): boolean {
  return bytes <= limitBytes * mostGain;
}

/** Packs a build script for EC2, and tighter than usual if that may make it fit. */
export async function fitUserData(script: string): Promise<UserData> {
  const usual = renderUserData(script);
  return usual.over && mayFit(usual) ? packTightly(script) : usual;
}

/** What this process has packed: a plan and the apply that follows it pack the same script. */
const tight = new Map<string, UserData>();
const mostTight = 16;

/**
 * How often zopfli tries to find a smaller form: the first form takes some 200 ms, and the last one half a second more
 * for some 35 bytes.
 */
const iterations = [1, 15];

/**
 * Packs a build script with zopfli, which finds a smaller form of the same format. It takes time, so only a build that
 * needs it is packed in this way.
 */
export async function packTightly(script: string): Promise<UserData> {
  const known = tight.get(script);
  if (known !== undefined) return known;
  const { gzipAsync } = await import("@gfx/zopfli");
  let packed = renderUserData(script);
  for (const numiterations of iterations) {
    const userData = await gzipAsync(new TextEncoder().encode(script), { numiterations });
    const { length: bytes } = userData;
    packed = { userData, bytes, over: bytes > limitBytes };
    if (!packed.over) break;
  }
  const [oldest] = tight.keys();
  if (oldest !== undefined && tight.size >= mostTight) tight.delete(oldest);
  tight.set(script, packed);
  return packed;
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
