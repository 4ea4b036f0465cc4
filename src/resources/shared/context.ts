import type { Clients } from "../../aws/clients.ts";
import type { NameServers } from "../../dns/name-servers.ts";
import type { EngineContext, Live } from "../../engine/resource.ts";
import type { KeyFiles } from "./key-file.ts";

/** The context of all resource types. */
export interface ResourceContext extends EngineContext {
  readonly clients: Clients;
  /** The stack's name, the value of the tag `reconcile:stack`. */
  readonly stack: string;
  readonly files: KeyFiles;
  /**
   * Reads what a build fetches beside its script from this machine's disk, by its SHA-256 in hexadecimal digits. Only
   * in an apply.
   *
   * @throws UserError if it no longer exists, or has changed since the plan.
   */
  readonly contentOf?: (sha256: string) => Promise<Uint8Array>;
  /** What the world's name servers answer, or the sandbox's. Absent: nobody knows. */
  readonly nameServers?: () => Promise<NameServers>;
  /** Whether a status tells of each server if Session Manager can open a session on it. */
  readonly sessions?: boolean;
  /** Every live resource of the stack as the plan found it. Only in an apply. */
  readonly found?: readonly Live[];
}
