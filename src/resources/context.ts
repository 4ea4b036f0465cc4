import type { Clients } from "../aws/clients.ts";
import type { EngineContext } from "../engine/resource.ts";
import type { KeyFiles } from "./key-file.ts";

/** What resource types work in. */
export interface ResourceContext extends EngineContext {
  readonly clients: Clients;
  /** Whose objects are ours: the value of the tag `reconcile:stack`. */
  readonly stack: string;
  readonly files: KeyFiles;
}
