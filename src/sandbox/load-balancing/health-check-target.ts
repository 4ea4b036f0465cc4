/** The request of a health check. */
export interface HealthCheckTarget {
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "SSL";
  readonly port: number;
  /** Only HTTP and HTTPS. */
  readonly path: string | undefined;
}

/** Parses `HTTP:80/path` or `TCP:80`. Undefined for other texts. */
export function readTarget(target: string): HealthCheckTarget | undefined {
  const match = /^(HTTP|HTTPS|TCP|SSL):(\d{1,5})(\/.*)?$/i.exec(target);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65535) return undefined;
  const protocol = match[1]?.toUpperCase();
  switch (protocol) {
    case "HTTP":
    case "HTTPS":
      return match[3] === undefined ? undefined : { protocol, port, path: match[3] };
    case "TCP":
    case "SSL":
      return match[3] === undefined ? { protocol, port, path: undefined } : undefined;
    default:
      return undefined;
  }
}
