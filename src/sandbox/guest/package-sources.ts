import { type Build, StepFailure } from "./build.ts";
import type { Machine } from "./machine.ts";

/** Until the restart, package managers, pip and commands use it. */
export function useProxy(build: Build, [url = ""]: readonly string[]): void {
  build.proxy = url;
}

/**
 * How the package manager fails at a source or proxy that certainly does not exist, because RFC 2606 reserves the
 * name of its host. The sandbox assumes that any other one exists. Undefined if there is none.
 */
export function unreachableSource(
  machine: Machine,
  proxy: string | undefined,
): StepFailure | undefined {
  const fail = machine.distribution.manager === "apt" ? aptFailure : dnfFailure;
  for (const source of sourcesOf(machine)) {
    if (proxy !== undefined && isAbsent(proxy)) return fail(source, hostOf(proxy), "proxy");
    if (isAbsent(source.url)) {
      return fail(source, hostOf(source.url), proxy === undefined ? "host" : "host, to the proxy");
    }
  }
  return undefined;
}

/** Who does not know which name: the machine that of the source's host or of the proxy, or the proxy that of the host. */
type Unknown = "host" | "proxy" | "host, to the proxy";

function isAbsent(url: string): boolean {
  return /(^|\.)(invalid|test)$/.test(hostOf(url));
}

interface Source {
  readonly name: string;
  readonly url: string;
  /** Of its list of packages below the URL. */
  readonly place: string;
}

function sourcesOf(machine: Machine): readonly Source[] {
  const own = Object.entries(machine.disk.files).flatMap(([path, file]): readonly Source[] => {
    const [, name = ""] =
      /^\/etc\/(?:apt\/sources\.list\.d|yum\.repos\.d)\/(.+)\.(?:sources|repo)$/.exec(path) ?? [];
    const text = name === "" ? "" : (file?.text ?? "");
    const field = (pattern: RegExp) => pattern.exec(text)?.[1];
    const url = field(/^(?:URIs: |baseurl=)(\S+)/m);
    if (url === undefined) return [];
    const suite = field(/^Suites: (\S+)/m) ?? "";
    return [{ name, url, place: suite.endsWith("/") ? suite : `dists/${suite}/` }];
  });
  return [...own, distributionSource(machine)];
}

/** The distribution's own source. */
function distributionSource({ distribution }: Machine): Source {
  return distribution.manager === "apt"
    ? { name: "", url: "http://cdn-aws.deb.debian.org/debian", place: "dists/stable/" }
    : { name: "amazonlinux", url: "https://cdn.amazonlinux.com/al2023/core", place: "" };
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/:?#]+)/.exec(url)?.[1] ?? "";
}

function aptFailure({ url, place }: Source, host: string, unknown: Unknown): StepFailure {
  const file = `${url.replace(/\/$/, "")}/${place}InRelease`;
  const reason =
    unknown === "host, to the proxy" ? "503  Service Unavailable" : `Could not resolve '${host}'`;
  return new StepFailure("apt-get update", [
    `E: Failed to fetch ${file}  ${reason}`,
    "E: Some index files failed to download. They have been ignored, or old ones used instead.",
  ]);
}

function dnfFailure({ name, url }: Source, host: string, unknown: Unknown): StepFailure {
  const file = `${url.replace(/\/$/, "")}/repodata/repomd.xml`;
  const reasons: Readonly<Record<Unknown, string>> = {
    host: `Curl error (6): Couldn't resolve host name for ${file} [Could not resolve host: ${host}]`,
    proxy: `Curl error (5): Couldn't resolve proxy name for ${file} [Could not resolve proxy: ${host}]`,
    "host, to the proxy": `Status code: 503 for ${file}`,
  };
  return new StepFailure("dnf makecache", [
    `Errors during downloading metadata for repository '${name}':`,
    `  - ${reasons[unknown]}`,
    `Error: Failed to download metadata for repo '${name}': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried`,
  ]);
}
