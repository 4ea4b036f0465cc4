import { isIP } from "node:net";
import type { StatusInstance } from "../engine/status-format.ts";

/**
 * The address to log in at, preferably of a server in service, and preferably public. A server that AWS is
 * terminating has none. The address becomes part of a shell command, so everything that is not a plain
 * address is refused.
 */
export function addressOfServer(instances: readonly StatusInstance[]): string | undefined {
  const staying = instances.filter(({ lifecycle }) => !lifecycle.startsWith("Terminat"));
  const [first] = [...staying.filter(isInService), ...staying.filter((each) => !isInService(each))]
    .map(({ addresses: { publicIpv4, ipv6, privateIpv4 } }) => publicIpv4 ?? ipv6 ?? privateIpv4)
    .filter((address) => address !== null && isIP(address) !== 0);
  return first ?? undefined;
}

function isInService({ reason }: StatusInstance): boolean {
  return reason === undefined;
}
