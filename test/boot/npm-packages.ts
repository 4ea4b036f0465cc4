import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { folder } from "./machine.ts";

const packages = `${folder}/packages/npm`;
const made = `${folder}/npm.made`;
const lockFile = new URL("../../examples/node/package-lock.json", import.meta.url);

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** The packages that the example for Node needs. */
function lockedPackages(): readonly Locked[] {
  const { packages: entries } = JSON.parse(readFileSync(lockFile, "utf8")) as {
    readonly packages: Readonly<Record<string, Partial<Locked>>>;
  };
  return Object.entries(entries).flatMap(([path, { version = "", integrity = "" }]) =>
    path === "" ? [] : [{ name: path.replace(/^.*node_modules\//, ""), version, integrity }],
  );
}

/** Downloads them once, from the registry of this machine's npm. */
export function downloadNpmPackages(): void {
  const hash = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (existsSync(made) && readFileSync(made, "utf8") === hash) return;
  rmSync(packages, { recursive: true, force: true });
  mkdirSync(packages, { recursive: true });
  const specs = lockedPackages().map(({ name, version }) => `${name}@${version}`);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", packages, ...specs], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(made, hash);
}

/** The file of a package's version, by npm's own naming. */
export function npmArchive(name: string): string {
  return `${packages}/${name}`;
}

/** What a registry says of a package, with the addresses of its archives below `base`. Undefined for another one. */
export function npmDocument(name: string, base: string): object | undefined {
  const versions = lockedPackages().filter((each) => each.name === name);
  if (versions.length === 0) return undefined;
  const archive = (version: string) =>
    `${base}/-/${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
  return {
    name,
    "dist-tags": { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(
      versions.map(({ version, integrity }) => [
        version,
        { name, version, dist: { tarball: archive(version), integrity } },
      ]),
    ),
  };
}
