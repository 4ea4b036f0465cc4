import { BlockList, isIP } from "node:net";
import { ConfigurationError } from "./configuration-error.ts";
import type { RequestTarget, Via } from "./destination.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy for requests of one scheme. */
export interface ProxyServer extends Via {
  readonly url: URL;
}

/**
 * Chooses the proxy of a request like the AWS CLI: by the endpoint's scheme, with lower-case variables
 * before upper-case ones, unless NO_PROXY names the host. So requests to this machine also use the proxy,
 * unless NO_PROXY excludes them.
 *
 * @throws ConfigurationError when the variable does not contain the URL of a proxy.
 */
export function proxyFor(target: RequestTarget, env: Variables): ProxyServer | undefined {
  const scheme = target.protocol === "https:" ? "https" : "http";
  const variable = chosen(`${scheme}_proxy`, env);
  const value = env[variable] ?? "";
  const exceptions = env[chosen("no_proxy", env)];
  if (value === "" || (exceptions !== undefined && needsNone(target, exceptions))) return undefined;
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url === null || url.hostname === "")
    throw invalid(`${variable} is not the URL of a proxy`, variable);
  if (!/^https?:/.test(url.protocol)) {
    throw invalid(
      `${variable} names a proxy with the scheme "${url.protocol.slice(0, -1)}"; only http and https are supported`,
      variable,
    );
  }
  try {
    decodeURIComponent(`${url.username}:${url.password}`);
  } catch {
    throw invalid(
      `${variable} has a % in the user name or password that is not an escape; write % itself as %25`,
      variable,
    );
  }
  return { url, variable, shown: `${url.protocol}//${url.host}` };
}

/**
 * The lower-case variable decides if it is set, even when it is empty, as in Python's `getproxies`, which
 * the AWS CLI uses. So `https_proxy=` disables HTTPS_PROXY for one command.
 */
function chosen(name: string, env: Variables): string {
  return env[name] === undefined ? name.toUpperCase() : name;
}

/** Does not show the value, because it may contain a password. */
function invalid(message: string, variable: string): ConfigurationError {
  return new ConfigurationError(
    "InvalidProxy",
    message,
    `Write it as ${variable}=http://proxy.example.com:3128, or unset it.`,
  );
}

/**
 * The rules of curl and the AWS CLI: a name matches itself and all names below it, with or without a
 * leading dot or asterisk. `*` matches every host. Addresses may be a range (10.0.0.0/8), and an entry
 * may end with a port. Packages that read NO_PROXY (proxy-from-env, undici) match a name without a dot
 * only with that host.
 */
function needsNone({ protocol, hostname, port }: RequestTarget, noProxy: string): boolean {
  const host = withoutBrackets(hostname.toLowerCase());
  const at = port ?? (protocol === "https:" ? 443 : 80);
  return noProxy
    .toLowerCase()
    .split(/[,\s]/)
    .some((entry) => covers(entry, host, at));
}

/** Those of an IPv6 address. */
function withoutBrackets(host: string): string {
  return host.replace(/[[\]]/g, "");
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(entry, host);
  const { name = entry, only } = /^(?<name>\[.*\]|[^:]*):(?<only>\d+)$/.exec(entry)?.groups ?? {};
  if (only !== undefined && Number(only) !== port) return false;
  const bare = withoutBrackets(name).replace(/^\*?\.+/, "");
  return host === bare || (bare !== "" && host.endsWith(`.${bare}`));
}

function isInRange(range: string, host: string): boolean {
  const slash = range.indexOf("/");
  const [network, bits] = [range.slice(0, slash), range.slice(slash + 1)];
  const kind = isIP(network);
  if (kind === 0 || !/^\d+$/.test(bits)) return false;
  if (Number(bits) > (kind === 4 ? 32 : 128)) return false;
  const family = kind === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
}
