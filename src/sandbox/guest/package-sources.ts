import { type Build, StepFailure } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { type Reach, whyUnreached } from "./reach.ts";

/** Until the restart, package managers, pip and commands use it. */
export function useProxy(build: Build, [url = ""]: readonly string[]): void {
  build.proxy = url;
}

/**
 * How the package manager fails at a source or proxy that the machine does not reach, or that certainly does not exist,
 * because RFC 2606 reserves the name of its host. The sandbox assumes that any other one exists. Undefined if there is
 * none.
 */
export function unreachableSource(build: Build): StepFailure | undefined {
  const { machine, proxy } = build;
  const fail = machine.distribution.manager === "apt" ? aptFailure : dnfFailure;
  for (const source of sourcesOf(machine, build.reach)) {
    const why = whyUnreached(build, hostOf(source.url));
    if (why !== undefined) {
      return fail(source, hostOf(source.url), why === "no name" ? "host" : "way");
    }
    if (proxy !== undefined && isAbsent(proxy)) return fail(source, hostOf(proxy), "proxy");
    if (isAbsent(source.url)) {
      return fail(source, hostOf(source.url), proxy === undefined ? "host" : "host, to the proxy");
    }
  }
  return undefined;
}

/** @throws StepFailure when the machine does not reach one of the sources of its package manager. */
export function requireSources(build: Build): void {
  if (sourcesOf(build.machine, build.reach).every(({ url }) => isReached(build, url))) return;
  build.spend(durations.packageLists);
  throw unreachableSource(build) ?? new Error("Every source is reached.");
}

function isReached(build: Build, url: string): boolean {
  return whyUnreached(build, hostOf(url)) === undefined;
}

/**
 * Who does not know which name: the machine that of the source's host or of the proxy, or the proxy that of the host.
 * `way`: the name is known, and no connection is made.
 */
type Unknown = "host" | "proxy" | "host, to the proxy" | "way";

function isAbsent(url: string): boolean {
  return /(^|\.)(invalid|test)$/.test(hostOf(url));
}

interface Source {
  readonly name: string;
  readonly url: string;
  /** Of its list of packages below the URL. */
  readonly place: string;
}

function sourcesOf(machine: Machine, reach: Reach): readonly Source[] {
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
  return [...own, distributionSource(machine, reach)];
}

/**
 * The distribution's own source. Amazon Linux 2023 has its repositories in each region's S3 ("Amazon Linux 2023
 * repositories", Amazon Linux 2023 User Guide), so a gateway endpoint leads there.
 */
function distributionSource({ distribution }: Machine, { storage }: Reach): Source {
  if (distribution.manager === "apt") {
    return { name: "", url: "http://cdn-aws.deb.debian.org/debian", place: "dists/stable/" };
  }
  const host =
    storage === undefined
      ? "cdn.amazonlinux.com/al2023"
      : `al2023-repos-${storage}-de612dc2.s3.dualstack.${storage}.amazonaws.com`;
  return { name: "amazonlinux", url: `https://${host}/core`, place: "" };
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/:?#]+)/.exec(url)?.[1] ?? "";
}

function portOf(url: string): string {
  return url.startsWith("http:") ? "80" : "443";
}

function aptFailure({ url, place }: Source, host: string, unknown: Unknown): StepFailure {
  const file = `${url.replace(/\/$/, "")}/${place}InRelease`;
  const reasons: Readonly<Record<Unknown, string>> = {
    host: `Could not resolve '${host}'`,
    proxy: `Could not resolve '${host}'`,
    "host, to the proxy": "503  Service Unavailable",
    way: `Could not connect to ${host}:${portOf(url)}, connection timed out`,
  };
  const reason = reasons[unknown];
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
    way: `Curl error (28): Timeout was reached for ${file} [Failed to connect to ${host} port ${portOf(url)} after 30001 ms: Timeout was reached]`,
  };
  return new StepFailure("dnf makecache", [
    `Errors during downloading metadata for repository '${name}':`,
    `  - ${reasons[unknown]}`,
    `Error: Failed to download metadata for repo '${name}': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried`,
  ]);
}
