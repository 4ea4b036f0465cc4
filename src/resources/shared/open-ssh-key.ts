import { createPublicKey, type JsonWebKey, type KeyObject, randomBytes } from "node:crypto";

/** SSH's own encodings: RFC 4253 section 6.6, RFC 8709, and OpenSSH's PROTOCOL.key. */

const begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
const end = "-----END OPENSSH PRIVATE KEY-----";
const magic = Buffer.from("openssh-key-v1\0");

/** `ssh-ed25519 AAAA…` of an Ed25519 or RSA key, private or public. */
export function encodePublicKey(key: KeyObject): string {
  const [type, blob] = publicBlob(key);
  return `${type} ${blob.toString("base64")}`;
}

/** An Ed25519 key in OpenSSH format, without a passphrase. Every ssh since version 6.5 reads it. */
export function encodePrivateKey(key: KeyObject): string {
  const [type, blob] = publicBlob(key);
  const { d = "", x = "" } = key.export({ format: "jwk" });
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    text(type),
    text(fromBase64Url(x)),
    text(Buffer.concat([fromBase64Url(d), fromBase64Url(x)])),
    text("reconcile"),
  ]);
  // Padded with 1, 2, 3… to the block size of the cipher "none", which is 8.
  const padding = Buffer.from(
    Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1),
  );
  const content = Buffer.concat([
    magic,
    text("none"),
    text("none"),
    text(""),
    number(1),
    text(blob),
    text(Buffer.concat([secret, padding])),
  ]);
  const lines = content.toString("base64").match(/.{1,70}/g) ?? [];
  return `${[begin, ...lines, end].join("\n")}\n`;
}

/** Whether a private key file is in OpenSSH format, whatever its content. */
export function isOpenSsh(privateKeyFile: string): boolean {
  return privateKeyFile.includes(begin);
}

/** The unencrypted public key in an OpenSSH private key file. Undefined for a damaged file. */
export function publicBlobIn(privateKeyFile: string): Buffer | undefined {
  const [body, rest] = privateKeyFile.split(begin)[1]?.split(end) ?? [];
  if (body === undefined || rest === undefined) return undefined;
  const content = Buffer.from(body, "base64");
  if (!content.subarray(0, magic.length).equals(magic)) return undefined;
  // Cipher, key derivation and its options. Then, in four bytes, the number of keys: one.
  let at = magic.length;
  const next = () => {
    if (at + 4 > content.length) return undefined;
    const begins = at + 4;
    at = begins + content.readUInt32BE(at);
    return at > content.length ? undefined : content.subarray(begins, at);
  };
  for (let field = 0; field < 3; field += 1) if (next() === undefined) return undefined;
  if (at + 4 > content.length || content.readUInt32BE(at) !== 1) return undefined;
  at += 4;
  const blob = next();
  // A truncated file is not a usable key.
  return blob === undefined || next() === undefined ? undefined : blob;
}

/** The types of keys that EC2 imports ("Create a key pair for your Amazon EC2 instance"). */
export const IMPORTED_KINDS: readonly string[] = ["ssh-ed25519", "ssh-rsa"];

/** The type of the key in SSH's encoding. Undefined unless the bytes are exactly one key. */
export function keyTypeOf(blob: Buffer): string | undefined {
  const [kind, ...fields] = fieldsOf(blob) ?? [];
  const name = kind?.toString("latin1") ?? "";
  switch (name) {
    case "ssh-ed25519":
      return fields.length === 1 && fields[0]?.length === 32 ? name : undefined;
    case "ssh-rsa":
      return fields.length === 2 && fields.every(({ length }) => length > 0) ? name : undefined;
    default:
      // ECDSA, DSA, security keys and certificates: EC2 accepts none of them.
      return /^(ecdsa|ssh|sk|rsa)-[a-z0-9@.-]{2,60}$/.test(name) && fields.length > 0
        ? name
        : undefined;
  }
}

/** The lengths of RSA keys that EC2 imports ("Create a key pair for your Amazon EC2 instance"). */
const IMPORTED_RSA_BITS: readonly number[] = [1024, 2048, 4096];

/** The length of an RSA key, in SSH's encoding, if EC2 rejects that length; otherwise undefined. */
export function refusedLength(blob: Buffer): number | undefined {
  const [kind, , modulus] = fieldsOf(blob) ?? [];
  if (kind?.toString("latin1") !== "ssh-rsa" || modulus === undefined) return undefined;
  const first = modulus.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  const bits = (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24;
  return IMPORTED_RSA_BITS.includes(bits) ? undefined : bits;
}

/** Says why a key of that length is rejected. */
export function lengthWords(bits: number): string {
  return `an RSA key of ${bits} bits, and EC2 accepts only RSA keys of ${IMPORTED_RSA_BITS.slice(0, -1).join(", ")} or ${IMPORTED_RSA_BITS.at(-1)} bits`;
}

/** RFC 4251, section 5: each field is its length in four bytes, then so many bytes. */
function fieldsOf(bytes: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const begin = at + 4;
    const end = begin <= bytes.length ? begin + bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(begin, end));
    at = end;
  }
  return fields;
}

/** A public key without its comment, for comparisons. */
export function withoutComment(publicKey: string): string {
  return publicKey.trim().split(/\s+/).slice(0, 2).join(" ");
}

function publicBlob(key: KeyObject): [type: string, blob: Buffer] {
  const open = key.type === "private" ? createPublicKey(key) : key;
  const jwk: JsonWebKey = open.export({ format: "jwk" });
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519" && jwk.x !== undefined) {
    return ["ssh-ed25519", Buffer.concat([text("ssh-ed25519"), text(fromBase64Url(jwk.x))])];
  }
  if (jwk.kty === "RSA" && jwk.e !== undefined && jwk.n !== undefined) {
    return ["ssh-rsa", Buffer.concat([text("ssh-rsa"), integer(jwk.e), integer(jwk.n)])];
  }
  throw new Error(`EC2 accepts Ed25519 and RSA keys, not ${jwk.crv ?? jwk.kty}`);
}

function text(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A positive integer: a leading zero byte keeps the highest bit from meaning "negative". */
function integer(base64Url: string): Buffer {
  const bytes = fromBase64Url(base64Url);
  return text((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function fromBase64Url(content: string): Buffer {
  return Buffer.from(content, "base64url");
}
