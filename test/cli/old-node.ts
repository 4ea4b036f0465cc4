/** Preloaded into a process: it takes itself for an old Node. */
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } });
