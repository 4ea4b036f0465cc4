import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  encodePublicKey,
  IMPORTED_KINDS,
  isOpenSsh,
  kindOf,
  lengthWords,
  publicBlobIn,
  refusedLength,
} from "./open-ssh.ts";

/** The public key of a private key's file, in OpenSSH's form, or what the file holds instead, in words. */
export type Derived =
  | { readonly publicKey: string }
  | { readonly instead: string; readonly remedy: string; readonly cause?: unknown };

/** What can be read: OpenSSH's own form, also with a passphrase, since its public half is in the clear; PKCS #1 and PKCS #8 in PEM without one. */
const FORMS =
  "What can be read: an Ed25519 or RSA key in OpenSSH's form, or in PEM (PKCS #1, PKCS #8) without a passphrase.";

const OTHERWISE =
  "Name another file under keyPair.generate, or give the public key alone with keyPair.publicKey (ssh-keygen -y prints it).";

/** Reads nothing but the public half; of the content nothing is said. */
export function publicKeyOf(content: string): Derived {
  if (content.trim() === "") {
    return {
      instead: "nothing",
      remedy: "Remove the file, and a key is made; or name the file of one under keyPair.generate.",
    };
  }
  if (isOpenSsh(content)) return ofOpenSsh(content);
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY|^Proc-Type: 4,ENCRYPTED/m.test(content)) {
    return {
      instead:
        "a private key in PEM with a passphrase, and no private key can be read there without it",
      remedy: OTHERWISE,
    };
  }
  if (content.startsWith("PuTTY-User-Key-File-")) {
    return {
      instead: "no private key in a form that can be read, but PuTTY's",
      remedy:
        "Write it in OpenSSH's form: puttygen <file> -O private-openssh-new -o <another file>",
    };
  }
  if (/^(ssh|ecdsa|sk)-\S+ AAAA|^-----BEGIN (RSA )?PUBLIC KEY-----/.test(content)) {
    return {
      instead: "no private key, but a public one",
      remedy: "Give it with keyPair.publicKey instead of keyPair.generate.",
    };
  }
  return ofPem(content);
}

function ofOpenSsh(content: string): Derived {
  const blob = publicBlobIn(content);
  const kind = blob === undefined ? undefined : kindOf(blob);
  if (blob === undefined || kind === undefined) return damaged();
  if (!IMPORTED_KINDS.includes(kind)) return otherKind(kind);
  return ofImportedLength(blob) ?? { publicKey: `${kind} ${blob.toString("base64")}` };
}

function ofPem(content: string): Derived {
  let key: KeyObject;
  try {
    key = createPrivateKey(content);
  } catch (cause) {
    // Node's message may quote the input's structure; the cause is kept for us, the words are ours.
    return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)
      ? damaged(cause)
      : { instead: "no private key that can be read", remedy: `${FORMS} ${OTHERWISE}`, cause };
  }
  const kind = key.asymmetricKeyType ?? "unknown";
  if (kind !== "rsa" && kind !== "ed25519") return otherKind(KINDS[kind] ?? kind);
  const publicKey = encodePublicKey(createPublicKey(key));
  return ofImportedLength(Buffer.from(publicKey.split(" ")[1] ?? "", "base64")) ?? { publicKey };
}

/** Undefined where the length is no reason to refuse the key. */
function ofImportedLength(blob: Buffer): Derived | undefined {
  const bits = refusedLength(blob);
  if (bits === undefined) return undefined;
  return {
    instead: lengthWords(bits),
    remedy:
      "Name another file under keyPair.generate; where there is none, a key is made. Or make one with: ssh-keygen -t ed25519",
  };
}

/** What people call the kinds that Node names. */
const KINDS: Readonly<Record<string, string>> = { ec: "ECDSA", dsa: "DSA", "rsa-pss": "RSA-PSS" };

function otherKind(kind: string): Derived {
  return {
    instead: `a key of the kind ${kind}, and EC2 takes Ed25519 and RSA keys alone`,
    remedy: "Name another file under keyPair.generate; where there is none, a key is made.",
  };
}

function damaged(cause?: unknown): Derived {
  return {
    instead: "a damaged private key, no private key that can be read",
    remedy: `Put a good copy in its place. ${FORMS}`,
    ...(cause === undefined ? {} : { cause }),
  };
}
