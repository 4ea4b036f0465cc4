import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodePrivateKey, encodePublicKey } from "../../../src/resources/shared/open-ssh-key.ts";
import { publicKeyOf } from "../../../src/resources/shared/private-key.ts";
import { blobOf, ed25519, field, type Made, openSsh, pem, rsa } from "./keys.ts";

describe("a private key that can be read", () => {
  test.each<[string, string, Made]>([
    ["Ed25519 in OpenSSH's form", encodePrivateKey(ed25519.privateKey), ed25519],
    ["RSA in OpenSSH's form", openSsh(blobOf(rsa)), rsa],
    ["one with a passphrase in OpenSSH's form", openSsh(blobOf(rsa), "aes256-ctr"), rsa],
    ["RSA in PKCS #1", pem(rsa, "pkcs1"), rsa],
    ["RSA in PKCS #8", pem(rsa, "pkcs8"), rsa],
    ["Ed25519 in PKCS #8", pem(ed25519, "pkcs8"), ed25519],
    ["one with Windows' line ends", pem(rsa, "pkcs1").replaceAll("\n", "\r\n"), rsa],
  ])("gives its public half: %s", (_, content, { privateKey }) => {
    expect(publicKeyOf(content)).toEqual({
      publicKey: encodePublicKey(createPublicKey(privateKey)),
    });
  });
});

describe("what is no such key is said in words", () => {
  const ecdsa = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const dsa = generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  const rsa3072 = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const ed448 = generateKeyPairSync("ed448");
  const ecdsaBlob = Buffer.concat([field("ecdsa-sha2-nistp256"), field("nistp256"), field("x")]);
  const whole = encodePrivateKey(ed25519.privateKey);
  const forms =
    "Supported: an Ed25519 or RSA key in OpenSSH format, or in PEM (PKCS #1, PKCS #8) without a passphrase.";
  const otherwise =
    "Name another file under keyPair.generate, or give the public key alone with keyPair.publicKey (ssh-keygen -y prints it).";
  const another =
    "Name another file under keyPair.generate. If it does not exist, a key is created there.";
  const damaged = {
    instead: "a damaged private key",
    remedy: `Replace it with a good copy. ${forms}`,
  };
  const ofKind = (kind: string) => ({
    instead: `a key of type ${kind}, and EC2 accepts only Ed25519 and RSA keys`,
    remedy: another,
  });
  const withPassphrase = {
    instead: "a PEM private key with a passphrase, which cannot be read without the passphrase",
    remedy: otherwise,
  };
  const ofLength = {
    instead: "an RSA key of 3072 bits, and EC2 accepts only RSA keys of 1024, 2048 or 4096 bits",
    remedy: `${another} Or create one with: ssh-keygen -t ed25519`,
  };
  const isPublic = {
    instead: "a public key, not a private key",
    remedy: "Give it with keyPair.publicKey instead of keyPair.generate.",
  };
  const nothing = {
    instead: "no key: it is empty",
    remedy:
      "Remove the empty file to have a key created there, or name the file of a key under keyPair.generate.",
  };
  const putty = {
    instead: "a private key in PuTTY's format, which cannot be read",
    remedy:
      "Convert it to OpenSSH format: puttygen <file> -O private-openssh-new -o <another file>",
  };
  const unknown = { instead: "no readable private key", remedy: `${forms} ${otherwise}` };
  const spki = createPublicKey(rsa.privateKey).export({ type: "spki", format: "pem" }).toString();
  const pkcs1 = createPublicKey(rsa.privateKey).export({ type: "pkcs1", format: "pem" }).toString();
  test.each<[string, string, { readonly instead: string; readonly remedy: string }]>([
    ["ECDSA in SEC 1", pem(ecdsa, "sec1"), ofKind("ECDSA")],
    ["ECDSA in PKCS #8", pem(ecdsa, "pkcs8"), ofKind("ECDSA")],
    ["ECDSA in OpenSSH's form", openSsh(ecdsaBlob), ofKind("ecdsa-sha2-nistp256")],
    ["DSA", pem(dsa, "pkcs8"), ofKind("DSA")],
    [
      "DSA in OpenSSH's form",
      openSsh(Buffer.concat([field("ssh-dss"), field("p")])),
      ofKind("ssh-dss"),
    ],
    ["RSA-PSS", pem(pss, "pkcs8"), ofKind("RSA-PSS")],
    ["Ed448", pem(ed448, "pkcs8"), ofKind("ed448")],
    ["PKCS #8 with a passphrase", pem(rsa, "pkcs8", "secret"), withPassphrase],
    ["PKCS #1 with a passphrase", pem(rsa, "pkcs1", "secret"), withPassphrase],
    ["PuTTY's form", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", putty],
    ["a public key", encodePublicKey(rsa.privateKey), isPublic],
    ["a public key of another kind", "ecdsa-sha2-nistp256 AAAAE2VjZHNh somebody", isPublic],
    ["a public key in PEM", spki, isPublic],
    ["an RSA public key in PEM", pkcs1, isPublic],
    ["a damaged PEM", pem(rsa, "pkcs1").slice(0, 400), damaged],
    ["a damaged PEM of PKCS #8", pem(rsa, "pkcs8").slice(0, 400), damaged],
    ["a PEM with a hole", pem(rsa, "pkcs1").replace(/\n.{64}\n/, "\n"), damaged],
    [
      "a damaged one in OpenSSH's form",
      `${whole.slice(0, 90)}\n-----END OPENSSH PRIVATE KEY-----`,
      damaged,
    ],
    ["one in OpenSSH's form that is cut off", whole.slice(0, 120), damaged],
    ["two keys in one", openSsh(blobOf(rsa), "none", 2), damaged],
    [
      "one whose public half is another kind's",
      openSsh(Buffer.concat([field("ssh-rsa"), field("x")])),
      damaged,
    ],
    ["RSA of 3072 bits", pem(rsa3072, "pkcs1"), ofLength],
    ["RSA of 3072 bits in OpenSSH's form", openSsh(blobOf(rsa3072)), ofLength],
    ["nothing", "", nothing],
    ["white space", "\n \n", nothing],
    ["something else", "hello", unknown],
    ["what only names a kind of key", "a note on ssh-rsa AAAA", unknown],
    ["what only names PuTTY's form", "a note on PuTTY-User-Key-File-3", unknown],
    ["what only names a passphrase", "a note on Proc-Type: 4,ENCRYPTED", unknown],
    ["what only names PEM with one", "a note on -----BEGIN ENCRYPTED PRIVATE KEY", unknown],
    ["what only names a public key in PEM", "a note on -----BEGIN PUBLIC KEY-----", unknown],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", unknown],
  ])("%s", (_, content, told) => {
    const { cause, ...said } = { cause: undefined, ...publicKeyOf(content) };
    expect(said).toEqual(told);
    if (cause !== undefined) expect(cause).toBeInstanceOf(Error);
  });

  test("and keeps what Node said of it, for whoever looks for a bug", () => {
    for (const content of ["hello", pem(rsa, "pkcs1").slice(0, 400)]) {
      expect(publicKeyOf(content)).toHaveProperty("cause", expect.any(Error));
    }
    expect(publicKeyOf(whole.slice(0, 120))).not.toHaveProperty("cause");
  });
});
