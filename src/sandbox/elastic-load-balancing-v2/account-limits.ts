import {
  DescribeAccountLimits$,
  type DescribeAccountLimitsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../operation.ts";
import { certificateQuota } from "./listener-certificates.ts";
import { listenerQuota } from "./listeners.ts";
import { pageOf } from "./listing.ts";
import { loadBalancerQuota } from "./load-balancers.ts";
import { ruleQuota } from "./rules.ts";
import { targetGroupQuota } from "./target-groups.ts";

/** "Limit", API reference: those of application load balancers. */
export const describeAccountLimits = operation<DescribeAccountLimitsInput>(
  DescribeAccountLimits$,
  ["Marker", "PageSize"],
  (region, input) => {
    const limits = [
      ["target-groups", region.quota(targetGroupQuota)],
      ["targets-per-target-group", 1000],
      ["application-load-balancers", region.quota(loadBalancerQuota)],
      ["targets-per-application-load-balancer", 1000],
      ["listeners-per-application-load-balancer", region.quota(listenerQuota)],
      ["rules-per-application-load-balancer", region.quota(ruleQuota)],
      ["target-groups-per-application-load-balancer", 100],
      ["target-groups-per-action-on-application-load-balancer", 5],
      ["condition-values-per-alb-rule", 5],
      ["certificates-per-application-load-balancer", region.quota(certificateQuota)],
    ] as const;
    const page = pageOf(region, limits, (limit) => limits.indexOf(limit) + 1, input);
    return {
      Limits: page.items.map(([Name, most]) => ({ Name, Max: String(most) })),
      NextMarker: page.nextToken,
    };
  },
);
