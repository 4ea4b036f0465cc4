import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { foreignAmong, wafTags } from "./foreign.ts";
import { type WafSummary, wafTagsOf } from "./web-acls.ts";

/**
 * Those of these objects that have a needed name and do not belong to the stack.
 *
 * @param what "a web ACL".
 */
export async function foreignInWaf(
  context: ResourceContext,
  sought: readonly Sought[],
  found: readonly WafSummary[],
  what: string,
): Promise<readonly Foreign[]> {
  const names = new Set(sought.map(({ physicalName }) => physicalName));
  const holders = await Promise.all(
    found
      .filter(({ Name = "" }) => names.has(Name))
      .map(async ({ Name: name = "", ARN: arn = "" }) => ({
        id: arn,
        physicalName: name,
        what: `${what} named ${name} (${arn})`,
        tags: await wafTagsOf(context, arn),
      })),
  );
  // Undefined: just deleted.
  const present = holders.filter(({ tags }) => tags !== undefined);
  return foreignAmong(context, sought, present, wafTags);
}
