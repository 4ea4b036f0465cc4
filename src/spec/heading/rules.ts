import type { Finding } from "../finding.ts";
import { MOST_TAGS, type StackFile } from "../stack-file.ts";

/** The top of the file: tags, zones, subnets and the key. */
export function* stackRules(file: StackFile): Iterable<Finding> {
  const tags = Object.keys(file.tags);
  if (tags.length > MOST_TAGS) {
    yield {
      severity: "error",
      path: ["tags"],
      at: "key",
      message: `the stack has ${tags.length} tags, but at most ${MOST_TAGS} are allowed`,
      help: `remove ${tags.length - MOST_TAGS} of them: AWS allows 50 tags per resource, and this program reserves ${50 - MOST_TAGS} of them`,
    };
  }
  yield* zones(file);
  yield* subnets(file);
  yield* key(file);
}

function* zones({ region, network }: StackFile): Iterable<Finding> {
  if (network.zones === undefined || typeof network.zones === "number") return;
  for (const [index, zone] of network.zones.entries()) {
    const path = ["network", "zones", index];
    if (network.zones.indexOf(zone) < index) {
      yield {
        severity: "error",
        path,
        message: `${zone} is already in the list`,
        help: "remove one of the two",
      };
    } else if (region !== undefined && !zone.startsWith(region)) {
      yield {
        severity: "error",
        path,
        message: `${zone} is not a zone of ${region}`,
        help: `for example ${region}a`,
      };
    }
  }
}

function* subnets({ network: { zones, subnets = [] } }: StackFile): Iterable<Finding> {
  if (zones !== undefined && subnets.length > 0) {
    yield {
      severity: "error",
      path: ["network", "zones"],
      at: "key",
      message: "zones and subnets exclude each other: the subnets determine the zones",
      help: "remove zones or subnets",
    };
  }
  for (const [index, subnet] of subnets.entries()) {
    if (subnets.indexOf(subnet) === index) continue;
    yield {
      severity: "error",
      path: ["network", "subnets", index],
      message: `${subnet} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* key({ keyPair }: StackFile): Iterable<Finding> {
  if (keyPair === undefined) return;
  const { generate, publicKey } = keyPair;
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
