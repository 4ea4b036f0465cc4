import type { ShownOutput } from "../../engine/presentation.ts";

/**
 * The address of the first HTTP or HTTPS listener. Without one, it is a host and a port. Empty without any listener:
 * an interrupted apply has not created them yet.
 */
export function urlOf(
  dnsName: string,
  listeners: readonly { readonly protocol: string; readonly port: number }[],
): string {
  const [any] = listeners;
  if (any === undefined) return "";
  const [first] = listeners.filter(({ protocol }) => protocol === "HTTP" || protocol === "HTTPS");
  if (first === undefined) return `${dnsName}:${any.port}`;
  const scheme = first.protocol.toLowerCase();
  const standard = scheme === "http" ? 80 : 443;
  return `${scheme}://${dnsName}${first.port === standard ? "" : `:${first.port}`}`;
}

/** The URL of a load balancer, as people read it. */
export const urlOutput: ShownOutput<object, { readonly url: string }> = {
  label: "URL",
  ofRetained: { name: "previousUrl", label: "previous URL" },
  // Without an HTTP listener it is a host and a port, which need not parse as a URL.
  value: ({ outputs: { url } }) => (url === "" ? undefined : (URL.parse(url)?.href ?? url)),
};
