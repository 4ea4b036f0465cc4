import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { dirname } from "node:path";

/** A key pair that signs repositories of a test's own. */
export interface SigningKey {
  /** GnuPG's folder. */
  readonly home: string;
  readonly name: string;
  /** The public key, in ASCII armor. */
  readonly armored: string;
}

/**
 * Makes a key pair in a new folder whose path begins with `place`. In a folder of an earlier run, that run's agent may
 * still live, and no key can be relied on to be made beside it.
 */
export function makeSigningKey(place: string, name: string): SigningKey {
  mkdirSync(dirname(place), { recursive: true });
  const home = mkdtempSync(`${place}-`);
  const gpg = (...words: string[]) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  // RSA, which every rpm can verify.
  gpg("--passphrase", "", "--quick-generate-key", name, "rsa2048", "sign", "never");
  return { home, name, armored: gpg("--armor", "--export", name) };
}
