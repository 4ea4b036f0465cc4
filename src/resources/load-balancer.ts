import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTagsCommand,
  type LoadBalancerDescription,
  paginateDescribeLoadBalancers,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../aws/errors.ts";
import { everyPage, inChunks } from "../aws/paging.ts";
import { addressIn, ownTags, userTagsOf } from "../aws/tags.ts";
import type { Live, ResourceType } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { changeLoadBalancer } from "./load-balancer-changes.ts";
import {
  type Attributes,
  attributesOf,
  type HealthCheck,
  healthCheckOf,
  type Listener,
  listenersOf,
  toSdkListener,
} from "./load-balancer-settings.ts";
import { adopt, foreignRemedy, identity, retryNotFound, untilGone, untilSeen } from "./owned.ts";
import { setRule, tagsRule } from "./rules.ts";

export type { HealthCheck, Listener, ListenerProtocol } from "./load-balancer-settings.ts";

/** A classic load balancer. */
export interface LoadBalancerFields extends Attributes {
  readonly vpcId: string;
  readonly scheme: "internet-facing" | "internal";
  /** One a zone. A set: its order means nothing. */
  readonly subnets: readonly string[];
  /** A set of ids: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** By port; a set: its order means nothing. */
  readonly listeners: readonly Listener[];
  readonly healthCheck: HealthCheck;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LoadBalancerOutputs {
  readonly name: string;
  readonly dnsName: string;
  /** Of the first HTTP or HTTPS listener. */
  readonly url: string;
}

type LiveLoadBalancer = Live<LoadBalancerFields, LoadBalancerOutputs>;

export const loadBalancer: ResourceType<LoadBalancerFields, LoadBalancerOutputs, ResourceContext> =
  {
    name: "load-balancer",
    replace: "create-first",
    naming: { maxLength: 32 }, // "CreateLoadBalancer", Elastic Load Balancing API Reference 2012-06-01
    fields: {
      vpcId: { onChange: "replace" },
      scheme: { onChange: "replace" },
      subnets: setRule,
      securityGroupIds: setRule,
      listeners: { onChange: "update" },
      healthCheck: { onChange: "update" },
      crossZone: { onChange: "update" },
      connectionDraining: { onChange: "update" },
      idleTimeout: { onChange: "update" },
      tags: tagsRule,
    },
    holds: ["security-group"],
    changedByUpdate: [],
    permissions: {
      discover: [
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
      ],
      create: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:ConfigureHealthCheck",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        // Checked with the caller's permissions when the load balancer is made.
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "iam:CreateServiceLinkedRole",
      ],
      update: [
        "elasticloadbalancing:ApplySecurityGroupsToLoadBalancer",
        "elasticloadbalancing:AttachLoadBalancerToSubnets",
        "elasticloadbalancing:DetachLoadBalancerFromSubnets",
        "elasticloadbalancing:CreateLoadBalancerListeners",
        "elasticloadbalancing:DeleteLoadBalancerListeners",
        "elasticloadbalancing:ConfigureHealthCheck",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
      ],
      delete: ["elasticloadbalancing:DeleteLoadBalancer"],
    },

    normalize: (fields) => ({
      ...fields,
      ...(Array.isArray(fields.subnets) && { subnets: [...fields.subnets].sort() }),
      ...(Array.isArray(fields.securityGroupIds) && {
        securityGroupIds: [...fields.securityGroupIds].sort(byText),
      }),
      ...(Array.isArray(fields.listeners) && { listeners: [...fields.listeners].sort(byPort) }),
    }),

    discover: (context) => sweep(context),

    async findForeign(context, physicalNames) {
      const found = (await describe(context)).filter((each) =>
        physicalNames.includes(each.LoadBalancerName ?? ""),
      );
      const tags = await describeTags(context, found);
      return found
        .filter(
          (each) =>
            addressIn(tags.get(each.LoadBalancerName), context.stack, "load-balancer") ===
            undefined,
        )
        .map((each) => ({
          id: each.LoadBalancerName ?? "",
          physicalName: each.LoadBalancerName ?? "",
          summary: `a load balancer named ${each.LoadBalancerName} (${each.DNSName}) exists and is not this stack's`,
          remedy: foreignRemedy,
        }));
    },

    async create(context, target, fields) {
      const name = target.physicalName;
      const what = `the load balancer ${name}`;
      const look = async () => (await sweep(context, name))[0];
      const command = new CreateLoadBalancerCommand({
        LoadBalancerName: name,
        Scheme: fields.scheme === "internal" ? "internal" : undefined,
        Subnets: [...fields.subnets],
        SecurityGroups: [...fields.securityGroupIds],
        Listeners: fields.listeners.map(toSdkListener),
        Tags: ownTags(identity(context, target), fields.tags),
      });
      let made: LiveLoadBalancer;
      try {
        await retryNotFound(context, "the security groups", () =>
          context.clients.loadBalancing.send(command),
        );
        made = await untilSeen(context, what, look);
      } catch (error) {
        if (!isAwsError(error, "already-exists")) throw error;
        made = await adopt(context, what, look, error);
      }
      return converge(context, made, fields);
    },

