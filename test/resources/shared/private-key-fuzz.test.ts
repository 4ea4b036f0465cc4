import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { encodePrivateKey } from "../../../src/resources/shared/open-ssh-key.ts";
import { publicKeyOf } from "../../../src/resources/shared/private-key.ts";
import fc from "../../fast-check.ts";
import { blobOf, ed25519, openSsh, pem, rsa } from "./keys.ts";

const ecdsa = generateKeyPairSync("ec", { namedCurve: "P-256" });
const whole = encodePrivateKey(ed25519.privateKey);

test("a private key is read or told in words whatever bytes are changed, cut or added, and nothing of the secret is quoted", () => {
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
