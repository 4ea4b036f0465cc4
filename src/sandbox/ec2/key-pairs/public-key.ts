import { createPublicKey, type KeyObject } from "node:crypto";

export interface PublicKey {
  readonly type: "rsa" | "ed25519";
  readonly bits: number;
  /** `ssh-… AAAA…`, without a comment. */
  readonly text: string;
  /** The bytes of the OpenSSH form. */
  readonly blob: Buffer;
  readonly der: Buffer;
}

/** An OpenSSH public key's line, or undefined for anything else. */
export function readPublicKey(line: string): PublicKey | undefined {
  const match = /^(ssh-rsa|ssh-ed25519) ([A-Za-z0-9+/]+={0,2})(\s.*)?$/.exec(line.trim());
  if (match === null) return undefined;
  const [, name = "", base64 = ""] = match;
  const blob = Buffer.from(base64, "base64");
  const fields = fieldsOf(blob);
  if (fields?.[0]?.toString() !== name) return undefined;
  const key = name === "ssh-ed25519" ? ed25519(fields[1]) : rsa(fields[1], fields[2]);
  if (key === undefined) return undefined;
  return {
    type: name === "ssh-ed25519" ? "ed25519" : "rsa",
    bits: key.asymmetricKeyDetails?.modulusLength ?? 256,
    text: `${name} ${blob.toString("base64")}`,
    blob,
    der: key.export({ type: "spki", format: "der" }),
  };
}

/** RFC 4251: each field is its length in four bytes, then its bytes. */
function fieldsOf(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    const end = at + 4 + length;
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function ed25519(point: Buffer | undefined): KeyObject | undefined {
  if (point?.length !== 32) return undefined;
  return fromJwk({ kty: "OKP", crv: "Ed25519", x: point.toString("base64url") });
}

function rsa(exponent: Buffer | undefined, modulus: Buffer | undefined): KeyObject | undefined {
  if (exponent === undefined || modulus === undefined) return undefined;
  return fromJwk({
    kty: "RSA",
    e: exponent.toString("base64url"),
    n: (modulus[0] === 0 ? modulus.subarray(1) : modulus).toString("base64url"),
  });
}

function fromJwk(key: { kty: string; [part: string]: string }): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** An RSA public key in OpenSSH's format. */
export function opensshPublicKey(key: KeyObject): string {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const fields = [
    Buffer.from("ssh-rsa"),
    Buffer.from(e, "base64url"),
    // Without a leading zero, a number with its first bit set would be negative.
    Buffer.concat([Buffer.from([0]), Buffer.from(n, "base64url")]),
  ];
  const blob = Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
  return `ssh-rsa ${blob.toString("base64")}`;
}
