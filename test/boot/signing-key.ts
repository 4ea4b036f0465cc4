import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";

/** A key pair that signs repositories of a test's own. */
export interface SigningKey {
  /** GnuPG's folder. */
  readonly home: string;
  readonly name: string;
  /** The public key, in ASCII armor. */
  readonly armored: string;
}

export function makeSigningKey(home: string, name: string): SigningKey {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = (...words: string[]) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  // RSA, which every rpm can verify.
  gpg("--passphrase", "", "--quick-generate-key", name, "rsa2048", "sign", "never");
  return { home, name, armored: gpg("--armor", "--export", name) };
}
