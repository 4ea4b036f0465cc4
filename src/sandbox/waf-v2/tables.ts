import type {
  DefaultAction,
  FirewallManagerRuleGroup,
  IPAddressVersion,
  LowReputationMode,
  Rule,
  VisibilityConfig,
} from "@aws-sdk/client-wafv2";
import { defineTable } from "../table.ts";

/** What UpdateWebACL replaces as a whole, as plain data in the shape of the API. */
export interface WebAclSettings {
  readonly description: string;
  readonly defaultAction: DefaultAction;
  readonly rules: readonly Rule[];
  readonly visibilityConfig: VisibilityConfig;
  readonly lowReputationMode: LowReputationMode;
}

/** What AWS Firewall Manager has made of a web ACL. */
export interface FirewallManagerPart {
  /** Whether it made the web ACL, or took over one of the account. */
  readonly origin: "created" | "retrofitted";
  readonly first: readonly FirewallManagerRuleGroup[];
  readonly last: readonly FirewallManagerRuleGroup[];
}

/** Times are sandbox milliseconds. */
export interface WebAclRecord {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  lockToken: string;
  settings: WebAclSettings;
  /** Null: Firewall Manager has nothing to do with it. */
  firewallManager: FirewallManagerPart | null;
  /** When resources can be associated with it. */
  readonly availableAt: number;
  /** Until when it counts as associated although it no longer is. */
  heldUntil: number;
  tags: Record<string, string>;
}

/** By ARN. */
export const webAcls = defineTable<WebAclRecord>("web-acl", ({ arn, name, tags }) => ({
  id: arn,
  name,
  tags,
}));

/** Times are sandbox milliseconds. */
export interface IpSetRecord {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly version: IPAddressVersion;
  lockToken: string;
  description: string;
  addresses: readonly string[];
  /** When rules can refer to it. */
  readonly availableAt: number;
  /** Until when it counts as used although it no longer is. */
  heldUntil: number;
  tags: Record<string, string>;
}

/** By ARN. */
export const ipSets = defineTable<IpSetRecord>("ip-set", ({ arn, name, tags }) => ({
  id: arn,
  name,
  tags,
}));

/** That a load balancer is protected by a web ACL. */
export interface AssociationRecord {
  readonly resource: string;
  webAcl: string;
}

/** By the ARN of the load balancer, which has at most one. */
export const associations = defineTable<AssociationRecord>(
  "web-acl-association",
  ({ resource, webAcl }) => ({ id: resource, name: webAcl, tags: {} }),
);
