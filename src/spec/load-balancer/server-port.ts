import type { LoadBalancerFile } from "./schema.ts";

type ListenerFile = LoadBalancerFile["listeners"][number];
type ApplicationPort = { readonly port: number } | undefined;

/** The port on the servers that a listener forwards to. */
export function serverPort({ port, to }: ListenerFile, application: ApplicationPort): number {
  return to ?? application?.port ?? port;
}

/** Every port on the servers that traffic comes to. A listener that redirects needs none. */
export function serverPorts(
  { listeners }: LoadBalancerFile,
  application: ApplicationPort,
): readonly number[] {
  const forwarding = listeners.filter(({ redirect }) => redirect === undefined);
  return [...new Set(forwarding.map((listener) => serverPort(listener, application)))];
}
