/** The address of the first HTTP or HTTPS listener. Without one, it is a host and a port. */
export function urlOf(
  dnsName: string,
  listeners: readonly { readonly protocol: string; readonly port: number }[],
): string {
  const [first] = listeners.filter(({ protocol }) => protocol === "HTTP" || protocol === "HTTPS");
  if (first === undefined) return `${dnsName}:${listeners[0]?.port ?? ""}`;
  const scheme = first.protocol.toLowerCase();
  const standard = scheme === "http" ? 80 : 443;
  return `${scheme}://${dnsName}${first.port === standard ? "" : `:${first.port}`}`;
}
