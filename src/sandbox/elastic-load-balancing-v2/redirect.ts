import type { RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import type { Redirect } from "./action.ts";

/**
 * A redirect with AWS's defaults for the parts that are not given.
 *
 * @throws AwsError ValidationError, InvalidLoadBalancerAction.
 */
export function readRedirect(
  config: RedirectActionConfig | undefined,
  listener: { readonly protocol: string; readonly port: number },
): Redirect {
  if (config === undefined) {
    throw validationError("A redirect action must have a RedirectConfig");
  }
  const status = config.StatusCode;
  if (status !== "HTTP_301" && status !== "HTTP_302") {
    throw validationError(`The status code must be HTTP_301 or HTTP_302, got '${status ?? ""}'`);
  }
  const redirect: Redirect = {
    type: "redirect",
    protocol: config.Protocol ?? "#{protocol}",
    port: config.Port ?? "#{port}",
    host: config.Host ?? "#{host}",
    path: config.Path ?? "/#{path}",
    query: config.Query ?? "#{query}",
    status,
  };
  check(redirect);
  const isSame =
    [listener.protocol, "#{protocol}"].includes(redirect.protocol) &&
    [String(listener.port), "#{port}"].includes(redirect.port) &&
    redirect.host === "#{host}" &&
    redirect.path === "/#{path}";
  if (isSame) {
    // "You must modify at least one of the following components to avoid a redirect loop: protocol, port,
    // hostname or path."
    throw new AwsError(
      "InvalidLoadBalancerAction",
      "The redirect configuration is not valid because it creates a loop",
    );
  }
  return redirect;
}

function check({ protocol, port, host, path, query }: Redirect): void {
  if (!["HTTP", "HTTPS", "#{protocol}"].includes(protocol)) {
    throw validationError(`The protocol must be HTTP, HTTPS or #{protocol}, got '${protocol}'`);
  }
  const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
  if (!isPort && port !== "#{port}") {
    throw validationError(`The port must be from 1 to 65535 or #{port}, got '${port}'`);
  }
  if (host.length < 1 || host.length > 128) {
    throw validationError("The host must have 1 to 128 characters");
  }
  if (!path.startsWith("/") || path.length > 128) {
    throw validationError("The path must start with '/' and have at most 128 characters");
  }
  if (query.length > 128) throw validationError("The query must have at most 128 characters");
}
