import { AwsError } from "../../error.ts";
import type { Quota, Region } from "../../region.ts";
import { instances } from "./tables.ts";
import { processorsOf } from "./types.ts";

/**
 * vCPUs of On-Demand Standard instances that are pending or running. A new account starts with 5, and AWS
 * raises the quota with usage. The sandbox has enough for a medium-sized tier.
 */
export const processorQuota: Quota = { name: "processors", usual: 256 };

/**
 * All families of the sandbox share one quota, "Standard" (A, C, D, H, I, M, R, T, Z). Pending and running
 * instances count (Amazon EC2 User Guide, "On-Demand Instance quotas").
 *
 * @throws AwsError VcpuLimitExceeded, with AWS's message.
 */
export function requireProcessors(region: Region, type: string, count: number): void {
  const quota = region.quota(processorQuota);
  const inUse = region
    .table(instances)
    .all()
    .filter(({ state }) => state === "pending" || state === "running")
    .reduce((sum, { instanceType }) => sum + processorsOf(instanceType), 0);
  if (inUse + count * processorsOf(type) <= quota) return;
  throw new AwsError(
    "VcpuLimitExceeded",
    `You have requested more vCPU capacity than your current vCPU limit of ${quota} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}
