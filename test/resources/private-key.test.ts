import { type createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePrivateKey, encodePublicKey } from "../../src/resources/open-ssh.ts";
import { publicKeyOf } from "../../src/resources/private-key.ts";

type Made = { readonly privateKey: ReturnType<typeof createPrivateKey> };
const ed25519: Made = generateKeyPairSync("ed25519");
const rsa: Made = generateKeyPairSync("rsa", { modulusLength: 2048 });

const pem = ({ privateKey }: Made, type: "pkcs1" | "pkcs8" | "sec1", passphrase?: string) =>
  privateKey
    .export({
      type,
      format: "pem",
      ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
    })
    .toString();

/** RFC 4251's form of a text. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSH's own form around some public key; the secret half is anything. */
function openSsh(blob: Buffer, cipher = "none", keys = 1): string {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(keys);
  const content = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field(cipher),
    field(cipher === "none" ? "none" : "bcrypt"),
    field(""),
    count,
    field(blob),
    field(Buffer.alloc(64, 7)),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${content.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const blobOf = ({ privateKey }: Made) =>
  Buffer.from(encodePublicKey(privateKey).split(" ")[1] ?? "", "base64");

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
  test.each<[string, string, string]>([
    ["ECDSA in SEC 1", pem(ecdsa, "sec1"), "the kind ECDSA"],
    ["ECDSA in PKCS #8", pem(ecdsa, "pkcs8"), "the kind ECDSA"],
    ["ECDSA in OpenSSH's form", openSsh(ecdsaBlob), "the kind ecdsa-sha2-nistp256"],
    ["DSA", pem(dsa, "pkcs8"), "the kind DSA"],
    ["DSA in OpenSSH's form", openSsh(Buffer.concat([field("ssh-dss"), field("p")])), "ssh-dss"],
    ["RSA-PSS", pem(pss, "pkcs8"), "the kind RSA-PSS"],
    ["Ed448", pem(ed448, "pkcs8"), "the kind ed448"],
    ["PKCS #8 with a passphrase", pem(rsa, "pkcs8", "secret"), "passphrase"],
    ["PKCS #1 with a passphrase", pem(rsa, "pkcs1", "secret"), "passphrase"],
    ["PuTTY's form", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTY"],
    ["a public key", encodePublicKey(rsa.privateKey), "a public one"],
    ["a damaged PEM", pem(rsa, "pkcs1").slice(0, 400), "no private key that can be read"],
    ["a PEM with a hole", pem(rsa, "pkcs1").replace(/\n.{64}\n/, "\n"), "damaged"],
    [
      "a damaged one in OpenSSH's form",
      `${whole.slice(0, 90)}\n-----END OPENSSH PRIVATE KEY-----`,
      "damaged",
    ],
    ["one in OpenSSH's form that is cut off", whole.slice(0, 120), "damaged"],
    ["two keys in one", openSsh(blobOf(rsa), "none", 2), "damaged"],
    [
      "one whose public half is another kind's",
      openSsh(Buffer.concat([field("ssh-rsa"), field("x")])),
      "damaged",
    ],
    ["RSA of 3072 bits", pem(rsa3072, "pkcs1"), "an RSA key of 3072 bits"],
    ["RSA of 3072 bits in OpenSSH's form", openSsh(blobOf(rsa3072)), "1024, 2048 or 4096 bits"],
    ["nothing", "", "nothing"],
    ["white space", "\n \n", "nothing"],
    ["something else", "hello", "no private key"],
  ])("%s", (_, content, words) => {
    const derived = publicKeyOf(content);
    if (!("instead" in derived)) throw new Error("it was read");
    expect(derived.instead).toContain(words);
    expect(derived.remedy).not.toBe("");
  });

  test("whatever bytes are changed, cut or added, and nothing of the secret is quoted", () => {
    const forms = [whole, openSsh(blobOf(rsa)), pem(rsa, "pkcs1"), pem(ecdsa, "sec1")];
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        fc.nat(2000),
        fc.nat(40),
        fc.string({ unit: "binary", maxLength: 20 }),
        (form, at, gone, put) => {
          const content = form.slice(0, at) + put + form.slice(at + gone);
          const derived = publicKeyOf(content);
          if ("publicKey" in derived) {
            expect(derived.publicKey).toMatch(/^ssh-(rsa|ed25519) [A-Za-z0-9+/]+=*$/);
          } else {
            const said = `${derived.instead} ${derived.remedy}`;
            for (const line of form.split("\n").filter((each) => !each.startsWith("---"))) {
              if (line.length > 20) expect(said).not.toContain(line.slice(0, 20));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
