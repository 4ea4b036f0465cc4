import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { quoteForShell } from "../../aws/quote-for-shell.ts";
import type { Live } from "../../engine/live.ts";
import type { Access, ShownOutput } from "../../engine/presentation.ts";
import { keyFilesOnDisk, readPublicKey } from "../shared/key-file.ts";
import { withoutComment } from "../shared/open-ssh-key.ts";

type KeyPair = Live<object, { readonly publicKey: string }>;
type Shown = ShownOutput<object, KeyPair["outputs"]>;

/** The file of a generated key. */
export const keyFile: Shown = {
  label: "key file",
  value: (live, access) => usableFile(live, access),
};

/** The command to log in with it. Without a server's address there is none. */
export const login: Shown = {
  label: "log in with",
  async value(live, access) {
    const file = await usableFile(live, access);
    if (file === undefined || access.login === undefined) return undefined;
    const address = await access.serverAddress();
    if (address === undefined) return undefined;
    return `ssh -i ${quoteForShell(file)} ${access.login.user}@${address}`;
  },
};

/**
 * The path of the private key. Undefined if the key was generated on another machine, or if the file has
 * another key than the key pair: servers would refuse it.
 */
async function usableFile(
  { outputs }: KeyPair,
  { login, directory }: Access,
): Promise<string | undefined> {
  if (login === undefined) return undefined;
  const file = resolve(directory, login.keyFile);
  if (!existsSync(file)) return undefined;
  const publicKey = await readPublicKey(keyFilesOnDisk, file).catch(() => undefined);
  if (publicKey === undefined || withoutComment(publicKey) !== outputs.publicKey) return undefined;
  const path = relative(directory, file);
  return path.startsWith("..") ? file : `./${path}`;
}
