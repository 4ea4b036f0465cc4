import type { RoleFile } from "./schema.ts";

/** What the servers may do, beside what other sections need. */
export type ServerRole =
  | {
      readonly kind: "own";
      readonly allow: readonly {
        readonly actions: readonly string[];
        readonly on: readonly string[];
      }[];
      readonly policies: readonly string[];
      /** Absent: no permissions boundary. */
      readonly boundary?: string;
    }
  | { readonly kind: "existing"; readonly name: string };

export function normaliseRole({ allow, policies, boundary, use }: RoleFile): ServerRole {
  if (use !== undefined) return { kind: "existing", name: use };
  return { kind: "own", allow, policies, ...(boundary !== undefined && { boundary }) };
}
