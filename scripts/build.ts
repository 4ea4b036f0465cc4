import { chmod, readdir, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

/**
 * Bundles the program into dist/, or into the directory that is named. One file a command instead of
 * some two thousand modules is what makes it start at once; dynamic imports stay seams, so that
 * nothing is loaded before it is needed.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
/** A test builds into a directory of its own. */
const output = resolve(process.argv[2] ?? `${root}dist`);
/** A build that fails leaves the last one as it is. */
const fresh = `${output}/.fresh`;

await rm(fresh, { recursive: true, force: true });
await build({
  cwd: root,
  input: { reconcile: "src/cli/main.ts" },
  platform: "node",
  // The AWS SDK's ES modules: its CommonJS ones can be neither tree-shaken nor split.
  resolve: { mainFields: ["module", "main"] },
  // Ink finds its layout engine's WebAssembly beside itself, and must share React with us.
  external: [/^ink(\/|$)/, /^react(\/|$)/],
  // The oldest Node that package.json allows; it knows no `await using`.
  transform: { target: "node22.12" },
  output: {
    dir: fresh,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    // Names are kept: a bug report's stack trace has to be readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  },
  logLevel: "warn",
});
await chmod(`${fresh}/reconcile.js`, 0o755);
for (const name of await readdir(fresh)) {
  await rm(`${output}/${name}`, { recursive: true, force: true });
  await rename(`${fresh}/${name}`, `${output}/${name}`);
}
await rm(fresh, { recursive: true });
