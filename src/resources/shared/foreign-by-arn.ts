import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { foreignAmong, loadBalancingV2Tags } from "./foreign.ts";
import { describeTagsOf } from "./load-balancing-v2-tags.ts";

/** An object whose tags are looked up by its ARN. */
interface Named {
  readonly arn: string | undefined;
  readonly name: string | undefined;
  /** "a target group named shop-0123abcd". */
  readonly what: string;
}

/** Those of these objects that have a needed name and do not belong to the stack. */
export async function foreignByArn(
  context: ResourceContext,
  sought: readonly Sought[],
  found: readonly Named[],
): Promise<readonly Foreign[]> {
  const names = new Set(sought.map(({ physicalName }) => physicalName));
  const holders = found.filter(({ name = "" }) => names.has(name));
  const tags = await describeTagsOf(
    context,
    holders.flatMap(({ arn }) => arn ?? []),
  );
  return foreignAmong(
    context,
    sought,
    holders
      // One that has no list of tags, not even an empty one, was just deleted.
      .filter(({ arn }) => tags.has(arn))
      .map(({ arn = "", name = "", what }) => ({
        id: arn,
        physicalName: name,
        what,
        tags: tags.get(arn),
      })),
    loadBalancingV2Tags,
  );
}
