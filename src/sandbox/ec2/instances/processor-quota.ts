import { AwsError } from "../../error.ts";
import type { Quota, Region } from "../../region.ts";
import { instances } from "./tables.ts";
import { processorsOf } from "./types.ts";

/**
 * vCPUs of On-Demand Standard instances that are pending or running. A new account starts with 5, and AWS
 * raises the quota with usage. The sandbox has enough for a medium-sized tier.
 */
export const processorQuota: Quota = { name: "processors", usual: 256 };

/** "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", likewise. */
export const spotProcessorQuota: Quota = { name: "spot-processors", usual: 256 };

/**
 * All families of the sandbox share one quota, "Standard" (A, C, D, H, I, M, R, T, Z), and another one for Spot
 * Instances. Pending and running instances count (Amazon EC2 User Guide, "On-Demand Instance quotas" and "Spot
 * Instance quotas").
 *
 * @throws AwsError VcpuLimitExceeded or MaxSpotInstanceCountExceeded, with AWS's message.
 */
export function requireProcessors(
  region: Region,
  type: string,
  { count, isSpot }: { readonly count: number; readonly isSpot: boolean },
): void {
  const quota = region.quota(isSpot ? spotProcessorQuota : processorQuota);
  const inUse = region
    .table(instances)
    .all()
    .filter(({ state, spot }) => {
      const counts = state === "pending" || state === "running";
      return counts && isSpot === (spot !== undefined);
    })
    .reduce((sum, { instanceType }) => sum + processorsOf(instanceType), 0);
  if (inUse + count * processorsOf(type) <= quota) return;
  if (isSpot) {
    throw new AwsError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded.");
  }
  throw new AwsError(
    "VcpuLimitExceeded",
    `You have requested more vCPU capacity than your current vCPU limit of ${quota} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}
