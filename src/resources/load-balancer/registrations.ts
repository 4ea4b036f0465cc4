import {
  DescribeInstanceHealthCommand,
  type ElasticLoadBalancingClient,
  type InstanceState,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

/** A load balancer and its registered instances. */
export interface Registrations {
  readonly name: string;
  readonly states: readonly InstanceState[];
}

/** The state of the instances that are registered with one load balancer. */
export function describeHealth(context: ResourceContext, name: string): Promise<Registrations> {
  return lookUpHealth(context.clients.loadBalancing, name);
}

const lookUpHealth = sharedLookUp(
  async (client: ElasticLoadBalancingClient, name: string): Promise<Registrations> => {
    try {
      const { InstanceStates } = await client.send(
        new DescribeInstanceHealthCommand({ LoadBalancerName: name }),
      );
      return { name, states: InstanceStates ?? [] };
    } catch (error) {
      // Somebody deleted the load balancer. The plan shows that. Here, its instances are not in
      // service.
      if (isAwsError(error, "not-found")) return { name, states: [] };
      throw error;
    }
  },
);
