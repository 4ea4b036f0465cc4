import { applicationHome } from "./application-home.ts";
import { type Build, StepFailure } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { urlopenFailure, whyUnreached } from "./reach.ts";
import { readTar } from "./tar.ts";
import { markUnknown } from "./unknowns.ts";

/** What Python's shutil unpacks. */
const archive = /\.(tar(\.(gz|bz2|xz))?|tgz|tbz2|txz|zip)$/;

/** The sandbox downloads nothing but from its own S3. It assumes that any other file exists under its name. */
export function fetchApplication(build: Build, parameters: readonly string[]): void {
  build.spend(durations.download);
  const url = parameters.find((word) => /^[a-z]+:\/\//.test(word)) ?? "";
  const sha256 = parameters.find((word) => /^[0-9a-f]{64}$/.test(word));
  const filename = parameters.find((word) => word !== url && word !== sha256) ?? "";
  const stored = /^file:\/\/\/var\/lib\/reconcile\/contents\/([0-9a-f]{64})$/.exec(url)?.[1];
  if (stored !== undefined) {
    placeContent(build, filename, stored, sha256);
    return;
  }
  // An archive that the script itself has written.
  const written = url.startsWith("file://") ? build.machine.file(url.slice(7)) : undefined;
  if (written !== undefined && written.sha256 === sha256) {
    build.machine.touch(`${applicationHome}/source`, "directory");
    markUnknown(build.machine, `${applicationHome}/source`);
    return;
  }
  const host = /^https?:\/\/([^/:?#]+)/.exec(url)?.[1];
  const why = host === undefined ? undefined : whyUnreached(build, host);
  if (why !== undefined) {
    throw new StepFailure("fetch_application", [
      urlopenFailure(why),
      "cannot download the application's source",
    ]);
  }
  // RFC 2606 reserves these names. They never resolve.
  if (host === undefined || /(^|\.)(invalid|test)$/.test(host) || sha256 === undefined) {
    throw new StepFailure("fetch_application", [
      "<urlopen error [Errno -2] Name or service not known>",
      "cannot download the application's source",
    ]);
  }
  const source = `${applicationHome}/source`;
  if (archive.test(filename)) {
    build.machine.touch(source, "directory");
    markUnknown(build.machine, source);
  } else build.machine.touch(`${source}/${filename}`);
}

/** A binary, or a script that names what runs it. */
function isProgram(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, 4)).toString("latin1");
  return start === "\x7fELF" || start.startsWith("#!");
}

/** Puts a content there that the machine fetched from the sandbox's own S3. */
function placeContent(
  { machine, contents }: Build,
  filename: string,
  from: string,
  sha256 = "",
): void {
  const content = contents.get(from);
  if (content === undefined) {
    throw new StepFailure("fetch_application", [
      `<urlopen error [Errno 2] No such file or directory: '/var/lib/reconcile/contents/${from}'>`,
      "cannot download the application's source",
    ]);
  }
  if (from !== sha256) {
    throw new StepFailure("fetch_application", [
      `the SHA-256 of the application's source is ${from}, expected ${sha256}`,
    ]);
  }
  const source = `${applicationHome}/source`;
  const members = filename.endsWith(".tar") ? readTar(content) : undefined;
  if (members === undefined) {
    if (archive.test(filename)) markUnknown(machine, source);
    else {
      const mode = isProgram(content) ? "0755" : "0644";
      machine.writeFile(`${source}/${filename}`, content, mode, "root:root");
    }
    return;
  }
  for (const { path, kind, mode, content: bytes } of members) {
    const place = `${source}/${path}`;
    if (kind === "file") machine.writeFile(place, bytes, mode, "root:root");
    else machine.touch(place, kind === "link" ? "file" : kind);
  }
}
