import {
  DescribeInstanceHealthCommand,
  type ElasticLoadBalancingClient,
  type InstanceState,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Registration, Registrations } from "../shared/registrations.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

/** The state of the instances that are registered with one load balancer. */
export function describeHealth(context: ResourceContext, name: string): Promise<Registrations> {
  return lookUpHealth(context.clients.loadBalancing, name);
}

const lookUpHealth = sharedLookUp(
  async (client: ElasticLoadBalancingClient, name: string): Promise<Registrations> => {
    const what = `load balancer ${name}`;
    try {
      const { InstanceStates = [] } = await client.send(
        new DescribeInstanceHealthCommand({ LoadBalancerName: name }),
      );
      return { what, id: name, instances: InstanceStates.map(toRegistration) };
    } catch (error) {
      // Somebody deleted the load balancer. The plan shows that. Here, its instances are not in
      // service.
      if (isAwsError(error, "not-found")) return { what, id: name, instances: [], isGone: true };
      throw error;
    }
  },
);

function toRegistration(state: InstanceState): Registration {
  const { InstanceId = "", State = "", ReasonCode, Description = "N/A" } = state;
  return {
    instanceId: InstanceId,
    state: State,
    serves: State === "InService",
    // "ELB": its registration is still in progress ("InstanceState", API reference 2012-06-01).
    isFailing: State === "OutOfService" && ReasonCode !== "ELB",
    ...(Description !== "N/A" && { reason: Description }),
  };
}
