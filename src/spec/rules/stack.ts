import type { Finding } from "../finding.ts";
import { MOST_TAGS, type StackFile } from "../schema/stack-file.ts";

/** The top of the file: tags, zones, subnets and the key. */
export function* stackRules(file: StackFile): Iterable<Finding> {
  const tags = Object.keys(file.tags);
  if (tags.length > MOST_TAGS) {
    yield {
      severity: "error",
      path: ["tags"],
      at: "key",
      message: `there are ${tags.length} tags, and at most ${MOST_TAGS} are possible`,
      help: `AWS allows 50 on a resource, and ${50 - MOST_TAGS} are left for this program's own`,
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
        message: `${zone} is in the list already`,
        help: "remove one of the two",
      };
    } else if (region !== undefined && !zone.startsWith(region)) {
      yield {
        severity: "error",
        path,
        message: `${zone} is not a zone of the region ${region}`,
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
      message: "the zones are given twice: each of the subnets is in one",
      help: "keep zones or subnets",
    };
  }
  for (const [index, subnet] of subnets.entries()) {
    if (subnets.indexOf(subnet) === index) continue;
    yield {
      severity: "error",
      path: ["network", "subnets", index],
      message: `${subnet} is in the list already`,
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
      message: "the key is given twice: generate makes one, publicKey imports one",
      help: "keep one of the two",
    };
  }
  if (generate === undefined && publicKey === undefined) {
    yield {
      severity: "error",
      path: ["keyPair"],
      at: "key",
      message: "the section does not say which key",
      help: "write generate: ./afterpay.pem to make one, or publicKey: ~/.ssh/id_ed25519.pub to import one; leave the section out for no key",
    };
  }
  if (generate?.endsWith(".pub")) {
    yield {
      severity: "warning",
      path: ["keyPair", "generate"],
      message: "the private key is written here, and .pub is the ending of public ones",
      help: "choose another ending, or use publicKey to import a key that you have",
    };
  }
}
