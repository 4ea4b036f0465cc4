import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { bundle } from "../../scripts/bundle.ts";

const root = join(import.meta.dirname, "../..");

export interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

/** The package as npm packs it, and an empty project in which it is installed. */
export interface Packed {
  readonly files: readonly PackedFile[];
  /** Bytes. */
  readonly size: number;
  /** The files of which the bundles were made. */
  readonly bundled: readonly string[];
  readonly project: string;
  remove(): void;
}

/** Builds, packs and installs this checkout without its own dist/, which others may be using. */
export async function packAndInstall(): Promise<Packed> {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-package-"));
  const checkout = join(directory, "checkout");
  cpSync(root, checkout, {
    recursive: true,
    filter: (path) => !/^(node_modules|dist|\.git|\.stryker-tmp.*)$/.test(relative(root, path)),
  });
  const bundled = await bundle(join(checkout, "dist"));
  // npm's answer is an array in one version, and an object by name in another.
  const [packed] = Object.values<{ filename: string; size: number; files: PackedFile[] }>(
    JSON.parse(npm(checkout, "pack", "--json", "--ignore-scripts", "--pack-destination", "..")),
  );
  if (packed === undefined) throw new Error("npm packed nothing");
  const project = join(directory, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  // Without a network, so it installs only what is in the package.
  npm(project, "install", "--offline", "--no-audit", "--no-fund", `../${packed.filename}`);
  return {
    files: packed.files,
    size: packed.size,
    bundled,
    project,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function npm(cwd: string, ...argv: readonly string[]): string {
  return execFileSync("npm", argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
