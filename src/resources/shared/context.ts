import type { Clients } from "../../aws/clients.ts";
import type { EngineContext, Live } from "../../engine/resource.ts";
import type { KeyFiles } from "./key-file.ts";

/** The context of all resource types. */
export interface ResourceContext extends EngineContext {
  readonly clients: Clients;
  /** The stack's name, the value of the tag `reconcile:stack`. */
  readonly stack: string;
  readonly files: KeyFiles;
  /** Every live resource of the stack as the plan found it. Only in an apply. */
  readonly found?: readonly Live[];
}
