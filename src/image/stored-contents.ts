import type { ImageRecipe } from "./recipe.ts";

/**
 * Where a builder puts the contents that it fetches before the build script starts, each under its SHA-256. Only root
 * reads it, and a build that passes removes the folder.
 */
export const contentsFolder = "/var/lib/reconcile/contents";

/** The SHA-256 of every content that the build needs beside its script, in hexadecimal digits. */
export function storedContents({ application }: ImageRecipe): readonly string[] {
  return application?.source.kind === "stored" ? [application.source.sha256] : [];
}
