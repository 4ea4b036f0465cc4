import {
  ElasticLoadBalancingV2Client,
  type ElasticLoadBalancingV2ClientConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** A client of application load balancers and target groups. */
export function createLoadBalancingV2Client(
  given: ElasticLoadBalancingV2ClientConfig,
): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client(given);
}
