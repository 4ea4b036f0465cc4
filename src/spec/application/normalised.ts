import { absolutePath } from "../shared/absolute-path.ts";
import type { ApplicationFile } from "./schema.ts";

/** Absent: the image runs nothing but its own services. */
export interface Application {
  readonly source: /** Absolute path. */
    | { readonly kind: "file"; readonly file: string }
    /** Absolute path. */
    | { readonly kind: "directory"; readonly directory: string }
    | { readonly kind: "url"; readonly url: string; readonly sha256: string };
  /** Requirements in pip's own syntax. */
  readonly python: readonly string[];
  readonly command: string;
  readonly user: string;
  readonly port: number;
}

export function normaliseApplication(
  { source, python, command, user, port }: ApplicationFile,
  { folder }: { readonly folder: string },
): Application {
  return {
    source: normaliseSource(source, folder),
    python,
    command,
    user,
    port,
  };
}

function normaliseSource(
  { file, directory, url = "", sha256 = "" }: ApplicationFile["source"],
  folder: string,
): Application["source"] {
  if (file !== undefined) return { kind: "file", file: absolutePath(file, folder) };
  if (directory !== undefined) {
    return { kind: "directory", directory: absolutePath(directory, folder) };
  }
  return { kind: "url", url, sha256: sha256.toLowerCase() };
}
