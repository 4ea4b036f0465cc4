import { type createPrivateKey, generateKeyPairSync } from "node:crypto";
import { encodePublicKey } from "../../../src/resources/shared/open-ssh-key.ts";

export type Made = { readonly privateKey: ReturnType<typeof createPrivateKey> };
export const ed25519: Made = generateKeyPairSync("ed25519");
export const rsa: Made = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const pem = ({ privateKey }: Made, type: "pkcs1" | "pkcs8" | "sec1", passphrase?: string) =>
  privateKey
    .export({
      type,
      format: "pem",
      ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
    })
    .toString();

/** RFC 4251's form of a text. */
export function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSH's own form around some public key; the secret half is anything. */
export function openSsh(blob: Buffer, cipher = "none", keys = 1): string {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(keys);
  const content = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field(cipher),
    field(cipher === "none" ? "none" : "bcrypt"),
    field(""),
    count,
    field(blob),
    field(Buffer.alloc(64, 7)),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${content.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

export const blobOf = ({ privateKey }: Made) =>
  Buffer.from(encodePublicKey(privateKey).split(" ")[1] ?? "", "base64");
