import { homedir } from "node:os";
import { resolve } from "node:path";

/** A path of the stack file, relative to the file's folder or to the home directory. */
export function absolutePath(path: string, folder: string): string {
  if (path === "~" || path.startsWith("~/")) return resolve(homedir(), path.slice(2));
  return resolve(folder, path);
}
