import { metricsChanged } from "../cloud-watch/signals.ts";
import { balancersOfGroup } from "../elastic-load-balancing-v2/associations.ts";
import {
  requestLoadOf,
  servingTargets,
  setRequestLoad,
} from "../elastic-load-balancing-v2/requests.ts";
import type { ApplicationLoadBalancer } from "../elastic-load-balancing-v2/tables.ts";
import { findLoadBalancer, type LoadBalancer } from "../load-balancing/load-balancer.ts";
import { servingInstances } from "../load-balancing/metrics.ts";
import type { RequestLoad } from "../load-balancing/request-load.ts";
import type { Region } from "../region.ts";
import { type AttachedSource, type Group, validationError } from "./group.ts";

/** The load balancer that a group's servers get their requests from, of either type. */
export interface Front {
  readonly name: string;
  readonly load: RequestLoad;
  /** How many servers get requests. */
  readonly servers: number;
  change(part: Partial<RequestLoad>): void;
}

/** @throws AwsError ValidationError if the group has none, or several. */
export function onlyFront(region: Region, group: Group): Front {
  const balancers = new Set(
    attached(group.targetGroups).flatMap(({ name }) => balancersOfGroup(region, name)),
  );
  const fronts = [
    ...[...balancers].map((balancer) => applicationFront(region, balancer)),
    ...attached(group.loadBalancers)
      .flatMap(({ name }) => findLoadBalancer(region, name) ?? [])
      .map((balancer) => classicFront(region, balancer)),
  ];
  const [only, another] = fronts;
  if (only === undefined) {
    throw validationError(`The Auto Scaling group ${group.name} has no load balancer`);
  }
  if (another === undefined) return only;
  const names = fronts.map(({ name }) => name).join(", ");
  throw validationError(
    `The Auto Scaling group ${group.name} has several load balancers: ${names}`,
  );
}

function attached(sources: readonly AttachedSource[] = []): AttachedSource[] {
  return sources.filter(({ state }) => state !== "Removing");
}

function applicationFront(region: Region, { arn, name }: ApplicationLoadBalancer): Front {
  const load = requestLoadOf(region, arn);
  return {
    name,
    load,
    servers: servingTargets(region, arn),
    change: (part) => setRequestLoad(region, arn, { ...load, ...part }),
  };
}

function classicFront(region: Region, balancer: LoadBalancer): Front {
  const load = balancer.requests ?? { perMinute: 0 };
  return {
    name: balancer.name,
    load,
    servers: servingInstances(region, balancer),
    change: (part) => {
      balancer.requests = { ...load, ...part };
      region.signal(metricsChanged, undefined);
    },
  };
}
