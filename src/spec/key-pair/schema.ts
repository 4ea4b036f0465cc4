import { z } from "zod";
import type { Written } from "../section.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

const keyPath = (example: string) =>
  text({
    what: "a path",
    pattern: /^[^\r\n]+$/,
    example,
    check: (path) =>
      /^-----BEGIN|^(ssh|ecdsa|sk)-\S+ /.test(path)
        ? // Not repeated to the person: it may be a private key.
          new Mistake("this is a key, not a path", `write the path of the key's file: ${example}`)
        : undefined,
  });

export const keyPairSchema = z
  .strictObject({
    generate: keyPath("./afterpay.pem").optional().meta({
      description:
        "Create a key and write its private half to this file. Only the file's owner can read it. The file must be in the stack file's folder or below. An existing file is used as the key: it may hold an Ed25519 or RSA key in OpenSSH format, or in PEM (PKCS #1, PKCS #8) without a passphrase. Make sure that only you can read it (`chmod 600`). If the file is missing and the stack already has a key pair, the key pair is unchanged: its file may be on another machine. Give either this or `publicKey`.",
    }),
    publicKey: keyPath("~/.ssh/id_ed25519.pub").optional().meta({
      description:
        "Import this public key: a file in OpenSSH format. The path is relative to the stack file and may lead to any folder.",
    }),
    // ImportKeyPair: up to 255 ASCII characters.
    name: text({
      what: "a key pair name",
      pattern: /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
      allowed: "ASCII characters, with no space at the start or end",
      longest: 255,
      example: "AfterPaySSHKey",
    })
      .optional()
      .meta({
        description:
          "The key pair's name in AWS. Default: the stack's name, with a suffix if needed.",
      }),
  })
  .meta({
    description: "The SSH key for logging in to the servers. If omitted, nobody can log in.",
    examples: [{ generate: "./afterpay.pem" }],
  })
  .optional();

export type KeyPairFile = Written<typeof keyPairSchema>;