    async update(context, live, fields, changed) {
      return changed.length === 0 ? live : converge(context, live, fields, changed);
    },

    async delete(context, live) {
      // Deleting one that is gone is no error.
      await context.clients.loadBalancing.send(
        new DeleteLoadBalancerCommand({ LoadBalancerName: live.physicalName }),
      );
      await untilGone(context, `the load balancer ${live.physicalName}`, async () => {
        const found = await sweep(context, live.physicalName);
        return found.length > 0 ? "it is still listed" : undefined;
      });
    },
  };

const changeable = Object.entries(loadBalancer.fields)
  .filter(([, rule]) => rule.onChange === "update")
  .map(([name]) => name as keyof LoadBalancerFields);

/** Changes what differs, of the named fields or of all, and waits until AWS shows it. */
async function converge(
  context: ResourceContext,
  live: LiveLoadBalancer,
  fields: LoadBalancerFields,
  named: readonly (keyof LoadBalancerFields & string)[] = changeable,
): Promise<LiveLoadBalancer> {
  const differing = differences(live.fields, fields, named);
  if (differing.length === 0) return live;
  await changeLoadBalancer(context, live.physicalName, live.fields, fields, differing);
  return untilSeen(
    context,
    `the changed load balancer ${live.physicalName}`,
    async () => (await sweep(context, live.physicalName))[0],
    (found) => {
      const left = differences(found.fields, fields, differing);
      return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
    },
  );
}

function differences(
  live: LoadBalancerFields,
  wanted: LoadBalancerFields,
  named: readonly (keyof LoadBalancerFields & string)[],
): (keyof LoadBalancerFields & string)[] {
  const one = loadBalancer.normalize(live);
  const other = loadBalancer.normalize(wanted);
  return named.filter((field) => canonical(one[field]) !== canonical(other[field]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => byText(one, other)))
      : part,
  );
}

function byText(one: unknown, other: unknown): number {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPort(one: object, other: object): number {
  const port = (listener: object) => ("port" in listener ? Number(listener.port) : 0);
  return port(one) - port(other);
}

/** The service has no filter by tag: all load balancers, or the named one, then their tags. */
async function sweep(context: ResourceContext, name?: string): Promise<LiveLoadBalancer[]> {
  const found = await describe(context, name);
  const tags = await describeTags(context, found);
  const owned = found.filter(
    (each) =>
      addressIn(tags.get(each.LoadBalancerName), context.stack, "load-balancer") !== undefined,
  );
  const live = await Promise.all(
    owned.map((each) => toLive(context, each, tags.get(each.LoadBalancerName))),
  );
  return live.filter((each) => each !== undefined);
}

async function describe(
  context: ResourceContext,
  name?: string,
): Promise<LoadBalancerDescription[]> {
  try {
    return await everyPage(
      paginateDescribeLoadBalancers(
        { client: context.clients.loadBalancing },
        name === undefined ? { PageSize: 400 } : { LoadBalancerNames: [name] },
      ),
      (page) => page.LoadBalancerDescriptions,
    );
  } catch (error) {
    if (name !== undefined && isAwsError(error, "not-found")) return [];
    throw error;
  }
}

/** By name. One that went meanwhile is left out: asked alone, it is then simply not there. */
async function describeTags(
  context: ResourceContext,
  found: readonly LoadBalancerDescription[],
): Promise<Map<string | undefined, readonly Tag[] | undefined>> {
  const ask = async (names: readonly string[]) => {
    const command = new DescribeTagsCommand({ LoadBalancerNames: [...names] });
    return (await context.clients.loadBalancing.send(command)).TagDescriptions ?? [];
  };
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

async function toLive(
  context: ResourceContext,
  found: LoadBalancerDescription,
  tags: readonly Tag[] | undefined,
): Promise<LiveLoadBalancer | undefined> {
  const name = found.LoadBalancerName ?? "";
  const attributes = await describeAttributes(context, name);
  if (attributes === undefined) return undefined;
  const listeners = listenersOf(found);
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
      healthCheck: healthCheckOf(found),
      ...attributes,
      tags: userTagsOf(tags),
    },
    outputs: { name, dnsName: found.DNSName ?? "", url: urlOf(found.DNSName ?? "", listeners) },
    uses: groups,
  };
}

/** undefined where it went meanwhile. */
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

function urlOf(dnsName: string, listeners: readonly Listener[]): string {
  const [first] = listeners.filter(({ protocol }) => protocol === "HTTP" || protocol === "HTTPS");
  if (first === undefined) return `${dnsName}:${listeners[0]?.port ?? ""}`;
  const scheme = first.protocol.toLowerCase();
  const standard = scheme === "http" ? 80 : 443;
  return `${scheme}://${dnsName}${first.port === standard ? "" : `:${first.port}`}`;
}
