import { chmod, readdir, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

/**
 * Bundles the program into dist/, or into the directory given as the argument. The program starts fast
 * because it loads a few files instead of some two thousand modules. Dynamic imports stay separate
 * files, so that nothing is loaded before it is needed.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
/** Tests build into their own directory. */
const output = resolve(process.argv[2] ?? `${root}dist`);
/** A build that fails leaves the previous build unchanged. */
const fresh = `${output}/.fresh`;

await rm(fresh, { recursive: true, force: true });
await build({
  cwd: root,
  input: { reconcile: "src/cli/main.ts" },
  platform: "node",
  // The AWS SDK's ES modules. Its CommonJS modules cannot be tree-shaken or split.
  resolve: { mainFields: ["module", "main"] },
  // Ink loads the WebAssembly of its layout engine from its own folder, and must share React with us.
  external: [/^ink(\/|$)/, /^react(\/|$)/],
  // The oldest Node that package.json allows. It does not support `await using`.
  transform: { target: "node22.12" },
  output: {
    dir: fresh,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    // Names are not mangled, so that the stack trace of a bug report is readable.
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
