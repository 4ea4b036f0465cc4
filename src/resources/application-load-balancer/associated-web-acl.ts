import { GetWebACLForResourceCommand } from "@aws-sdk/client-wafv2";
import { isAwsError } from "../../aws/errors.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { isMissingService } from "../shared/web-acls.ts";

/**
 * The ARN of the web ACL that is associated with the load balancer; null: none.
 *
 * @returns undefined if these credentials may not see it, or the region has no AWS WAF.
 */
export async function lookUpWebAcl(
  context: ResourceContext,
  arn: string,
): Promise<string | null | undefined> {
  try {
    return await associatedWith(context, arn);
  } catch (error) {
    if (isAwsError(error, "denied") || isMissingService(error)) return undefined;
    throw error;
  }
}

/** The same, or AWS's refusal. */
export async function associatedWith(
  context: ResourceContext,
  arn: string,
): Promise<string | null> {
  const client = await context.clients.wafV2();
  const command = new GetWebACLForResourceCommand({ ResourceArn: arn });
  // AWS WAF does not know a load balancer that AWS still sets up.
  const found = await unlessGone(() => client.send(command));
  return found?.WebACL?.ARN ?? null;
}
