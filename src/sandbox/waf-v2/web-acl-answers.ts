import type { WebACL, WebACLSummary } from "@aws-sdk/client-wafv2";
import type { Region } from "../region.ts";
import { capacityOfWebAcl } from "./capacity.ts";
import type { WebAclRecord } from "./tables.ts";

/** As lists and CreateWebACL answer a web ACL. */
export function summaryOf(webAcl: Readonly<WebAclRecord>): WebACLSummary {
  return {
    Name: webAcl.name,
    Id: webAcl.id,
    Description: webAcl.settings.description,
    LockToken: webAcl.lockToken,
    ARN: webAcl.arn,
  };
}

/** The whole web ACL, with the members that recorded answers have: also an empty description. */
export function describeWebAcl(region: Region, webAcl: Readonly<WebAclRecord>): WebACL {
  const { settings, firewallManager } = webAcl;
  return {
    Name: webAcl.name,
    Id: webAcl.id,
    ARN: webAcl.arn,
    DefaultAction: settings.defaultAction,
    Description: settings.description,
    Rules: [...settings.rules],
    VisibilityConfig: settings.visibilityConfig,
    Capacity: capacityOfWebAcl(webAcl),
    ...(firewallManager !== null && {
      PreProcessFirewallManagerRuleGroups: [...firewallManager.first],
      PostProcessFirewallManagerRuleGroups: [...firewallManager.last],
    }),
    ManagedByFirewallManager: firewallManager?.origin === "created",
    LabelNamespace: `awswaf:${region.account}:webacl:${webAcl.name}:`,
    RetrofittedByFirewallManager: firewallManager?.origin === "retrofitted",
    OnSourceDDoSProtectionConfig: { ALBLowReputationMode: settings.lowReputationMode },
  };
}
