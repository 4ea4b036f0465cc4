import type { Reporter } from "./resource.ts";

/** For work that belongs to no step, so that its reports concern nobody: lookups, the record of used types. */
export const silent: Reporter = {
  progress: () => {},
  retried: () => {},
  noted: () => {},
  awaits: () => {},
  usable: () => {},
};
