import { nameInAddress, typeOf } from "../engine/address.ts";
import type { Problem } from "../engine/plan-format.ts";
import type { Live } from "../engine/resource.ts";
import type { ApplicationLoadBalancerFields } from "../resources/application-load-balancer/index.ts";
import type { LoadBalancerFields } from "../resources/load-balancer/index.ts";
import type { TargetGroupFields } from "../resources/target-group/index.ts";
import type { Peer } from "../spec/shared/peer.ts";
import type { Stack } from "../spec/stack.ts";
import { retainedLoadBalancers } from "./load-balancer.ts";

/** A load balancer that a stack file only keeps, and how it reaches the servers. */
interface Kept {
  readonly address: Live["address"];
  readonly securityGroupIds: readonly string[];
  /** The servers' port that it checks. */
  readonly port: number;
}

/**
 * Finds a load balancer that stays attached to the servers' group and could no longer reach them. "If any one reports an
 * instance as unhealthy, the group replaces it" ("Elastic Load Balancing health checks"): it would replace every server,
 * again and again, although the other load balancer serves.
 */
export function checkKeptLoadBalancer(stack: Stack, live: readonly Live[]): readonly Problem[] {
  return keptIn(stack, live).flatMap((kept): readonly Problem[] => {
    const why = brokenBy(stack, live, kept);
    if (why === undefined) return [];
    return [
      {
        severity: "error",
        address: kept.address,
        summary: `${kept.address} stays (loadBalancer.previous: keep), but ${why.summary}. It would call the servers unhealthy, and the group would replace them, again and again`,
        remedy: `${why.remedy}, or set loadBalancer.previous to remove.`,
      },
    ];
  });
}

function keptIn(stack: Stack, live: readonly Live[]): readonly Kept[] {
  const addresses = new Set(retainedLoadBalancers(stack).map(({ address }) => address));
  const groups = live.filter(({ address }) => typeOf(address) === "auto-scaling-group");
  const used = new Set(groups.flatMap(({ uses }) => uses));
  // A group that an apply creates is attached to all of them.
  const isServing = ({ id }: Live) => groups.length === 0 || used.has(id);
  return live
    .filter((each) => addresses.has(each.address) && isServing(each))
    .flatMap(({ address, fields, uses }): readonly Kept[] => {
      if (typeOf(address) === "load-balancer") {
        const { securityGroupIds, healthCheck } = fields as LoadBalancerFields;
        // `HTTP:80/`, `TCP:80`.
        const port = Number.parseInt(healthCheck.target.split(":")[1] ?? "", 10);
        return [{ address, securityGroupIds, port }];
      }
      const { securityGroupIds } = fields as ApplicationLoadBalancerFields;
      const targets = live.find((each) => uses.includes(each.id) && isTargetGroup(each));
      if (targets === undefined) return [];
      return [{ address, securityGroupIds, port: (targets.fields as TargetGroupFields).port }];
    });
}

function isTargetGroup({ address }: Live): boolean {
  return typeOf(address) === "target-group";
}

function brokenBy(
  { application, scaling, securityGroups }: Stack,
  live: readonly Live[],
  { securityGroupIds, port }: Kept,
): { readonly summary: string; readonly remedy: string } | undefined {
  if (application !== undefined && application.port !== port) {
    return {
      summary: `it checks port ${port} of the servers, and the application listens on port ${application.port}`,
      remedy: `Keep port ${port} for now`,
    };
  }
  const defined = new Set(securityGroups.map(({ section }) => section));
  const names = securityGroupIds.map((id) => {
    const section = sectionOf(id, live);
    return section !== undefined && defined.has(section) ? section : id;
  });
  const servers = scaling.securityGroups.map(({ value }) => value);
  const own = securityGroups.filter(({ section }) => servers.includes(section));
  // The rules of a group outside the stack are unknown.
  if (own.length === 0 || own.length < servers.length) return undefined;
  const isReached = own.some(({ ingress }) =>
    ingress.some(
      ({ protocol, fromPort, toPort, source }) =>
        (protocol === "all" || (protocol === "tcp" && fromPort <= port && port <= toPort)) &&
        mayBe(source, [...names, ...securityGroupIds]),
    ),
  );
  if (isReached) return undefined;
  const [name = ""] = names;
  return {
    summary: `no rule of ${servers.join(" or ")} lets it reach port ${port} of the servers`,
    remedy: `Add to the ingress of ${servers[0]}: { port: ${port}, from: ${name} }`,
  };
}

/** The name of the stack's group in the stack file. */
function sectionOf(id: string, live: readonly Live[]): string | undefined {
  const group = live.find((each) => each.id === id);
  return group && nameInAddress(group.address);
}

/** An address may be the load balancer's, so only another group proves that it is not let in. */
function mayBe({ kind, value }: Peer, names: readonly string[]): boolean {
  return (kind !== "group" && kind !== "group-id") || names.includes(value);
}
