import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ensureKeyFile,
  keyFilesOnDisk,
  readPublicKey,
} from "../../../src/resources/shared/key-file.ts";
import { encodePublicKey, withoutComment } from "../../../src/resources/shared/open-ssh-key.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reconcile-key-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The judge is OpenSSH itself; without it there is nothing to compare with. */
const sshKeygen = (() => {
  try {
    execFileSync("ssh-keygen", ["-?"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
})();

function publicKeyBySsh(path: string): string {
  return withoutComment(execFileSync("ssh-keygen", ["-y", "-P", "", "-f", path]).toString());
}

describe("a key file that is made here", () => {
  test("is readable by its owner alone, and made once", async () => {
    const path = join(directory, "keys", "web.pem");
    const made = await ensureKeyFile(keyFilesOnDisk, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await ensureKeyFile(keyFilesOnDisk, path)).toBe(made);
    expect(await readPublicKey(keyFilesOnDisk, path)).toBe(made);
  });

  test("is one key when two make it at once", async () => {
    const path = join(directory, "web.pem");
    const made = await Promise.all([1, 2, 3].map(() => ensureKeyFile(keyFilesOnDisk, path)));
    expect(new Set(made).size).toBe(1);
    expect(await readPublicKey(keyFilesOnDisk, path)).toBe(made[0]);
  });

  test.runIf(sshKeygen)("is one that ssh takes", async () => {
    const path = join(directory, "web.pem");
    const made = await ensureKeyFile(keyFilesOnDisk, path);
    expect(publicKeyBySsh(path)).toBe(made);
  });

  test("that cannot be written says which, and what to do", async () => {
    writeFileSync(join(directory, "file"), "");
    await expect(ensureKeyFile(keyFilesOnDisk, join(directory, "file", "web.pem"))).rejects.toThrow(
      /web\.pem cannot be used: a part of its path is a file, not a folder \(ENOTDIR\)/,
    );
  });
});

describe("the public key of a file that is there", () => {
  const forms: readonly [string, () => string][] = [
    [
      "PKCS #1, as AWS hands out",
      () =>
        generateKeyPairSync("rsa", { modulusLength: 2048 })
          .privateKey.export({ type: "pkcs1", format: "pem" })
          .toString(),
    ],
    [
      "PKCS #8, as OpenSSL makes",
      () =>
        generateKeyPairSync("ed25519")
          .privateKey.export({ type: "pkcs8", format: "pem" })
          .toString(),
    ],
  ];
  test.each(forms)("is derived from %s", async (_name, make) => {
    const path = join(directory, "own.pem");
    const content = make();
    writeFileSync(path, content, { mode: 0o600 });
    const expected = encodePublicKey(createPrivateKey(content));
    expect(await readPublicKey(keyFilesOnDisk, path)).toBe(expected);
    expect(expected).toMatch(/^ssh-(rsa|ed25519) [A-Za-z0-9+/]+=*$/);
  });

  test.runIf(sshKeygen).each(["ed25519", "rsa"])("is ssh-keygen's own, %s", async (type) => {
    const path = join(directory, "own");
    execFileSync("ssh-keygen", ["-q", "-t", type, "-b", "2048", "-N", "", "-f", path]);
    expect(await readPublicKey(keyFilesOnDisk, path)).toBe(publicKeyBySsh(path));
  });

  test.runIf(sshKeygen)("of an RSA key in PEM is as ssh sees it", async () => {
    const path = join(directory, "own");
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      "rsa",
      "-b",
      "2048",
      "-m",
      "PEM",
      "-N",
      "",
      "-f",
      path,
    ]);
    expect(await readPublicKey(keyFilesOnDisk, path)).toBe(publicKeyBySsh(path));
  });

  test("is undefined without a file", async () => {
    expect(await readPublicKey(keyFilesOnDisk, join(directory, "none"))).toBeUndefined();
  });

  test("of something else is refused, and the content is not quoted", async () => {
    const path = join(directory, "own.pem");
    writeFileSync(path, "top secret words");
    const refusal = readPublicKey(keyFilesOnDisk, path);
    await expect(refusal).rejects.toThrow(/own\.pem holds no readable private key/);
    await expect(refusal).rejects.not.toThrow(/top secret/);
  });

  test.skipIf(process.getuid?.() === 0)(
    "that may not be read says so (root may read everything, so it cannot see this)",
    async () => {
      const path = join(directory, "own.pem");
      writeFileSync(path, "");
      chmodSync(path, 0o000);
      await expect(readPublicKey(keyFilesOnDisk, path)).rejects.toThrow(/EACCES/);
    },
  );
});
