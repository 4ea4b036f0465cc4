import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";
import type { RequestMark } from "./client-tokens.ts";

export interface FlowLogRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly trafficType: "ACCEPT" | "REJECT" | "ALL";
  readonly destination:
    | { readonly kind: "s3"; readonly arn: string }
    | { readonly kind: "cloud-watch-logs"; readonly group: string; readonly role: string };
  readonly interval: number;
  readonly createdAt: number;
  readonly request?: RequestMark;
  tags: Tags;
}

export const flowLogs = defineTable<FlowLogRecord>("flow-log", ({ resourceId, tags }, id) => ({
  id,
  name: resourceId,
  tags,
}));
