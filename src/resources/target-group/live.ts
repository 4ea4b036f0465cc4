import {
  DescribeTargetGroupAttributesCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
  type Tag,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { OwnTagKey } from "../../aws/own-tag-keys.ts";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeTagsOf } from "../shared/load-balancing-v2-tags.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { type Attributes, attributesOf, type HealthCheck, healthCheckOf } from "./settings.ts";

/** The servers that an application load balancer forwards to, and how it checks them. */
export interface TargetGroupFields extends Attributes {
  readonly vpcId: string;
  readonly protocol: "HTTP";
  readonly protocolVersion: "HTTP1";
  /** The servers' port. */
  readonly port: number;
  readonly targetType: "instance";
  /**
   * The scheme of the load balancer that forwards to it, with the name if the stack file gives it one. null: unknown.
   * "A target group can be associated with one load balancer at most", so another load balancer needs another one.
   */
  readonly loadBalancer: string | null;
  readonly healthCheck: HealthCheck;
  readonly tags: Readonly<Record<string, string>>;
}

export interface TargetGroupOutputs {
  readonly arn: string;
  readonly name: string;
}

/** Records the load balancer, because AWS tells it only as long as there is one. */
export const loadBalancerKey = "reconcile:load-balancer" satisfies OwnTagKey;

export type LiveTargetGroup = Live<TargetGroupFields, TargetGroupOutputs>;

/** The service cannot filter by tag: looks up all target groups, or the named one, then their tags. */
export async function sweepTargetGroups(
  context: ResourceContext,
  name?: string,
): Promise<LiveTargetGroup[]> {
  const found = await describeTargetGroups(context, name);
  const tags = await describeTagsOf(context, arnsOf(found));
  const live = await Promise.all(
    found.map((each) => toLive(context, each, tags.get(each.TargetGroupArn))),
  );
  return live.filter((each) => each !== undefined);
}

/** What carries tags, whoever it belongs to. */
export async function taggedTargetGroups(
  context: ResourceContext,
): Promise<readonly TaggedObject[]> {
  const tags = await describeTagsOf(context, arnsOf(await describeTargetGroups(context)));
  return [...tags].map(([id = "", list]) => ({ id, tags: toRecord(list) }));
}

function arnsOf(found: readonly TargetGroup[]): readonly string[] {
  return found.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
}

/** Returns every page, or the named target group. Empty if it does not exist. */
export async function describeTargetGroups(
  context: ResourceContext,
  name?: string,
): Promise<TargetGroup[]> {
  return lookUpTargetGroups(await context.clients.loadBalancingV2(), name);
}

const lookUpTargetGroups = sharedLookUp(
  async (client: ElasticLoadBalancingV2Client, name: string | undefined) => {
    const pages = paginateDescribeTargetGroups(
      { client },
      name === undefined ? { PageSize: 400 } : { Names: [name] },
    );
    const all = everyPage(pages, (page) => page.TargetGroups);
    return name === undefined ? all : ((await unlessGone(() => all)) ?? []);
  },
);

/** Undefined if it does not belong to the stack, or was deleted in the meantime. */
async function toLive(
  context: ResourceContext,
  found: TargetGroup,
  tags: readonly Tag[] | undefined,
): Promise<LiveTargetGroup | undefined> {
  const { TargetGroupArn: arn = "", TargetGroupName: name = "" } = found;
  const address = addressIn(tags, context.stack, "target-group");
  if (address === undefined) return undefined;
  const attributes = await describeAttributes(context, arn);
  if (attributes === undefined) return undefined;
  return {
    id: arn,
    address,
    physicalName: name,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields: {
      vpcId: found.VpcId ?? "",
      // No stack file has others, so that those are differences.
      protocol: (found.Protocol ?? "HTTP") as "HTTP",
      protocolVersion: (found.ProtocolVersion ?? "HTTP1") as "HTTP1",
      port: found.Port ?? 0,
      targetType: (found.TargetType ?? "instance") as "instance",
      loadBalancer: toRecord(tags)[loadBalancerKey] ?? null,
      healthCheck: healthCheckOf(found),
      ...attributes,
      tags: userTagsOf(tags),
    },
    outputs: { arn, name },
    uses: found.VpcId === undefined ? [] : [found.VpcId],
  };
}

async function describeAttributes(
  context: ResourceContext,
  arn: string,
): Promise<Attributes | undefined> {
  const client = await context.clients.loadBalancingV2();
  const answer = await unlessGone(() =>
    client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
  );
  return answer && attributesOf(answer.Attributes ?? []);
}
