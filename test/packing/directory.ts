import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A file of a directory: its content; a link to `link`; a program. */
export type Made = string | Uint8Array | { readonly link: string } | { readonly program: string };

/** A folder of a test's own, which is deleted after it. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "reconcile-packing-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of a test's own with these files, created in their order. */
export function directoryOf(files: Readonly<Record<string, Made>>): string {
  const folder = join(scratchFolder(), "shop");
  mkdirSync(folder);
  fill(folder, files);
  return folder;
}

export function fill(folder: string, files: Readonly<Record<string, Made>>): void {
  for (const [path, made] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof made === "string" || made instanceof Uint8Array) writeFileSync(file, made);
    else if ("link" in made) symlinkSync(made.link, file);
    else {
      writeFileSync(file, made.program);
      chmodSync(file, 0o755);
    }
  }
}
