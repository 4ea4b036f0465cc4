import type { Obstacle, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { putTagsBack } from "../shared/lost-tags.ts";
import { attachedTo, type InternetGatewayFields, isOwn } from "./live.ts";

/**
 * The internet gateway of the stack's VPC, if it does not carry the stack's tags. Somebody has removed them, or attached
 * another one. A VPC can have only one.
 */
export async function gatewaysWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<InternetGatewayFields>[],
): Promise<readonly Obstacle[]> {
  const obstacles = sought.map(async ({ address, physicalName, fields: { vpcId } }) => {
    if (typeof vpcId !== "string") return [];
    const others = (await attachedTo(context, [vpcId])).filter((each) => !isOwn(context, each));
    return others.map(async ({ InternetGatewayId: id = "" }) => ({
      physicalName,
      ...(await withoutTags(context, address, id, vpcId)),
    }));
  });
  return Promise.all((await Promise.all(obstacles)).flat());
}

/** Detaching it is no remedy: AWS refuses that as long as the VPC has a public address. */
export async function withoutTags(
  context: ResourceContext,
  address: Sought["address"],
  id: string,
  vpcId: string,
): Promise<Pick<Obstacle, "summary" | "remedy">> {
  return {
    summary: `${vpcId} already has the internet gateway ${id}, which does not carry this stack's tags`,
    remedy: `A VPC can have only one. Put the stack's tags on it: ${await putTagsBack(context, address, id)}. The stack then uses it, and deletes it with the VPC.`,
  };
}
