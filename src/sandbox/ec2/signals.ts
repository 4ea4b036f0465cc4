import { defineSignal } from "../region.ts";

/** An instance's state, ports, security groups or health changed for any reason. The subject is its id. */
export const instanceChanged = defineSignal<string>("an instance changed");

/** A Spot Instance is "at elevated risk of interruption". The subject is its id. */
export const spotRebalanceRecommended = defineSignal<string>(
  "EC2 recommends to replace an instance",
);

/** EC2 takes a Spot Instance back in two minutes. The subject is its id. */
export const spotInterruptionNoticed = defineSignal<string>("EC2 will take an instance back");

/** A security group's rules changed. The subject is its id. */
export const securityGroupChanged = defineSignal<string>("a security group changed");

/** Who reaches whom in a VPC may have changed: routes, the subnets that they count for, or internet gateways. */
export const routesChanged = defineSignal<undefined>("the routes of a VPC changed");
