import type { Region } from "../../region.ts";
import { admits } from "../security-groups/access.ts";
import { networkInterfaces } from "./tables.ts";
import {
  endpointState,
  endpointsIn,
  serviceOf,
  type VpcEndpointRecord,
} from "./vpc-endpoint-tables.ts";

/** The machine that asks. */
interface Source {
  readonly vpcId: string;
  readonly privateAddress: string;
  readonly groupIds: readonly string[];
}

/** Services are called by HTTPS. */
const HTTPS = 443;

/**
 * Whether a machine reaches each of these services, such as `ssm`, through interface endpoints of its VPC. It finds an
 * endpoint by the service's public name, so the endpoint needs private DNS, and security groups that let the machine in.
 */
export function reachesEndpoints(
  region: Region,
  source: Source,
  services: readonly string[],
): boolean {
  const usable = endpointsIn(region, source.vpcId)
    .filter((endpoint) => isUsable(region, source, endpoint))
    .map(({ serviceName }) => serviceOf(region, serviceName));
  return services.every((service) => usable.includes(service));
}

function isUsable(region: Region, source: Source, endpoint: VpcEndpointRecord): boolean {
  if (endpointState(region, endpoint) !== "available" || endpoint.kind === "Gateway") return false;
  const { interfaces, privateDns } = endpoint;
  // An earlier version saved the endpoint, and took every available one as usable.
  if (interfaces === undefined) return true;
  const from = { groupIds: source.groupIds, address: source.privateAddress };
  return (
    privateDns === true &&
    interfaces.some(({ id }) => {
      const node = region.table(networkInterfaces).latest(id);
      if (node === undefined) return false;
      const to = { groupIds: node.groupIds, address: node.privateAddress };
      return admits(region, from, to, HTTPS);
    })
  );
}
