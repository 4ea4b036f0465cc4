import {
  DescribeLoadBalancerAttributesCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  type Rule,
  type Tag,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, Note, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { loadBalancerProtection } from "../shared/deletion-protection.ts";
import { describeTagsOf } from "../shared/load-balancing-v2-tags.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { urlOf } from "../shared/url.ts";
import { type Name, recordedNames } from "./recorded-names.ts";
import { type Attributes, attributesOf, type ListenerFields, toListener } from "./settings.ts";

/** An application load balancer with its listeners. */
export interface ApplicationLoadBalancerFields extends Attributes {
  readonly vpcId: string;
  readonly scheme: "internet-facing" | "internal";
  /** One per zone. A set: its order means nothing. */
  readonly subnets: readonly string[];
  /** A set of ids: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** By port. */
  readonly listeners: readonly ListenerFields[];
  /** Rules that somebody added to listeners, in words. No stack file defines any. */
  readonly otherRules?: readonly string[];
  /** The ARN of the web ACL that judges its requests; null: none; `any`: whatever is associated. */
  readonly webAcl?: string | null;
  /** The names that visitors use. The first one is the URL's. */
  readonly names?: readonly Name[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface ApplicationLoadBalancerOutputs {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** The hosted zone that an alias record of Route 53 names. */
  readonly hostedZoneId: string;
  /** The URL of the first listener that forwards to the servers. */
  readonly url: string;
}

export type LiveApplicationLoadBalancer = Live<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs
>;

/** A listener with its rules, as AWS returns them. */
export interface FoundListener {
  readonly listener: Listener;
  /** Without the default rule, which is the listener's own default action. */
  readonly rules: readonly Rule[];
}

/** The service cannot filter by tag: looks up all load balancers, or the named one, then their tags. */
export async function sweepLoadBalancers(
  context: ResourceContext,
  name?: string,
): Promise<LiveApplicationLoadBalancer[]> {
  const found = await describeLoadBalancers(context, name);
  const tags = await describeTagsOf(context, arnsOf(found));
  const live = await Promise.all(
    found.map((each) => toLive(context, each, tags.get(each.LoadBalancerArn))),
  );
  return live.filter((each) => each !== undefined);
}

/** What carries tags, whoever it belongs to. */
export async function taggedLoadBalancers(
  context: ResourceContext,
): Promise<readonly TaggedObject[]> {
  const tags = await describeTagsOf(context, arnsOf(await describeLoadBalancers(context)));
  return [...tags].map(([id = "", list]) => ({ id, tags: toRecord(list) }));
}

function arnsOf(found: readonly LoadBalancer[]): readonly string[] {
  return found.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
}

/** Returns every page, or the named load balancer. Empty if it does not exist. */
export async function describeLoadBalancers(
  context: ResourceContext,
  name?: string,
): Promise<LoadBalancer[]> {
  return lookUpLoadBalancers(await context.clients.loadBalancingV2(), name);
}

const lookUpLoadBalancers = sharedLookUp(
  async (client: ElasticLoadBalancingV2Client, name: string | undefined) => {
    const pages = paginateDescribeLoadBalancers(
      { client },
      name === undefined ? { PageSize: 400 } : { Names: [name] },
    );
    const all = everyPage(pages, (page) => page.LoadBalancers);
    const found = name === undefined ? await all : ((await unlessGone(() => all)) ?? []);
    // The same service has network and gateway load balancers, too.
    return found.filter(({ Type: type }) => type === "application");
  },
);

/** Undefined if it does not belong to the stack, or was deleted in the meantime. */
async function toLive(
  context: ResourceContext,
  found: LoadBalancer,
  tags: readonly Tag[] | undefined,
): Promise<LiveApplicationLoadBalancer | undefined> {
  const { LoadBalancerArn: arn = "", LoadBalancerName: name = "", DNSName: dnsName = "" } = found;
  const address = addressIn(tags, context.stack, "application-load-balancer");
  if (address === undefined) return undefined;
  const [attributes, listeners, region, names, webAcl] = await Promise.all([
    describeAttributes(context, arn),
    describeListeners(context, arn),
    context.clients.region(),
    lookUpNames(context, tags, dnsName),
    lookUpWebAcl(context, arn),
  ]);
  if (attributes === undefined || listeners === undefined) return undefined;
  const { securityGroupIds: groups } = placeOf(found);
  const { listeners: shownListeners } = listenerFields(listeners);
  const certificates = shownListeners.flatMap(({ certificate }) => certificate ?? []);
  const notes: readonly Note[] = attributes.deletionProtection
    ? loadBalancerProtection(arn, region)
    : [];
  return {
    id: arn,
    address,
    physicalName: name,
    ...statusOf(found),
    createdAt: found.CreatedTime?.getTime() ?? 0,
    fields: {
      vpcId: found.VpcId ?? "",
      scheme: found.Scheme === "internal" ? "internal" : "internet-facing",
      ...placeOf(found),
      ...listenerFields(listeners),
      ...attributes,
      ...(webAcl !== undefined && { webAcl }),
      names,
      tags: userTagsOf(tags),
    },
    outputs: {
      arn,
      name,
      dnsName,
      hostedZoneId: found.CanonicalHostedZoneId ?? "",
      url: urlOf(hostOf(names, shownListeners) ?? dnsName, servingListeners(shownListeners)),
    },
    uses: [
      ...groups,
      ...placeOf(found).subnets,
      ...usedTargetGroups(listeners),
      ...certificates,
      ...(webAcl == null ? [] : [webAcl]),
    ],
    usesTypes: [
      "target-group",
      ...(certificates.length > 0 ? ["certificate"] : []),
      ...(webAcl == null ? [] : ["web-acl"]),
    ],
    ...(notes.length > 0 && { notes }),
  };
}

/**
 * These fields of one of the stack's load balancers, by no more calls than they need. Those that AWS does not show yet
 * are missing.
 */
export async function lookAtFields(
  context: ResourceContext,
  { id: arn, physicalName: name }: Pick<LiveApplicationLoadBalancer, "id" | "physicalName">,
  names: readonly (keyof ApplicationLoadBalancerFields)[],
): Promise<Partial<ApplicationLoadBalancerFields>> {
  const asksFor = (...some: typeof names) => names.some((each) => some.includes(each));
  const [places, attributes, listeners, tags, webAcl] = await Promise.all([
    asksFor("subnets", "securityGroupIds", "names") ? describeLoadBalancers(context, name) : [],
    asksFor("idleTimeout", "dropInvalidHeaders", "accessLog", "deletionProtection")
      ? describeAttributes(context, arn)
      : undefined,
    asksFor("listeners", "otherRules")
      ? describeListeners(context, arn, asksFor("otherRules"))
      : undefined,
    asksFor("tags", "names") ? describeTagsOf(context, [arn]) : undefined,
    asksFor("webAcl") ? lookUpWebAcl(context, arn) : undefined,
  ]);
  const [place] = places;
  const own = tags?.get(arn);
  return {
    ...(place && placeOf(place)),
    ...attributes,
    ...(listeners && listenerFields(listeners)),
    ...(tags && { tags: userTagsOf(own) }),
    ...(webAcl !== undefined && { webAcl }),
    ...(asksFor("names") && { names: await lookUpNames(context, own, place?.DNSName ?? "") }),
  };
}

function placeOf(
  found: LoadBalancer,
): Pick<ApplicationLoadBalancerFields, "subnets" | "securityGroupIds"> {
  return {
    subnets: (found.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
    securityGroupIds: [...(found.SecurityGroups ?? [])].sort(),
  };
}

function listenerFields(
  found: readonly FoundListener[],
): Pick<ApplicationLoadBalancerFields, "listeners" | "otherRules"> {
  return {
    listeners: found.map(({ listener }) => toListener(listener)).sort(byPort),
    otherRules: found.flatMap(ruleWords),
  };
}

/** "LoadBalancerState", API Reference 2015-12-01. */
function statusOf({
  State: state,
}: LoadBalancer): Pick<LiveApplicationLoadBalancer, "status" | "statusReason"> {
  switch (state?.Code) {
    case "provisioning":
      return { status: "settling", statusReason: "AWS is still setting it up" };
    case "failed":
      return { status: "failed", statusReason: state.Reason ?? "AWS gives no reason" };
    default:
      // `active_impaired`: it routes traffic, and lacks the resources to scale.
      return { status: "ready" };
  }
}

/** The code for AWS WAF is loaded with the first load balancer. */
async function lookUpWebAcl(context: ResourceContext, arn: string) {
  return (await import("./associated-web-acl.ts")).lookUpWebAcl(context, arn);
}

/** Most load balancers have none, and their plans need no code for Route 53. */
async function lookUpNames(
  context: ResourceContext,
  tags: readonly Tag[] | undefined,
  dnsName: string,
): Promise<readonly Name[]> {
  if (recordedNames(tags).length === 0) return [];
  const { liveNames } = await import("./name-records.ts");
  return liveNames(context, tags, dnsName);
}

/** The name that the certificate is for. Without encryption, the load balancer's own DNS name does as well. */
function hostOf(names: readonly Name[], listeners: readonly ListenerFields[]): string | undefined {
  const [serving] = servingListeners(listeners);
  if (serving?.protocol !== "HTTPS") return undefined;
  return names.find(({ name, leads }) => leads !== false && !name.startsWith("*"))?.name;
}

/** Redirects lead to another listener, so the URL is that of a listener that has servers. */
function servingListeners(listeners: readonly ListenerFields[]): readonly ListenerFields[] {
  const serving = listeners.filter(({ redirect }) => redirect === null);
  return serving.length > 0 ? serving : listeners;
}

function usedTargetGroups(found: readonly FoundListener[]): readonly string[] {
  const actions = found.flatMap(({ listener, rules }) => [
    ...(listener.DefaultActions ?? []),
    ...rules.flatMap(({ Actions: some = [] }) => some),
  ]);
  const arns = actions.flatMap(({ TargetGroupArn: only, ForwardConfig: config }) => [
    ...(only === undefined ? [] : [only]),
    ...(config?.TargetGroups ?? []).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
  ]);
  return [...new Set(arns)].sort();
}

/** Undefined if the load balancer was deleted in the meantime. */
async function describeAttributes(context: ResourceContext, arn: string) {
  const client = await context.clients.loadBalancingV2();
  const answer = await unlessGone(() =>
    client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn })),
  );
  return answer && attributesOf(answer.Attributes ?? []);
}

/**
 * The listeners, with their rules unless nobody needs them. Undefined if the load balancer was deleted in the meantime.
 */
export async function describeListeners(
  context: ResourceContext,
  arn: string,
  withRules = true,
): Promise<readonly FoundListener[] | undefined> {
  const client = await context.clients.loadBalancingV2();
  const listeners = await unlessGone(() =>
    everyPage(
      paginateDescribeListeners({ client }, { LoadBalancerArn: arn, PageSize: 400 }),
      (page) => page.Listeners,
    ),
  );
  if (listeners === undefined) return undefined;
  const found = await Promise.all(
    listeners.map(async (listener) => {
      if (!withRules) return { listener, rules: [] };
      const { ListenerArn = "" } = listener;
      const rules = await unlessGone(() =>
        everyPage(
          paginateDescribeRules({ client }, { ListenerArn, PageSize: 400 }),
          (page) => page.Rules,
        ),
      );
      // Undefined: somebody deleted the listener in the meantime.
      return rules && { listener, rules: rules.filter(({ IsDefault }) => IsDefault !== true) };
    }),
  );
  return found.filter((each) => each !== undefined);
}

function ruleWords({ listener, rules }: FoundListener): readonly string[] {
  return rules.map(({ Priority: priority, Conditions: conditions = [], Actions: actions = [] }) => {
    const when = conditions.map(({ Field: field = "", Values: values = [] }) =>
      [field, ...values].join(" "),
    );
    const what = actions.map(({ Type: type = "" }) => type).join(", then ");
    return `port ${listener.Port}, priority ${priority}: ${when.join(" and ")} → ${what}`;
  });
}

function byPort(one: ListenerFields, other: ListenerFields): number {
  return one.port - other.port;
}
