import type { Problem } from "../engine/plan-format.ts";
import type { Live } from "../engine/resource.ts";
import type { Retained } from "../engine/retained.ts";
import type { Stack } from "../spec/stack.ts";
import { checkForeignWebAcl } from "./firewall.ts";
import { checkKeptLoadBalancer } from "./kept-load-balancer.ts";
import { retainedLoadBalancers } from "./load-balancer.ts";

/** What the stack file keeps without defining it. */
export function retainedIn(stack: Stack): readonly Retained[] {
  return retainedLoadBalancers(stack);
}

/** What would break because the stack keeps it, and what of others it keeps. */
export function checkRetained(stack: Stack, live: readonly Live[]): readonly Problem[] {
  return [...checkKeptLoadBalancer(stack, live), ...checkForeignWebAcl(stack, live)];
}
