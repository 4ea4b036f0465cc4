import type { Finding } from "../finding.ts";
import { ownNetworkRules } from "./own-network-rules.ts";
import type { NetworkFile } from "./schema.ts";

/** Zones or subnets, each once. Servers where there can be some. */
export function* networkRules(network: NetworkFile): Iterable<Finding> {
  yield* zones(network);
  yield* subnets(network);
  yield* privateServers(network);
  yield* ownNetworkRules(network);
}

function* zones({ zones }: NetworkFile): Iterable<Finding> {
  if (zones === undefined || typeof zones === "number") return;
  yield* repeated(zones, "zones");
}

function* subnets({ vpc, zones, subnets = [], servers }: NetworkFile): Iterable<Finding> {
  if (zones !== undefined && subnets.length > 0) {
    yield {
      severity: "error",
      path: ["network", "zones"],
      at: "key",
      message: "zones and subnets exclude each other: the subnets determine the zones",
      help: "remove zones or subnets",
    };
  }
  if (vpc === "own" && subnets.length > 0) {
    yield {
      severity: "error",
      path: ["network", "subnets"],
      at: "key",
      about: [["network", "vpc"]],
      message: "an own network has subnets of its own",
      help: "remove subnets, or remove vpc: the subnets determine the VPC",
    };
  }
  // Each zone has one, or a public and a private one.
  if (vpc !== "own" && servers !== "private" && subnets.length > MOST_ZONES) {
    yield {
      severity: "error",
      path: ["network", "subnets"],
      about: [["network", "servers"]],
      message: `at most ${MOST_ZONES} subnets are allowed, but these are ${subnets.length}`,
      help: "name at most one per zone",
    };
  }
  yield* repeated(subnets, "subnets");
}

const MOST_ZONES = 6;

function* repeated(items: readonly string[], field: string): Iterable<Finding> {
  for (const [index, item] of items.entries()) {
    if (items.indexOf(item) === index) continue;
    yield {
      severity: "error",
      path: ["network", field, index],
      message: `${item} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* privateServers({ vpc, subnets, servers }: NetworkFile): Iterable<Finding> {
  if (servers !== "private" || vpc !== "default" || subnets !== undefined) return;
  yield {
    severity: "error",
    path: ["network", "servers"],
    about: [
      ["network", "vpc"],
      ["network", "subnets"],
    ],
    message: "the default VPC has public subnets only",
    help: "write vpc: own for a network of the stack's own, or name a VPC that has private subnets, as in vpc: vpc-0123456789abcdef0",
  };
}
