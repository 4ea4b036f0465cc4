import type { Finding } from "../finding.ts";
import type { KeyPairFile } from "./schema.ts";

/** One key, either created or imported. */
export function* keyPairRules({ generate, publicKey }: KeyPairFile): Iterable<Finding> {
  if (generate !== undefined && publicKey !== undefined) {
    yield {
      severity: "error",
      path: ["keyPair", "publicKey"],
      at: "key",
      message:
        "generate and publicKey exclude each other: one creates a key, the other imports one",
      help: "remove one of the two",
    };
  }
  if (generate === undefined && publicKey === undefined) {
    yield {
      severity: "error",
      path: ["keyPair"],
      at: "key",
      message: "the section has neither generate nor publicKey",
      help: "write generate: ./afterpay.pem to create a key, or publicKey: ~/.ssh/id_ed25519.pub to import one; for no key, remove the section",
    };
  }
  if (generate?.endsWith(".pub")) {
    yield {
      severity: "warning",
      path: ["keyPair", "generate"],
      message: "this file will hold the private key, but .pub is the extension of public keys",
      help: "use another extension, or use publicKey to import an existing key",
    };
  }
}
