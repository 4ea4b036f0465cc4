import { defineSignal } from "../region.ts";

/** A load balancer was deleted. The subject is its ARN. */
export const loadBalancerDeleted = defineSignal<string>("a load balancer was deleted");
