import { AssociateWebACLCommand, DisassociateWebACLCommand } from "@aws-sdk/client-wafv2";
import { OutsideError } from "../../engine/errors.ts";
import type { UpdateInput } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { withFields } from "../shared/owned.ts";
import { whenAvailable } from "../shared/web-acls.ts";
import { associatedWith } from "./associated-web-acl.ts";
import type {
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  LiveApplicationLoadBalancer,
} from "./live.ts";

/**
 * Associates the web ACL, or disassociates it. An associate silently replaces another web ACL, and a disassociate names only
 * the load balancer ("AssociateWebACL"): so it is looked at right before.
 *
 * @throws OutsideError if somebody has associated another one since the plan.
 */
export async function setWebAcl({
  context,
  live,
  fields,
}: UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>): Promise<LiveApplicationLoadBalancer> {
  const { webAcl: wanted = "any" } = fields;
  const now = await associatedWith(context, live.id);
  if (wanted === "any" || now === wanted) return withFields(live, fields, ["webAcl"]);
  if (now !== null && now !== live.fields.webAcl) {
    throw new OutsideError(
      `somebody associated the web ACL ${now} with ${live.physicalName} since the plan`,
      {
        operation: "wafv2:GetWebACLForResource",
        remedy: "Apply again: the plan then shows it.",
      },
    );
  }
  const client = await context.clients.wafV2();
  const ResourceArn = live.id;
  if (wanted === null) await client.send(new DisassociateWebACLCommand({ ResourceArn }));
  else {
    const command = new AssociateWebACLCommand({ ResourceArn, WebACLArn: wanted });
    await whenAvailable(context, "the web ACL", () => client.send(command));
  }
  return withFields(live, fields, ["webAcl"]);
}
