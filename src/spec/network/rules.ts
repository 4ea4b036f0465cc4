import type { Finding } from "../finding.ts";
import type { NetworkFile } from "./schema.ts";

/** Zones or subnets, each once. */
export function* networkRules(network: NetworkFile): Iterable<Finding> {
  yield* zones(network);
  yield* subnets(network);
}

function* zones({ zones }: NetworkFile): Iterable<Finding> {
  if (zones === undefined || typeof zones === "number") return;
  for (const [index, zone] of zones.entries()) {
    if (zones.indexOf(zone) === index) continue;
    yield {
      severity: "error",
      path: ["network", "zones", index],
      message: `${zone} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* subnets({ zones, subnets = [] }: NetworkFile): Iterable<Finding> {
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
