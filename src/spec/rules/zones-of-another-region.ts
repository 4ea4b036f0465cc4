import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The names of zones start with the name of their region. */
export function* zonesOfAnotherRegion({ region, network }: StackFile): Iterable<Finding> {
  const { zones } = network;
  if (region === undefined || zones === undefined || typeof zones === "number") return;
  for (const [index, zone] of zones.entries()) {
    // A repeated zone is an error itself.
    if (zones.indexOf(zone) < index || zone.startsWith(region)) continue;
    yield {
      severity: "error",
      path: ["network", "zones", index],
      message: `${zone} is not a zone of ${region}`,
      help: `for example ${region}a`,
    };
  }
}
