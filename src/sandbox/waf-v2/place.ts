import type { Statement } from "@aws-sdk/client-wafv2";
import type { Region } from "../region.ts";

/** Where a statement stands. */
export interface Place {
  readonly region: Region;
  /** Its path in the request. */
  readonly member: string;
  /** Whether it is inside another statement. */
  readonly isNested: boolean;
  /** The ARNs of the rule groups to which the web ACL refers already. */
  readonly knownGroups: readonly string[];
}

/** Checks a statement inside another one. */
export type CheckNested = (statement: Statement, place: Place) => void;
