import { readdir, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

/** Bundles the program into dist/, or into the directory given as the argument. */

const root = fileURLToPath(new URL("..", import.meta.url));
/** Tests build into their own directory. */
const output = resolve(process.argv[2] ?? `${root}dist`);
/** A build that fails leaves the previous build unchanged. */
const fresh = `${output}/.fresh`;

await rm(fresh, { recursive: true, force: true });
await bundle(fresh);
for (const name of await readdir(output)) {
  if (`${output}/${name}` !== fresh) await rm(`${output}/${name}`, { recursive: true });
}
for (const name of await readdir(fresh)) await rename(`${fresh}/${name}`, `${output}/${name}`);
await rm(fresh, { recursive: true });
