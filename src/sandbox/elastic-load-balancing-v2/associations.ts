import type { Region } from "../region.ts";
import type { Action } from "./action.ts";
import {
  type ApplicationLoadBalancer,
  applicationLoadBalancers,
  listeners,
  rules,
  targetGroups,
} from "./tables.ts";

/** The target groups to which actions forward. */
export function targetGroupsOf(actions: readonly Action[]): string[] {
  return actions.flatMap((action) =>
    action.type === "forward" ? action.groups.map(({ arn }) => arn) : [],
  );
}

/** The target groups that the listeners and rules of a load balancer name. */
export function groupsOfBalancer(region: Region, balancer: string): string[] {
  const users = [...region.table(listeners).all(), ...region.table(rules).all()];
  const own = users.filter((user) => user.balancer === balancer);
  return [...new Set(own.flatMap(({ actions }) => targetGroupsOf(actions)))];
}

/** The load balancers with a listener or rule that names the target group. */
export function balancersOfGroup(region: Region, group: string): ApplicationLoadBalancer[] {
  const users = [...region.table(listeners).all(), ...region.table(rules).all()];
  const arns = users
    .filter(({ actions }) => targetGroupsOf(actions).includes(group))
    .map(({ balancer }) => balancer);
  return [...new Set(arns)].flatMap(
    (arn) => region.table(applicationLoadBalancers).latest(arn) ?? [],
  );
}

/** Notes which of the target groups no listener and no rule names any more. */
export function releaseGroups(region: Region, former: readonly Action[]): string[] {
  const arns = targetGroupsOf(former);
  for (const arn of arns) {
    const group = region.table(targetGroups).latest(arn);
    if (group !== undefined && balancersOfGroup(region, arn).length === 0) {
      group.releasedAt = region.now;
    }
  }
  return arns;
}
