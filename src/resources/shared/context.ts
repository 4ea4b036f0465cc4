import type { Clients } from "../../aws/clients.ts";
import type { EngineContext } from "../../engine/resource.ts";
import type { KeyFiles } from "./key-file.ts";

/** The context of all resource types. */
export interface ResourceContext extends EngineContext {
  readonly clients: Clients;
  /** The stack's name, the value of the tag `reconcile:stack`. */
  readonly stack: string;
  readonly files: KeyFiles;
}
