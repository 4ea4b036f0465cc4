import { isPublic, runApplication } from "./application.ts";
import type { Machine } from "./machine.ts";
import { servicePorts } from "./service-ports.ts";

export interface Socket {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly process: string;
}

/**
 * Whether a range of `only_listening` contains the port: `80`, `8000-8010`,
 * `udp:53`.
 */
export function isLetIn(
  ranges: readonly string[],
  protocol: Socket["protocol"],
  port: number,
): boolean {
  return ranges.some((range) => {
    const [, kind, from, to = from] = /^(?:(udp):)?(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return (kind ?? "tcp") === protocol && Number(from) <= port && port <= Number(to);
  });
}

/** The sockets that other machines can reach, regardless of security groups. */
export function listeningSockets(machine: Machine): Socket[] {
  const sockets: Socket[] = [];
  for (const { unit } of machine.installedPackages()) {
    if (unit === undefined || !machine.service(unit.name).active) continue;
    for (const { protocol, address, port } of servicePorts(machine, unit).known) {
      if (isPublic(address)) sockets.push({ protocol, address, port, process: unit.name });
    }
  }
  if (machine.disk.multicastNames && machine.service("systemd-resolved").active) {
    // Link-local multicast name resolution (RFC 4795).
    const process = "systemd-resolve";
    sockets.push({ protocol: "udp", address: "0.0.0.0", port: 5355, process });
    sockets.push({ protocol: "tcp", address: "0.0.0.0", port: 5355, process });
  }
  const application = runApplication(machine);
  if (machine.service("application").active && application.runs && isPublic(application.address)) {
    const { address = "0.0.0.0", port } = application;
    if (port !== undefined)
      sockets.push({ protocol: "tcp", address, port, process: "application" });
  }
  return sockets;
}
