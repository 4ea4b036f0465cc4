import {
  type Action,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  paginateDescribeListeners,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { everyPage } from "../../aws/paging.ts";
import { retry } from "../../aws/retry.ts";
import { ownTags } from "../../aws/tags.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { untilGroupsLeft } from "../auto-scaling-group/leaving-groups.ts";
import { createOrAdopt, unlessGone, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { changeTagsOf } from "../shared/load-balancing-v2-tags.ts";
import { identity, withFields } from "../shared/owned.ts";
import {
  describeTargetGroups,
  type LiveTargetGroup,
  loadBalancerKey,
  sweepTargetGroups,
  type TargetGroupFields,
  type TargetGroupOutputs,
} from "./live.ts";
import { type Attributes, checkParameters, toSdkAttributes } from "./settings.ts";

type Change = UpdateInput<TargetGroupFields, TargetGroupOutputs, ResourceContext>;

/**
 * Creates the target group, with AWS's default attributes. AWS answers a second create with the same settings
 * with the existing target group, and one with other settings with an error.
 */
export async function createTargetGroup(
  context: ResourceContext,
  target: Target,
  fields: TargetGroupFields,
): Promise<LiveTargetGroup> {
  const name = target.physicalName;
  const client = await context.clients.loadBalancingV2();
  const command = new CreateTargetGroupCommand({
    Name: name,
    VpcId: fields.vpcId,
    Protocol: fields.protocol,
    ProtocolVersion: fields.protocolVersion,
    Port: fields.port,
    TargetType: fields.targetType,
    ...checkParameters(fields.healthCheck),
    Tags: ownTags(
      identity(context, target),
      fields.tags,
      fields.loadBalancer === null ? {} : { [loadBalancerKey]: fields.loadBalancer },
    ),
  });
  return createOrAdopt(
    context,
    `the target group ${name}`,
    () => lookAt(context, name),
    () => client.send(command),
  );
}

/** The stack's target group of this name. */
export async function lookAt(
  context: ResourceContext,
  name: string,
): Promise<LiveTargetGroup | undefined> {
  return (await sweepTargetGroups(context, name))[0];
}

export async function changeHealthCheck({
  context,
  live,
  fields,
}: Change): Promise<LiveTargetGroup> {
  const client = await context.clients.loadBalancingV2();
  await client.send(
    new ModifyTargetGroupCommand({
      TargetGroupArn: live.id,
      ...checkParameters(fields.healthCheck),
    }),
  );
  return withFields(live, fields, ["healthCheck"]);
}

/** AWS refuses slow start together with another algorithm than round robin, so both change in one call. */
export async function changeAttributes(
  { context, live, fields }: Change,
  changed: readonly (keyof Attributes)[],
): Promise<LiveTargetGroup> {
  const client = await context.clients.loadBalancingV2();
  await client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: live.id,
      Attributes: toSdkAttributes(fields, changed),
    }),
  );
  return withFields(live, fields, changed);
}

export async function changeUserTags({ context, live, fields }: Change): Promise<LiveTargetGroup> {
  await changeTagsOf(context, live.id, live.fields.tags, fields.tags);
  return withFields(live, fields, ["tags"]);
}

/** Its listener may be gone for some seconds before AWS lets the target group go. */
export async function deleteTargetGroup(
  context: ResourceContext,
  { id, physicalName: name }: Pick<LiveTargetGroup, "id" | "physicalName">,
): Promise<void> {
  await untilGroupsLeft(context, { targetGroups: [id] });
  await leaveListeners(context, id);
  const client = await context.clients.loadBalancingV2();
  await unlessGone(() =>
    retry(() => client.send(new DeleteTargetGroupCommand({ TargetGroupArn: id })), {
      while: ["in-use"],
      reason: `AWS still counts the target group ${name} as in use by a listener`,
      deadline: releaseDeadline,
      context,
    }),
  );
  await untilGone(context, `the target group ${name}`, async () =>
    (await lookAt(context, name)) === undefined ? undefined : "AWS still lists it",
  );
}

/**
 * Takes it out of the listeners that name it beside others without a share of the requests. A listener that sends
 * requests to it is somebody else's, and AWS then refuses the delete.
 */
async function leaveListeners(context: ResourceContext, arn: string): Promise<void> {
  const client = await context.clients.loadBalancingV2();
  const found = (await describeTargetGroups(context)).find((each) => each.TargetGroupArn === arn);
  for (const LoadBalancerArn of found?.LoadBalancerArns ?? []) {
    const pages = paginateDescribeListeners({ client }, { LoadBalancerArn, PageSize: 400 });
    const listeners = await unlessGone(() => everyPage(pages, (page) => page.Listeners));
    for (const { ListenerArn, DefaultActions: actions = [] } of listeners ?? []) {
      const without = actions.map((action) => withoutIdle(action, arn));
      if (without.every((action, index) => action === actions[index])) continue;
      const command = new ModifyListenerCommand({ ListenerArn, DefaultActions: without });
      await unlessGone(() => client.send(command));
    }
  }
}

function withoutIdle(action: Action, arn: string): Action {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  const others = groups.filter(
    ({ TargetGroupArn, Weight }) => TargetGroupArn !== arn || (Weight ?? 1) > 0,
  );
  if (others.length === groups.length || others.length === 0) return action;
  const { TargetGroupArn: _, ...rest } = action;
  return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups: others } };
}

/** Usually some seconds. */
const releaseDeadline = 5 * 60_000;
