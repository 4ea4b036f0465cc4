import { absolutePath } from "../shared/absolute-path.ts";
import { givenName, type Named } from "../shared/given-name.ts";
import type { KeyPairFile } from "./schema.ts";

/** Absent: servers have no key, and nobody logs in. */
export interface KeyPair extends Named {
  readonly source: /** The private key's file (absolute path): created with the key, or read if it exists. */
    | { readonly kind: "generate"; readonly file: string }
    /** An OpenSSH public key to import (absolute path). */
    | { readonly kind: "public-key"; readonly file: string };
}

export function normaliseKeyPair(
  { generate, publicKey, name }: KeyPairFile,
  { folder }: { readonly folder: string },
): KeyPair {
  return {
    ...givenName(name),
    source:
      generate === undefined
        ? { kind: "public-key", file: absolutePath(publicKey ?? "", folder) }
        : { kind: "generate", file: absolutePath(generate, folder) },
  };
}
