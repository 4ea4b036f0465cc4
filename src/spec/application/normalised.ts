import { absolutePath } from "../shared/absolute-path.ts";
import type { ApplicationFile } from "./schema.ts";

/** Absent: the image runs nothing but its own services. */
export interface Application {
  readonly source: /** Absolute path. */
    | { readonly kind: "file"; readonly file: string }
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
    source:
      source.file === undefined
        ? { kind: "url", url: source.url ?? "", sha256: (source.sha256 ?? "").toLowerCase() }
        : { kind: "file", file: absolutePath(source.file, folder) },
    python,
    command,
    user,
    port,
  };
}
