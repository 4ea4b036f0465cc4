import type { ImageRecipe } from "./recipe.ts";

/**
 * Where a builder puts the contents that it fetches before the build script starts, each under its SHA-256. Only root
 * reads it, and a build that passes removes the folder.
 */
export const contentsFolder = "/var/lib/reconcile/contents";

/** The SHA-256 of every content that the build needs beside its script, in hexadecimal digits. */
export function storedContents({ ansible, application }: ImageRecipe): readonly string[] {
  const sums = [ansible?.source, application?.source].flatMap((source) =>
    source?.kind === "stored" ? source.sha256 : [],
  );
  // The application and the playbook may be in one folder.
  return [...new Set(sums)];
}
