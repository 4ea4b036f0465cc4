import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { isPlainObject } from "../../engine/values.ts";
import { lost, service } from "../shared/consequence.ts";

/** What visitors notice of a firewall, and what it costs. */
export function consequences({ action, fields }: Change): readonly Consequence[] {
  const rules = fields.find(({ path }) => path === "rules");
  switch (action) {
    case "create":
      return [
        service(
          "AWS WAF costs money: for the web ACL, for each of its rules, and for the requests that it judges.",
        ),
        ...(blockingIn(rules?.after) ? [firstTime] : []),
      ];
    case "update":
      return blockingIn(rules?.after) && !blockingIn(rules?.before) ? [firstTime] : [];
    case "delete":
      return [lost("The web ACL is deleted, and its counts of requests with it.")];
    default:
      return [];
  }
}

/** "Baseline rule groups": the largest body that `common` lets through; AWS WAF reads as much of it. */
const firstTime = service(
  "From now on, the firewall blocks requests. The group common blocks bodies above 8 KB, and with them uploads. To see what it would block, write mode: count first.",
);

/** Whether a group of rules does more than count. */
function blockingIn(value: unknown): boolean {
  const rules: readonly unknown[] = Array.isArray(value) ? value : [];
  return rules.some((rule) => isPlainObject(rule) && rule["action"] === "group");
}
