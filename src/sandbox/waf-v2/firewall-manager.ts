import type { Region } from "../region.ts";
import { newUuid } from "./named.ts";
import { type FirewallManagerPart, webAcls } from "./tables.ts";

/**
 * A policy of AWS Firewall Manager takes a web ACL over, or lets go of it (null). Its rule groups run first and last,
 * and survive the updates of others ("Policies for AWS WAF", Firewall Manager). The lock token changes, and readers
 * see it at once.
 *
 * @param part its rule groups. They refer to managed rule groups.
 */
export function setFirewallManagerPart(
  region: Region,
  webAclArn: string,
  part: FirewallManagerPart | null,
): void {
  const table = region.table(webAcls);
  if (table.latest(webAclArn) === undefined) {
    throw new Error(`The web ACL ${webAclArn} does not exist.`);
  }
  const lockToken = newUuid(region);
  table.change(
    webAclArn,
    (record) => {
      record.firewallManager = structuredClone(part);
      record.lockToken = lockToken;
    },
    { immediate: true },
  );
}
