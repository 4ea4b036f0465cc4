import { isAwsError } from "../../aws/errors.ts";
import type { Foreign, Obstacle, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignInWaf } from "../shared/foreign-in-waf.ts";
import { checkedCapacity } from "./changes.ts";
import { listWebAcls, type WebAclFields } from "./live.ts";

/** Web ACLs with one of these names that do not belong to the stack. */
export async function foreignWebAcls(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  return foreignInWaf(context, sought, await listWebAcls(context), "a web ACL");
}

/** "AWS WAF quotas": a web ACL can have no more. */
const MOST_CAPACITY = 5000;

/** What AWS would refuse of the groups of rules, before anything is made. IP sets may be unknown, and need 1 unit each. */
export async function tooMuchCapacity(
  context: ResourceContext,
  sought: readonly Sought<WebAclFields>[],
): Promise<readonly Obstacle[]> {
  const found = await Promise.all(
    sought.map(async ({ physicalName, fields }): Promise<readonly Obstacle[]> => {
      const { rules } = fields as WebAclFields;
      const known = rules.filter(({ addresses }) => addresses === null);
      if (known.length === 0) return [];
      try {
        const capacity = (await checkedCapacity(context, known)) + rules.length - known.length;
        if (capacity <= MOST_CAPACITY) return [];
        return [
          {
            physicalName,
            summary: `its rules need ${capacity} web ACL capacity units, and AWS allows ${MOST_CAPACITY}`,
            remedy: "Remove a group from firewall.rules.",
          },
        ];
      } catch (error) {
        if (!isAwsError(error) || !/^WAFInvalid|^WAFNonexistent|^WAFLimits/.test(error.code)) {
          throw error;
        }
        return [
          {
            physicalName,
            summary: `AWS refuses its rules: ${error.message}`,
            remedy: "Correct firewall.rules: this region may lack a group.",
          },
        ];
      }
    }),
  );
  return found.flat();
}
