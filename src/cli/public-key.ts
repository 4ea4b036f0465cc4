import { UserError } from "../engine/errors.ts";

/** The kinds that EC2 imports ("Create a key pair for your Amazon EC2 instance"). */
const KINDS = ["ssh-ed25519", "ssh-rsa"];

/**
 * The public key of an OpenSSH file, without its comment, which AWS does not keep.
 *
 * @throws UserError when the file holds no public key that EC2 takes.
 */
export function importedKey(content: Uint8Array, shown: string): string {
  const text = new TextDecoder().decode(content).trim();
  if (/PRIVATE KEY/.test(text)) {
    throw new UserError(`${shown}: it holds a private key`, {
      remedy: "Name the public half, the file that ends with .pub: a private key never leaves you.",
    });
  }
  const [kind = "", body = ""] = text.split(/\s+/);
  if (!KINDS.includes(kind) || !/^[A-Za-z0-9+/]{40,}={0,2}$/.test(body)) {
    throw new UserError(`${shown}: it holds no public key that EC2 takes`, {
      remedy: `It takes OpenSSH keys of the kinds ${KINDS.join(" and ")}. Make one with: ssh-keygen -t ed25519`,
    });
  }
  return `${kind} ${body}`;
}
