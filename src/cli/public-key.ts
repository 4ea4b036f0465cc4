import { UserError } from "../engine/errors.ts";
import {
  IMPORTED_KINDS,
  keyTypeOf,
  lengthWords,
  refusedLength,
} from "../resources/shared/open-ssh-key.ts";

/**
 * The public key in an OpenSSH file, without its comment, which AWS does not store. Errors never quote the
 * file: whoever wrote the stack file may have named any file of this machine.
 *
 * @throws UserError if the file does not contain exactly one public key that EC2 accepts.
 */
export function importedKey(content: Uint8Array, shown: string): string {
  const text = new TextDecoder().decode(content).trim();
  if (/PRIVATE KEY/.test(text)) {
    throw new UserError(`${shown}: the file contains a private key`, {
      remedy: "Name the public half, the file that ends with .pub. Never share a private key.",
    });
  }
  if (/[\r\n]/.test(text)) {
    throw new UserError(
      `${shown}: the file is not a single line, as a public key in OpenSSH format is`,
      {
        remedy: `Name a file with one key. ${KINDS}`,
      },
    );
  }
  const [kind = "", body = ""] = text.split(/[ \t]+/);
  const found = /^[A-Za-z0-9+/]+={0,2}$/.test(body)
    ? keyTypeOf(Buffer.from(body, "base64"))
    : undefined;
  // The type is stated twice. If both agree, the text really is a key.
  if (found === undefined || found !== kind) {
    const damaged = IMPORTED_KINDS.includes(kind);
    throw new UserError(
      `${shown}: the file contains ${damaged ? `a damaged ${kind} key` : "no public key that EC2 accepts"}`,
      { remedy: KINDS },
    );
  }
  if (!IMPORTED_KINDS.includes(kind)) {
    throw new UserError(
      `${shown}: the file contains a key of the type ${kind}, which EC2 does not accept`,
      {
        remedy: KINDS,
      },
    );
  }
  const bits = refusedLength(Buffer.from(body, "base64"));
  if (bits !== undefined) {
    throw new UserError(`${shown}: the file contains ${lengthWords(bits)}`, { remedy: KINDS });
  }
  return `${kind} ${body}`;
}

const KINDS = `EC2 accepts OpenSSH keys of the types ${IMPORTED_KINDS.join(" and ")}. Create one with: ssh-keygen -t ed25519`;
