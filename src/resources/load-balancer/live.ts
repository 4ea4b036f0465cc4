import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingClient,
  type LoadBalancerDescription,
  paginateDescribeLoadBalancers,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage, inChunks } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { urlOf } from "../shared/url.ts";
import { type ListenerPolicies, policiesOf, unusedPoliciesNote } from "./policies.ts";
import {
  type Attributes,
  attributesOf,
  type HealthCheck,
  healthCheckOf,
  type ListenerFields,
  listenersOf,
} from "./settings.ts";

/** A classic load balancer. */
export interface LoadBalancerFields extends Attributes {
  readonly vpcId: string;
  readonly scheme: "internet-facing" | "internal";
  /** One per zone. A set: its order means nothing. */
  readonly subnets: readonly string[];
  /** A set of ids: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** By port; a set: its order means nothing. */
  readonly listeners: readonly ListenerFields[];
  /**
   * Policies of the live listeners. No stack file defines any, so they are not a difference, and
   * they stay.
   */
  readonly policies?: readonly ListenerPolicies[];
  readonly healthCheck: HealthCheck;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LoadBalancerOutputs {
  readonly name: string;
  readonly dnsName: string;
  /** The URL of the first HTTP or HTTPS listener. */
  readonly url: string;
}

export type LiveLoadBalancer = Live<LoadBalancerFields, LoadBalancerOutputs>;

/** The service cannot filter by tag: looks up all load balancers, or the named one, then their tags. */
export async function sweepLoadBalancers(
  context: ResourceContext,
  name?: string,
): Promise<LiveLoadBalancer[]> {
  const found = await describeLoadBalancers(context, name);
  const early = attributesByName(context, found, name);
  const tags = await describeTags(context, found);
  const owned = found.filter(
    (each) =>
      addressIn(tags.get(each.LoadBalancerName), context.stack, "load-balancer") !== undefined,
  );
  const live = await Promise.all(
    owned.map(async (each) => {
      const { LoadBalancerName: own = "" } = each;
      const attributes = await (early.get(own) ?? describeAttributes(context, own));
      return toLive(context, each, tags.get(own), attributes);
    }),
  );
  return live.filter((each) => each !== undefined);
}

/**
 * Asks for the attributes of load balancers that have a name of this stack while their tags are looked up.
 * Calls in sequence cost more time than parallel calls. The tags alone decide whether the attributes count.
 */
function attributesByName(
  context: ResourceContext,
  found: readonly LoadBalancerDescription[],
  named: string | undefined,
): ReadonlyMap<string, Promise<Attributes | undefined>> {
  const names = found.flatMap(({ LoadBalancerName: name = "" }) =>
    name === named || isNameOf(context.stack, name) ? [name] : [],
  );
  return new Map(
    names.map((name) => {
      const attributes = describeAttributes(context, name);
      // If the tags cannot be looked up or belong to another stack, nobody waits for the attributes.
      attributes.catch(() => {});
      return [name, attributes];
    }),
  );
}

/** Whether a load balancer of the stack gets such a name, unless the stack file defines another. */
function isNameOf(stack: string, name: string): boolean {
  return name.startsWith(`${stack}-`) && /^[0-9a-f]{8}$/.test(name.slice(stack.length + 1));
}

/** Returns every page, or the named load balancer. Empty if it does not exist. */
export function describeLoadBalancers(
  context: ResourceContext,
  name?: string,
): Promise<LoadBalancerDescription[]> {
  return lookUpLoadBalancers(context.clients.loadBalancing, name);
}

const lookUpLoadBalancers = sharedLookUp(
  async (client: ElasticLoadBalancingClient, name: string | undefined) => {
    try {
      return await everyPage(
        paginateDescribeLoadBalancers(
          { client },
          name === undefined ? { PageSize: 400 } : { LoadBalancerNames: [name] },
        ),
        (page) => page.LoadBalancerDescriptions,
      );
    } catch (error) {
      if (name !== undefined && isAwsError(error, "not-found")) return [];
      throw error;
    }
  },
);

/** The tags by name. Omits load balancers deleted in the meantime. */
export async function describeTags(
  context: ResourceContext,
  found: readonly LoadBalancerDescription[],
): Promise<Map<string | undefined, readonly Tag[] | undefined>> {
  const ask = (names: readonly string[]) => lookUpTags(context.clients.loadBalancing, names);
  const askOne = async (name: string) => {
    try {
      return await ask([name]);
    } catch (error) {
      if (isAwsError(error, "not-found")) return [];
      throw error;
    }
  };
  const names = found.flatMap((each) => each.LoadBalancerName ?? []);
  const chunks = await Promise.all(
    inChunks(names, 20).map(async (chunk) => {
      try {
        return await ask(chunk);
      } catch (error) {
        if (!isAwsError(error, "not-found")) throw error;
        return (await Promise.all(chunk.map(askOne))).flat();
      }
    }),
  );
  return new Map(chunks.flat().map((each) => [each.LoadBalancerName, each.Tags]));
}

const lookUpTags = sharedLookUp(
  async (client: ElasticLoadBalancingClient, names: readonly string[]) => {
    const command = new DescribeTagsCommand({ LoadBalancerNames: [...names] });
    return (await client.send(command)).TagDescriptions ?? [];
  },
);

async function toLive(
  context: ResourceContext,
  found: LoadBalancerDescription,
  tags: readonly Tag[] | undefined,
  attributes: Attributes | undefined,
): Promise<LiveLoadBalancer | undefined> {
  const name = found.LoadBalancerName ?? "";
  const region = await context.clients.region();
  if (attributes === undefined) return undefined;
  const listeners = listenersOf(found);
  const policies = policiesOf(found);
  const groups = [...(found.SecurityGroups ?? [])].sort();
  return {
    id: name,
    address: addressIn(tags, context.stack, "load-balancer") ?? "load-balancer/",
    physicalName: name,
    status: "ready",
    createdAt: found.CreatedTime?.getTime() ?? 0,
    fields: {
      vpcId: found.VPCId ?? "",
      scheme: found.Scheme === "internal" ? "internal" : "internet-facing",
      subnets: [...(found.Subnets ?? [])].sort(),
      securityGroupIds: groups,
      listeners,
      ...(policies.length > 0 && { policies }),
      healthCheck: healthCheckOf(found),
      ...attributes,
      tags: userTagsOf(tags),
    },
    outputs: { name, dnsName: found.DNSName ?? "", url: urlOf(found.DNSName ?? "", listeners) },
    uses: [...groups, ...(found.Subnets ?? []).toSorted()],
    notes: unusedPoliciesNote(found, region),
  };
}

/** Undefined if the load balancer was deleted in the meantime. */
async function describeAttributes(
  context: ResourceContext,
  name: string,
): Promise<Attributes | undefined> {
  try {
    const { LoadBalancerAttributes } = await context.clients.loadBalancing.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerName: name }),
    );
    return attributesOf(LoadBalancerAttributes);
  } catch (error) {
    if (isAwsError(error, "not-found")) return undefined;
    throw error;
  }
}
