import { curlFailure, whyUnreached } from "../../reach.ts";
import { markUnknown } from "../../unknowns.ts";
import { missing, operands, optionValue } from "../options.ts";
import type { CommandFunction, Invocation } from "../shell.ts";
import { UNKNOWN } from "../unknown.ts";

/**
 * Commands that download files. Nothing is downloaded: the file exists afterwards, with unknown
 * content.
 */
export const downloadCommands: readonly (readonly [string, CommandFunction])[] = [
  ["curl", download],
  ["wget", download],
  ["git", git],
  ["tar", unpack],
  ["unzip", unpack],
];

/** `-o FILE`, `-O`, or to standard output. */
function download(invocation: Invocation): number {
  const { parameters, shell, build, out, name, err } = invocation;
  build.spend(1);
  const url = parameters.find((word) => /^(https?|ftp):/.test(word)) ?? "";
  const host = /^\w+:\/\/([^/:?#]+)/.exec(url)?.[1];
  const why = host === undefined ? undefined : whyUnreached(build, host);
  if (host !== undefined && why !== undefined) {
    if (name === "curl") {
      const { text, status } = curlFailure(host, url.startsWith("http:") ? "80" : "443", why);
      err(`${text}\n`);
      return status;
    }
    err(
      why === "no name"
        ? `wget: unable to resolve host address '${host}'\n`
        : `Connecting to ${host}... failed: Connection timed out.\n`,
    );
    return 4;
  }
  // RFC 2606 reserves these names. They never resolve.
  if (host !== undefined && /(^|\.)(invalid|test)$/.test(host)) {
    err(`${name}: (6) Could not resolve host: ${host}\n`);
    return name === "curl" ? 6 : 4;
  }
  const file =
    name === "curl"
      ? optionValue(parameters, "-o", "--output")
      : optionValue(parameters, "-O", "--output-document");
  const grouped = parameters.findIndex((word) => /^-[a-zA-Z]+o$/.test(word));
  const own =
    name === "wget" || parameters.some((word) => /^-[a-zA-Z]*O$|^--remote-name$/.test(word));
  const target = file ?? (grouped === -1 ? undefined : parameters[grouped + 1]);
  if (target === "-" || (target === undefined && !own)) out(UNKNOWN);
  else
    build.machine.touch(shell.resolve(target ?? url.replace(/[?#].*$/s, "").replace(/^.*\//, "")));
  return 0;
}

function git({ parameters, shell, build, out, err }: Invocation): number {
  build.spend(1);
  const [url = "", folder] = operands(parameters.slice(1), "bo");
  const host = /^\w+:\/\/([^/:?#]+)/.exec(url)?.[1];
  const why = host === undefined ? undefined : whyUnreached(build, host);
  if (parameters[0] === "clone" && host !== undefined && why !== undefined) {
    const reason =
      why === "no name"
        ? `Could not resolve host: ${host}`
        : `Failed to connect to ${host} port 443 after 134291 ms: Couldn't connect to server`;
    err(`fatal: unable to access '${url}': ${reason}\n`);
    return 128;
  }
  out(UNKNOWN);
  if (parameters[0] !== "clone") return 0;
  const name =
    folder ??
    url
      .replace(/\/$/, "")
      .replace(/^.*\//, "")
      .replace(/\.git$/, "");
  build.machine.touch(shell.resolve(name), "directory");
  markUnknown(build.machine, shell.resolve(name));
  return 0;
}

/** The content of an archive is unknown. The target folder must exist. */
function unpack(invocation: Invocation): number {
  const { parameters, shell, build, name, out } = invocation;
  const to =
    name === "tar"
      ? optionValue(parameters, "-C", "--directory")
      : optionValue(parameters, "-d", "-d");
  if (to !== undefined && name === "tar" && !build.machine.exists(shell.resolve(to))) {
    return missing(invocation, "cannot open directory", to);
  }
  if (to !== undefined) build.machine.touch(shell.resolve(to), "directory");
  markUnknown(build.machine, to === undefined ? shell.folder : shell.resolve(to));
  out(UNKNOWN);
  return 0;
}
