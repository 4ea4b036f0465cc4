import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/live.ts";
import type { StatusPart } from "../../engine/status-format.ts";
import type { ResourceContext } from "../shared/context.ts";
import { trafficStatus } from "../shared/traffic-status.ts";
import { targetsInStatus } from "../target-group/registrations.ts";

/**
 * Whether any server of the target groups that the load balancers forward to receives requests. "If all targets
 * fail, the load balancer sends requests to all of them": an answer proves nothing.
 */
export async function status(
  context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<StatusPart> {
  const found = await live;
  const balancers = found.filter(({ address }) => typeOf(address) === "application-load-balancer");
  const used = new Set(balancers.flatMap(({ uses }) => uses));
  const arns = found
    .filter(({ address, id }) => typeOf(address) === "target-group" && used.has(id))
    .map(({ id }) => id);
  return trafficStatus(await Promise.all(arns.map((arn) => targetsInStatus(context, arn))));
}
