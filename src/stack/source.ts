import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { ApplicationSource, DirectorySource } from "../image/recipe.ts";
import type { Application } from "../spec/application/normalised.ts";
import type { LocalDirectory, LocalFiles, LocalSource } from "./facts.ts";

/** The name of a directory's archive. Its end tells the builder how to unpack it. */
const ARCHIVE = "source.tar";

/** Where the build gets the application from. */
export function toSource(
  source: Application["source"],
  local: LocalFiles["application"],
): ApplicationSource {
  if (source.kind === "url") return source;
  if (local === undefined) throw new Error("the application's source was not read");
  if (local.kind === "directory") return directorySource(local);
  const filename = basename(source.kind === "file" ? source.file : source.directory);
  if (local.kind === "content") return { kind: "content", filename, content: local.content };
  return { kind: "stored", filename, sha256: local.sha256 };
}

/** Where the build gets a directory from. */
export function directorySource({
  listing: { sha256, files },
  contents,
}: LocalDirectory): DirectorySource {
  const entries = files.map(({ path, kind, bytes, sha256: sum }) => ({
    path,
    bytes,
    digest: `${kind} ${sum}`,
  }));
  if (contents === undefined) return { kind: "stored", filename: ARCHIVE, sha256, entries };
  return {
    kind: "files",
    sha256,
    entries,
    files: files.map(({ path, kind }, index) => ({
      path,
      mode: kind === "program" ? "0755" : "0644",
      content: contents[index] ?? new Uint8Array(),
    })),
  };
}

/** What describes a package. */
const DESCRIBING = /\.(toml|cfg|lock)$|^setup\.py$/;

/** The names that files of requirements have, or their folder: `requirements/web.txt`, `constraints.in`. */
const REQUIRING = /require|constrain|depend|pip/i;

/** The names of files that they include, if they are not told by the word itself: `base.txt`. */
const INCLUDED =
  /^(base|build|ci|common|core|dev|docs|lint|local|main|prod|production|shared|stag(e|ing)|tests?)\.(txt|in)$/i;

function decides(path: string): boolean {
  const [name = "", folder = ""] = path.split("/").reverse();
  if (DESCRIBING.test(name) || INCLUDED.test(name)) return true;
  return /\.(txt|in)$/.test(name) && (REQUIRING.test(name) || REQUIRING.test(folder));
}

/**
 * A digest of the files in a directory that may decide which Python packages an application gets: the named file of
 * requirements, what it may include, and what describes a package. Undefined for any other source, whose files are not
 * known.
 */
export function requirementsIn(
  read: LocalSource | undefined,
  named: string | undefined,
): string | undefined {
  if (read?.kind !== "directory") return undefined;
  const deciding = read.listing.files.filter(({ path }) => path === named || decides(path));
  const hash = createHash("sha256");
  for (const { path, sha256 } of deciding) hash.update(`${path}\0${sha256}\n`);
  return hash.digest("hex");
}
