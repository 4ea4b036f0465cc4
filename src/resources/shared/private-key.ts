import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  encodePublicKey,
  IMPORTED_KINDS,
  isOpenSsh,
  keyTypeOf,
  lengthWords,
  publicBlobIn,
  refusedLength,
} from "./open-ssh-key.ts";

/** The public key of a private key file, in OpenSSH format, or what the file holds instead. */
export type Derived =
  | { readonly publicKey: string }
  | { readonly instead: string; readonly remedy: string; readonly cause?: unknown };

/**
 * OpenSSH format works with a passphrase, too, because its public key is not encrypted. PKCS #1 and
 * PKCS #8 in PEM do not.
 */
const FORMS =
  "Supported: an Ed25519 or RSA key in OpenSSH format, or in PEM (PKCS #1, PKCS #8) without a passphrase.";

const OTHERWISE =
  "Name another file under keyPair.generate, or give the public key alone with keyPair.publicKey (ssh-keygen -y prints it).";

/** Derives the public key. Never quotes the content. */
export function publicKeyOf(content: string): Derived {
  if (content.trim() === "") {
    return {
      instead: "no key: it is empty",
      remedy:
        "Remove the empty file to have a key created there, or name the file of a key under keyPair.generate.",
    };
  }
  if (isOpenSsh(content)) return ofOpenSsh(content);
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(content)) {
    return {
      instead: "a PEM private key with a passphrase, which cannot be read without the passphrase",
      remedy: OTHERWISE,
    };
  }
  if (content.startsWith("PuTTY-User-Key-File-")) {
    return {
      instead: "a private key in PuTTY's format, which cannot be read",
      remedy:
        "Convert it to OpenSSH format: puttygen <file> -O private-openssh-new -o <another file>",
    };
  }
  if (/^(ssh|ecdsa|sk)-\S+ AAAA|^-----BEGIN (RSA )?PUBLIC KEY-----/.test(content)) {
    return {
      instead: "a public key, not a private key",
      remedy: "Give it with keyPair.publicKey instead of keyPair.generate.",
    };
  }
  return ofPem(content);
}

function ofOpenSsh(content: string): Derived {
  const blob = publicBlobIn(content);
  const kind = blob === undefined ? undefined : keyTypeOf(blob);
  if (blob === undefined || kind === undefined) return damaged();
  if (!IMPORTED_KINDS.includes(kind)) return otherKind(kind);
  return ofImportedLength(blob) ?? { publicKey: `${kind} ${blob.toString("base64")}` };
}

function ofPem(content: string): Derived {
  let key: KeyObject;
  try {
    key = createPrivateKey(content);
  } catch (cause) {
    // Node's message may quote the input, so the user gets our own words. The cause is kept for
    // debugging.
    return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)
      ? damaged(cause)
      : { instead: "no readable private key", remedy: `${FORMS} ${OTHERWISE}`, cause };
  }
  const kind = key.asymmetricKeyType ?? "unknown";
  if (kind !== "rsa" && kind !== "ed25519") return otherKind(KINDS[kind] ?? kind);
  const publicKey = encodePublicKey(createPublicKey(key));
  return ofImportedLength(Buffer.from(publicKey.split(" ")[1] ?? "", "base64")) ?? { publicKey };
}

/** Undefined if EC2 accepts the key's length. */
function ofImportedLength(blob: Buffer): Derived | undefined {
  const bits = refusedLength(blob);
  if (bits === undefined) return undefined;
  return {
    instead: lengthWords(bits),
    remedy:
      "Name another file under keyPair.generate. If it does not exist, a key is created there. Or create one with: ssh-keygen -t ed25519",
  };
}

/** The usual names of the key types that Node reports. */
const KINDS: Readonly<Record<string, string>> = { ec: "ECDSA", dsa: "DSA", "rsa-pss": "RSA-PSS" };

function otherKind(kind: string): Derived {
  return {
    instead: `a key of type ${kind}, and EC2 accepts only Ed25519 and RSA keys`,
    remedy:
      "Name another file under keyPair.generate. If it does not exist, a key is created there.",
  };
}

function damaged(cause?: unknown): Derived {
  return {
    instead: "a damaged private key",
    remedy: `Replace it with a good copy. ${FORMS}`,
    ...(cause === undefined ? {} : { cause }),
  };
}
