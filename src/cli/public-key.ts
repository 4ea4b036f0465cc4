import { UserError } from "../engine/errors.ts";
import { IMPORTED_KINDS, kindOf, lengthWords, refusedLength } from "../resources/open-ssh.ts";

/**
 * The public key of an OpenSSH file, without its comment, which AWS does not keep. Of what is in a file
 * that is something else nothing is said: anyone may have named it.
 *
 * @throws UserError when the file holds no public key that EC2 takes, or more than one.
 */
export function importedKey(content: Uint8Array, shown: string): string {
  const text = new TextDecoder().decode(content).trim();
  if (/PRIVATE KEY/.test(text)) {
    throw new UserError(`${shown}: it holds a private key`, {
      remedy: "Name the public half, the file that ends with .pub: a private key never leaves you.",
    });
  }
  if (/[\r\n]/.test(text)) {
    throw new UserError(`${shown}: it is not the one line that a public key is in OpenSSH's form`, {
      remedy: `Name a file with one key. ${KINDS}`,
    });
  }
  const [kind = "", body = ""] = text.split(/[ \t]+/);
  const found = /^[A-Za-z0-9+/]+={0,2}$/.test(body)
    ? kindOf(Buffer.from(body, "base64"))
    : undefined;
  // Both say it, so that neither is a word of something else.
  if (found === undefined || found !== kind) {
    const damaged = IMPORTED_KINDS.includes(kind);
    throw new UserError(
      `${shown}: it holds ${damaged ? `a damaged ${kind} key` : "no public key that EC2 takes"}`,
      { remedy: KINDS },
    );
  }
  if (!IMPORTED_KINDS.includes(kind)) {
    throw new UserError(
      `${shown}: it holds a key of the kind ${kind}, no public key that EC2 takes`,
      {
        remedy: KINDS,
      },
    );
  }
  const bits = refusedLength(Buffer.from(body, "base64"));
  if (bits !== undefined) {
    throw new UserError(`${shown}: it holds ${lengthWords(bits)}`, { remedy: KINDS });
  }
  return `${kind} ${body}`;
}

const KINDS = `EC2 takes OpenSSH keys of the kinds ${IMPORTED_KINDS.join(" and ")}. Make one with: ssh-keygen -t ed25519`;
