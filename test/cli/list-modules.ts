import { registerHooks } from "node:module";

/** Preloaded into a process: prints the file of every module it loads, on standard error, at its end. */
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
process.on("exit", () => {
  process.stderr.write([...loaded, ""].join("\n"));
});
