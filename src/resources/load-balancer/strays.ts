import { toRecord } from "../../aws/tags.ts";
import type { StrayLookUp } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeLoadBalancers, describeTags } from "./live.ts";

/** The service cannot filter by tag: looks up all load balancers, then their tags. */
export const loadBalancerStrays: StrayLookUp<ResourceContext> = {
  async find(context) {
    const tags = await describeTags(context, await describeLoadBalancers(context));
    return [...tags].map(([id = "", list]) => ({ id, tags: toRecord(list) }));
  },
  remove: (id) => ["elb delete-load-balancer", { "load-balancer-name": id }],
  permissions: ["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags"],
};
