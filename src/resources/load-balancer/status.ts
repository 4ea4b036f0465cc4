import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/live.ts";
import type { StatusPart } from "../../engine/status-format.ts";
import type { ResourceContext } from "../shared/context.ts";
import { onceInStatus, trafficStatus } from "../shared/traffic-status.ts";
import { describeHealth } from "./registrations.ts";

/** Whether any server of each load balancer receives requests. */
export async function status(
  context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<StatusPart> {
  const names = (await live)
    .filter(({ address }) => typeOf(address) === "load-balancer")
    .map(({ physicalName }) => physicalName);
  return trafficStatus(await Promise.all(names.map((name) => healthInStatus(context, name))));
}

/** The registrations of one load balancer, asked once for a status. */
export const healthInStatus = onceInStatus(describeHealth);
