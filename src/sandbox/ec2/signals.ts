import { defineSignal } from "../region.ts";

/** An instance's state, ports, security groups or health changed for any reason. The subject is its id. */
export const instanceChanged = defineSignal<string>("an instance changed");

/** A security group's rules changed. The subject is its id. */
export const securityGroupChanged = defineSignal<string>("a security group changed");
