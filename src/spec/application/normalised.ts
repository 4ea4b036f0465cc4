import { absolutePath } from "../shared/absolute-path.ts";
import { normalPath } from "./path-in-source.ts";
import type { ApplicationFile } from "./schema.ts";

/** Absent: the image runs nothing but its own services. */
export interface Application {
  readonly source: /** Absolute path. */
    | { readonly kind: "file"; readonly file: string }
    /** Absolute path. */
    | { readonly kind: "directory"; readonly directory: string }
    | { readonly kind: "url"; readonly url: string; readonly sha256: string };
  /** Commands that prepare the application, in the source's folder. */
  readonly build: readonly string[];
  /** Requirements in pip's own syntax. */
  readonly python: readonly string[];
  /** Absent: the distribution's own, and only if there are requirements. */
  readonly pythonVersion?: string;
  /** A file of requirements in the source's folder. */
  readonly requirements?: string;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `ssm:/shop/database-url`, by the variable's name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly duringBuild: {
    readonly environment: Readonly<Record<string, string>>;
    /** Whether the application can run on the builder. */
    readonly answers: boolean;
  };
  /** Folders in the source's. */
  readonly writable: readonly string[];
  readonly user: string;
  readonly port: number;
}

export function normaliseApplication(
  { source, python, writable, ...rest }: ApplicationFile,
  { folder }: { readonly folder: string },
): Application {
  return {
    source: normaliseSource(source, folder),
    ...normalisePython(python),
    writable: [...new Set(writable.map(normalPath))].toSorted(),
    ...rest,
  };
}

function normalisePython(
  python: ApplicationFile["python"],
): Pick<Application, "python" | "pythonVersion" | "requirements"> {
  if (Array.isArray(python)) return { python };
  const { version, requirements } = python;
  return {
    python: [],
    ...(version !== undefined && { pythonVersion: version }),
    ...(requirements !== undefined && { requirements: normalPath(requirements) }),
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
