import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The program as it is shipped, built from the sources as they are now. */
export interface Program {
  readonly path: string;
  remove(): void;
}

export function buildProgram(): Program {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-program-"));
  execFileSync(process.execPath, [join(root, "scripts/build.ts"), directory], { stdio: "pipe" });
  return {
    path: join(directory, "reconcile.js"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A directory with the example stack, as somebody would start from it. */
export function exampleDirectory(edit: (file: string) => string = (file) => file) {
  const path = mkdtempSync(join(tmpdir(), "reconcile-terminal-"));
  const stackFile = readFileSync(join(root, "examples/afterpay.yaml"), "utf8");
  writeFileSync(join(path, "afterpay.yaml"), edit(stackFile));
  cpSync(join(root, "examples/tiny_app.py"), join(path, "tiny_app.py"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
