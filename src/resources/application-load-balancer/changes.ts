import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isAwsError } from "../../aws/errors.ts";
import { retry } from "../../aws/retry.ts";
import { ownTags } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { canonicalJson } from "../../engine/values.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { untilGroupsLeft } from "../auto-scaling-group/leaving-groups.ts";
import { isTargetGroup } from "../auto-scaling-group/sources.ts";
import { createOrAdopt, retryNotFound, unlessGone, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { changeTagsOf } from "../shared/load-balancing-v2-tags.ts";
import { identity, withFields } from "../shared/owned.ts";
import { zonesOf } from "../shared/subnet-zones.ts";
import { withFormerTargetGroups } from "./exchanged-target-groups.ts";
import {
  type ApplicationLoadBalancerFields,
  type ApplicationLoadBalancerOutputs,
  describeListeners,
  describeLoadBalancers,
  type LiveApplicationLoadBalancer,
  sweepLoadBalancers,
} from "./live.ts";
import { newCertificates, withLiveCertificates } from "./secured-listeners.ts";
import {
  type Attributes,
  type ListenerFields,
  toSdkAttributes,
  toSdkListener,
} from "./settings.ts";

type Change = UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>;

/**
 * Creates the load balancer, without listeners. AWS answers a second create with the same settings with the existing
 * load balancer, and one with other settings with an error.
 */
export async function createLoadBalancer(
  context: ResourceContext,
  target: Target,
  fields: ApplicationLoadBalancerFields,
): Promise<LiveApplicationLoadBalancer> {
  const name = target.physicalName;
  const client = await context.clients.loadBalancingV2();
  const command = new CreateLoadBalancerCommand({
    Name: name,
    Type: "application",
    IpAddressType: "ipv4",
    Scheme: fields.scheme,
    Subnets: [...fields.subnets],
    SecurityGroups: [...fields.securityGroupIds],
    Tags: ownTags(identity(context, target), fields.tags),
  });
  return createOrAdopt(
    context,
    `the load balancer ${name}`,
    () => lookAt(context, name),
    () => retryNotFound(context, "the security groups", () => client.send(command)),
  );
}

/** The stack's load balancer of this name. */
export async function lookAt(
  context: ResourceContext,
  name: string,
): Promise<LiveApplicationLoadBalancer | undefined> {
  return (await sweepLoadBalancers(context, name))[0];
}

/**
 * Waits until AWS has set the load balancer up. "Takes 2 mins", users report; the SDK's waiter allows ten.
 *
 * @throws OutsideError if AWS cannot set it up.
 */
export function untilActive(
  context: ResourceContext,
  name: string,
): Promise<LiveApplicationLoadBalancer> {
  return waitFor({
    what: `the load balancer ${name} to be active`,
    deadline: 15 * 60_000,
    pace: 5_000,
    context,
    probe: async (): Promise<Probe<LiveApplicationLoadBalancer>> => {
      // The state alone is one call. Everything else is looked up once, at the end.
      const [found] = await describeLoadBalancers(context, name);
      if (found?.State?.Code === "provisioning") return { pending: "AWS is still setting it up" };
      const live = await lookAt(context, name);
      if (live === undefined) return { pending: `${name} is not visible yet` };
      if (live.status === "failed") {
        throw new OutsideError(`AWS could not set up ${name}: ${live.statusReason}`, {
          remedy: "Apply again: it is deleted and recreated.",
        });
      }
      return live.status === "ready"
        ? { done: live }
        : { pending: live.statusReason ?? "AWS is still setting it up" };
    },
    remedy: "Run the same command again to keep waiting.",
  });
}

export async function setSecurityGroups({
  context,
  live,
  fields,
}: Change): Promise<LiveApplicationLoadBalancer> {
  const client = await context.clients.loadBalancingV2();
  const command = new SetSecurityGroupsCommand({
    LoadBalancerArn: live.id,
    SecurityGroups: [...fields.securityGroupIds],
  });
  await retryNotFound(context, "the security group", () => client.send(command));
  return withFields(live, fields, ["securityGroupIds"]);
}

/**
 * Sets all subnets in one call. AWS allows one a zone, so an old subnet stays only in a zone without a new one.
 *
 * @returns with the subnets that were set.
 */
export async function setSubnets({
  context,
  live,
  fields,
  eventual,
}: Change): Promise<LiveApplicationLoadBalancer> {
  const client = await context.clients.loadBalancingV2();
  const kept = fields.subnets.filter((subnet) => !eventual.subnets.includes(subnet));
  const zones =
    kept.length > 0
      ? await zonesOf(context, fields.subnets)
      : new Map<string | undefined, string | undefined>();
  const taken = new Set(eventual.subnets.map((subnet) => zones.get(subnet)));
  const subnets = [
    ...eventual.subnets,
    ...kept.filter((subnet) => !taken.has(zones.get(subnet))),
  ].sort();
  await client.send(new SetSubnetsCommand({ LoadBalancerArn: live.id, Subnets: subnets }));
  return withFields(live, { ...fields, subnets }, ["subnets"]);
}

export async function changeAttributes(
  { context, live, fields }: Change,
  changed: readonly (keyof Attributes)[],
): Promise<LiveApplicationLoadBalancer> {
  const client = await context.clients.loadBalancingV2();
  const command = new ModifyLoadBalancerAttributesCommand({
    LoadBalancerArn: live.id,
    Attributes: toSdkAttributes(fields, changed),
  });
  try {
    await client.send(command);
  } catch (error) {
    const { accessLog } = fields;
    if (!isAwsError(error) || accessLog === null || !changed.includes("accessLog")) throw error;
    if (!/^InvalidConfigurationRequest|^AccessDenied/.test(error.code)) throw error;
    const { code, operation } = error;
    throw new OutsideError(error.message, {
      code,
      operation,
      remedy: `The bucket ${accessLog} has to be in the region of the load balancer, and its policy has to allow s3:PutObject on arn:aws:s3:::${accessLog}/AWSLogs/* to the service logdelivery.elasticloadbalancing.amazonaws.com ("Enable access logs for your Application Load Balancer"). Or remove loadBalancer.accessLog.`,
      cause: error,
    });
  }
  return withFields(live, fields, changed);
}

/**
 * Sets everything that needs no new certificate, waits until AWS has issued the new ones, and sets the rest.
 *
 * @throws PendingOutside if somebody has to act before AWS issues a certificate. Until then, the rest serves.
 */
export async function changeListeners(change: Change): Promise<LiveApplicationLoadBalancer> {
  const { context, live, fields } = change;
  const certificates = newCertificates(fields.listeners, live.fields.listeners);
  if (certificates.length === 0) return setListeners(change);
  const { isIssued, untilIssued } = await import("../certificate/issue.ts");
  const issued = await Promise.all(certificates.map((arn) => isIssued(context, arn)));
  if (issued.every((each) => each)) return setListeners(change);
  const first = withLiveCertificates(fields.listeners, live.fields.listeners);
  const served = await setListeners({ ...change, fields: { ...fields, listeners: first } });
  for (const arn of certificates) await untilIssued(context, live.address, arn);
  return setListeners({ ...change, live: served });
}

/**
 * Makes and changes listeners before it deletes those that are surplus. A change takes effect without a gap. What the
 * plan saw decides, because a later read may show less: a listener that somebody has just deleted.
 */
async function setListeners({
  context,
  live,
  fields,
}: Change): Promise<LiveApplicationLoadBalancer> {
  const client = await context.clients.loadBalancingV2();
  const found = (await describeListeners(context, live.id, false)) ?? [];
  const arnOf = (port: number) =>
    found.find(({ listener }) => listener.Port === port)?.listener.ListenerArn;
  const listeners = withFormerTargetGroups(fields.listeners, live.fields.listeners, (id) =>
    (context.found ?? []).some((object) => object.id === id),
  );
  for (const wanted of listeners.toSorted(redirectsLast)) {
    const before = live.fields.listeners.find(({ port }) => port === wanted.port);
    if (canonicalJson(before) === canonicalJson(wanted)) continue;
    await setListener(context, live.id, wanted, before && arnOf(wanted.port));
  }
  const ports = new Set(fields.listeners.map(({ port }) => port));
  for (const { port } of live.fields.listeners) {
    const ListenerArn = ports.has(port) ? undefined : arnOf(port);
    if (ListenerArn === undefined) continue;
    await unlessGone(() => client.send(new DeleteListenerCommand({ ListenerArn })));
  }
  return withFields(live, { ...fields, listeners }, ["listeners"]);
}

/** Nobody is redirected to a listener that does not exist yet. */
function redirectsLast(one: ListenerFields, other: ListenerFields): number {
  return Number(one.redirect !== null) - Number(other.redirect !== null);
}

/** Creates the listener, or changes the one of this ARN. */
async function setListener(
  context: ResourceContext,
  loadBalancer: string,
  wanted: ListenerFields,
  arn: string | undefined,
): Promise<void> {
  const client = await context.clients.loadBalancingV2();
  const parameters = toSdkListener(wanted);
  const call = (): Promise<unknown> =>
    arn === undefined
      ? client.send(new CreateListenerCommand({ ...parameters, LoadBalancerArn: loadBalancer }))
      : client.send(new ModifyListenerCommand({ ...parameters, ListenerArn: arn }));
  try {
    await retry(call, {
      while: ["not-found", "in-progress"],
      reason:
        wanted.certificate === null
          ? "AWS does not know the target group everywhere yet"
          : "the load balancer does not know the new certificate or the target group yet",
      deadline: certificateDeadline,
      context,
    });
  } catch (error) {
    if (arn !== undefined || !isAwsError(error, "already-exists")) throw error;
    // An interrupted apply made it, with other settings, and the plan did not see it yet.
    const found = (await describeListeners(context, loadBalancer, false)) ?? [];
    const there = found.find(({ listener }) => listener.Port === wanted.port)?.listener.ListenerArn;
    if (there === undefined) throw error;
    await setListener(context, loadBalancer, wanted, there);
  }
}

/** Deletes the rules that somebody added to the listeners. */
export async function removeRules({
  context,
  live,
  fields,
}: Change): Promise<LiveApplicationLoadBalancer> {
  const client = await context.clients.loadBalancingV2();
  const found = (await describeListeners(context, live.id)) ?? [];
  for (const { RuleArn } of found.flatMap(({ rules }) => rules)) {
    await unlessGone(() => client.send(new DeleteRuleCommand({ RuleArn })));
  }
  return withFields(live, fields, ["otherRules"]);
}

export async function changeUserTags({
  context,
  live,
  fields,
}: Change): Promise<LiveApplicationLoadBalancer> {
  await changeTagsOf(context, live.id, live.fields.tags, fields.tags);
  return withFields(live, fields, ["tags"]);
}

/** Deleting a load balancer deletes its listeners. Deleting one that does not exist is not an error. */
export async function deleteLoadBalancer(
  context: ResourceContext,
  live: LiveApplicationLoadBalancer,
): Promise<void> {
  const { id, physicalName: name, uses, fields } = live;
  await untilGroupsLeft(context, { targetGroups: uses.filter(isTargetGroup) });
  if ((fields.names ?? []).length > 0) {
    const { removeNames } = await import("./names.ts");
    await removeNames(context, live);
  }
  const client = await context.clients.loadBalancingV2();
  await unlessGone(() => client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id })));
  await untilGone(context, `the load balancer ${name}`, async () =>
    (await lookAt(context, name)) === undefined ? undefined : "AWS still lists it",
  );
}

/** Other tools give AWS five minutes until its load balancers know an issued certificate. */
const certificateDeadline = 5 * 60_000;
